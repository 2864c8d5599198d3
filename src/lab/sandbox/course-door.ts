import * as http from 'node:http';
import type { Instant } from '../../std/clock.ts';
import { assert } from '../../std/assert.ts';
import type { AgentId, GrantId } from '../../engine/ids.ts';
import { hashToken } from '../../door/judge/identify.ts';
import type { JournalPort } from '../../door/judge/admit.ts';
import { UNHURRIED } from '../../door/limits.ts';
import { TOKEN_PREFIX } from '../../door/normal/token.ts';
import { type OpenDoor, openDoor } from '../../door/open.ts';
import type { Link } from '../../door/flight/link.ts';
import { EXPIRES_MAX_MS } from '../../door/operations/grant.ts';
import type { Entry } from '../../journal/entry.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { stageLinks } from '../../stages/links.ts';
import { newShadow } from '../../stages/shadow.ts';
import type { ProbeGrant, Step } from '../probe/course.ts';
import { mortalMachine, type MortalMachine } from './mortal-machine.ts';
import { WireTap } from './wire-tap.ts';

const OPERATOR = 'operator';
/** How long the last door waits, in real time, for what nobody waits for any more. */
const CLOSE_GRACE_MS = 1_000;
/** A grant for longer than a human can make one: ten years. */
const FOREVER_MS = 3_650 * 86_400_000;

export interface CourseDoorParts {
  readonly policy: LoadedPolicy;
  readonly dir: string;
  readonly now: () => Instant;
  readonly links: ReadonlyMap<string, Link>;
  /** What the door writes, as it writes it. */
  readonly appended: (entry: Entry) => void;
}

/** The door of a course: one real door after another on the same data, each dying on the spot when the next one starts. */
export class CourseDoor {
  readonly #parts: CourseDoorParts;
  readonly #failures: Error[] = [];
  #life = 0;
  #machine: MortalMachine | undefined;
  #door: OpenDoor | undefined;
  #tap: WireTap | undefined;
  #counted = { sent: 0, answered: 0 };

  constructor(parts: CourseDoorParts) {
    this.#parts = parts;
  }

  /** By which incarnation an answer would have to be heard. */
  get life(): number {
    return this.#life;
  }

  /** Requests that were sent to it, and answered, by Node's own account. */
  get counted(): { readonly sent: number; readonly answered: number } {
    const { sent, answered } = this.#tap ?? { sent: 0, answered: 0 };
    return { sent: this.#counted.sent + sent, answered: this.#counted.answered + answered };
  }

  async start(): Promise<void> {
    const { policy, dir, now, links, appended } = this.#parts;
    this.#life += 1;
    const life = this.#life;
    this.#machine = mortalMachine(life, now);
    const link = (upstream: string): Link => {
      const found = links.get(upstream);
      assert(found !== undefined, 'every upstream of a course has its world');
      return found;
    };
    this.#door = await openDoor({
      limits: UNHURRIED,
      policy: { ...policy, notify: [] },
      dir,
      port: 0,
      startsAt: now(),
      link: stageLinks({ real: link, world: link }, policy),
      shadow: newShadow(policy),
      machine: this.#machine.machine,
      wrapJournal: (journal) => this.#heard(journal, life, appended),
      onFailure: (error) => {
        if (this.#life === life) this.#failures.push(error);
      },
    });
    this.#tap = new WireTap([this.#door.url, ...this.#door.urls.values()]);
  }

  /** Dies on the spot: what is on disk stays, and nothing that was under way is settled. */
  async restart(): Promise<void> {
    const door = this.#opened();
    await door.journal.durable();
    this.#machine?.kill();
    this.#counted = this.counted;
    this.#tap?.close();
    this.#tap = undefined;
    // Its sockets go; whatever else it would do at its end, it has no disk to do it on.
    door.cut();
    door.close(0).catch(() => undefined);
    await this.start();
  }

  async close(): Promise<void> {
    await this.#opened().close(CLOSE_GRACE_MS);
    this.#counted = this.counted;
    this.#tap?.close();
    this.#tap = undefined;
    if (this.#failures[0] !== undefined) throw this.#failures[0];
  }

  /** What is appended so far is on the disk. */
  durable(): Promise<void> {
    return this.#opened().journal.durable();
  }

  /** Gives its token. A grant that no human could make for so long is written as one that he made. */
  async grant({ agent, task, values }: ProbeGrant, lastsMs: number): Promise<string> {
    const { operations, journal, grants, clock } = this.#opened();
    if (lastsMs < EXPIRES_MAX_MS) {
      const asked = { agent, task, values, expiresMs: EXPIRES_MAX_MS, routes: null, parent: null, by: OPERATOR };
      const made = await operations.createGrant(asked);
      if (!made.ok) throw new Error(made.failure.message);
      return made.value.token;
    }
    const identity = this.#parts.policy.identities.get(agent as AgentId);
    const token = `${TOKEN_PREFIX}course${grants.all().length}`;
    const fields = {
      tokenHash: hashToken(token),
      agent: agent as AgentId,
      task,
      environment: this.#parts.policy.environment,
      routes: null,
      ...(values !== undefined && { values }),
      expiresAt: clock.now() + FOREVER_MS,
      parent: null,
      ...(identity !== undefined && { identity: identity.digest }),
    };
    const id = `grant_course${grants.all().length}` as GrantId;
    journal.append({ kind: 'grant', at: clock.now(), grant: id, ...fields, by: OPERATOR });
    grants.add({ id, ...fields });
    await journal.durable();
    return token;
  }

  /** Lets the agent's oldest held call through; nothing where none waits. */
  async approve(agent: string): Promise<void> {
    const { operations } = this.#opened();
    const holds = operations.holds(agent);
    const [oldest] = holds.ok ? holds.value : [];
    if (oldest !== undefined) await operations.approve(oldest.call, OPERATOR, 'looked at');
  }

  /** Sends a call as an agent does. Resolves when the whole answer is there, or the connection is gone. */
  send({ request, session }: Extract<Step, { kind: 'call' }>, token: string): Promise<number | null> {
    const { upstream, method, target, headers = {}, body } = request;
    const { port, hostname } = new URL(this.#opened().url);
    return new Promise((resolve) => {
      const own = {
        ...headers,
        authorization: `Bearer ${token}`,
        ...(session !== undefined && { 'interlock-session': session }),
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      };
      const sent = http.request(
        { hostname, port, method, path: `/${upstream}${target}`, headers: own, agent: false },
        (response) => {
          const { statusCode = null } = response;
          response.once('close', () => resolve(statusCode));
          response.on('error', () => resolve(statusCode)).resume();
        },
      );
      sent.once('error', () => resolve(null));
      sent.end(body);
    });
  }

  #opened(): OpenDoor {
    assert(this.#door !== undefined, 'a course has a door');
    return this.#door;
  }

  #heard(journal: JournalPort, life: number, appended: (entry: Entry) => void): JournalPort {
    return {
      get disk() {
        return journal.disk ?? { kind: 'ok' as const };
      },
      append: (entry) => {
        journal.append(entry);
        if (this.#life === life) appended(entry);
      },
      durable: () => journal.durable(),
    };
  }
}
