import type { Prng } from '../../src/std/prng.ts';
import type { Incarnation } from './incarnation.ts';
import type { Oracle } from './oracle.ts';
import { Promoters } from './promoters.ts';

const HOUR_MS = 3_600_000;
/** Longer than most stories. */
const EXPIRES_MS = 29 * 24 * HOUR_MS;
const NAMES = ['ada', 'grace', 'edsger'] as const;

export interface PeopleParts {
  readonly random: Prng;
  readonly oracle: Oracle;
  readonly say: (what: () => string) => void;
  /** Where an agent finds the grant that it was given last. */
  readonly tokens: Map<string, string>;
}

/** The humans at the desk: they make grants, stop agents and let them work again, approve and refuse. */
export class People {
  readonly #parts: PeopleParts;
  readonly #grants: string[] = [];
  readonly #promoters: Promoters;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
    this.#promoters = new Promoters({ ...parts, at: this.#at.bind(this) });
  }

  /** Makes sure that every agent has a grant. */
  async equip(incarnation: Incarnation): Promise<void> {
    const { agents, promotions } = incarnation.cast.terms;
    for (const { agent } of agents) {
      if (!this.#parts.tokens.has(agent)) await this.grant(incarnation, agent);
    }
    if (promotions === true && this.#parts.oracle.stageNow(incarnation, 'canary') !== 'production') {
      await this.#promoters.promote(incarnation, 'canary', 'production', EXPIRES_MS);
    }
  }

  async grant(incarnation: Incarnation, agent: string): Promise<void> {
    const { random, tokens, say } = this.#parts;
    const expiresMs = HOUR_MS * (1 + random.below(72));
    const request = { agent, task: 'simulation', expiresMs, routes: null, parent: null, by: this.#somebody() };
    const made = await this.#at(incarnation, ({ operations }) => operations.createGrant(request));
    if (made?.ok !== true) return;
    say(() => `${agent} has ${made.value.grant.id}`);
    tokens.set(agent, made.value.token);
    this.#grants.push(made.value.grant.id);
  }

  /** One of the things that people do. */
  async act(incarnation: Incarnation): Promise<void> {
    const { random } = this.#parts;
    const { agents } = incarnation.cast.terms;
    const { agent } = agents[random.below(agents.length)] as { agent: string };
    switch (random.below(8)) {
      case 0:
        return agent === 'canary' ? undefined : this.kill(incarnation, agent);
      case 1:
        return this.grant(incarnation, agent);
      case 2:
        return random.below(3) === 0 ? this.revoke(incarnation) : undefined;
      case 3:
      case 4:
        return this.review(incarnation);
      default:
        return this.resumeAll(incarnation);
    }
  }

  /** Somebody says how far an agent may go, or takes it back. */
  async promote(incarnation: Incarnation): Promise<void> {
    const others = incarnation.cast.terms.agents.filter(({ agent }) => agent !== 'canary');
    const { agent } = others[this.#parts.random.below(others.length)] as { agent: string };
    await this.#promoters.act(incarnation, agent);
  }

  async kill(incarnation: Incarnation, agent: string): Promise<void> {
    const { oracle, say } = this.#parts;
    say(() => `somebody kills ${agent}`);
    const resumed = oracle.resumed(agent);
    const done = await this.#at(incarnation, ({ operations }) => operations.kill(agent, 'enough', this.#somebody()));
    // Somebody else may have let it go on in the meantime.
    if (done?.ok !== true || oracle.resumed(agent) !== resumed) return;
    oracle.killed(agent);
    say(() => `${agent} is killed: severed ${done.value.severed.length}`);
  }

  async revoke(incarnation: Incarnation): Promise<void> {
    const { random, oracle, say } = this.#parts;
    const grant = this.#grants[random.below(this.#grants.length)];
    if (grant === undefined) return;
    const done = await this.#at(incarnation, ({ operations }) => operations.revokeGrant(grant, this.#somebody()));
    if (done?.ok !== true) return;
    oracle.revoked(grant);
    say(() => `${grant} is revoked`);
  }

  /** Says yes or no to something that waits. */
  async review(incarnation: Incarnation): Promise<void> {
    const { random, oracle, say } = this.#parts;
    const waiting = incarnation.started?.operations.holds(null);
    if (waiting?.ok !== true || waiting.value.length === 0) return;
    const { call } = waiting.value[random.below(waiting.value.length)] as { call: string };
    const approves = random.below(3) > 0;
    // From the moment on that it is said, and not only once it is answered.
    if (approves) oracle.approved.set(call, 0);
    const done = await this.#at(incarnation, ({ operations }) =>
      approves
        ? operations.approve(call, this.#somebody(), 'looks right')
        : operations.reject(call, this.#somebody(), 'no'),
    );
    say(() => `${call} is ${approves ? 'approved' : 'rejected'}: ${done?.ok === true ? 'done' : 'not'}`);
  }

  async resumeAll(incarnation: Incarnation): Promise<void> {
    const { oracle, say } = this.#parts;
    for (const { agent, resumePeople = 1 } of incarnation.cast.terms.agents) {
      if (incarnation.started?.engine.frozen(agent as never) === undefined) continue;
      const people = oracle.resuming.get(agent) ?? new Set();
      oracle.resuming.set(agent, people);
      for (const person of NAMES.slice(0, resumePeople)) {
        people.add(person);
        await this.#at(incarnation, ({ operations }) => operations.resume(agent, 'looked into it', person));
      }
      say(() => `${agent} is resumed by ${people.size}`);
      oracle.resuming.delete(agent);
    }
  }

  #somebody(): string {
    return NAMES[this.#parts.random.below(NAMES.length)] as string;
  }

  /** What cannot be recorded is not answered: the process has ended, or is about to. */
  async #at<Value>(
    incarnation: Incarnation,
    act: (started: NonNullable<Incarnation['started']>) => Promise<Value>,
  ): Promise<Value | undefined> {
    if (!incarnation.alive || incarnation.started === undefined) return undefined;
    try {
      return await act(incarnation.started);
    } catch {
      return undefined;
    }
  }
}
