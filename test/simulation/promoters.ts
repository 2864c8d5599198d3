import type { Prng } from '../../src/std/prng.ts';
import { readSigningKey } from '../../src/journal/index.ts';
import { identityOf } from '../../src/policy/index.ts';
import { newPromotionId, signPromotion, type Promotion } from '../../src/promotion/index.ts';
import type { Incarnation } from './incarnation.ts';
import type { Oracle } from './oracle.ts';
import { GATE_KEY } from './terms.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LASTS_MS = [MINUTE_MS, HOUR_MS, 24 * HOUR_MS, 29 * 24 * HOUR_MS];

type Started = NonNullable<Incarnation['started']>;

export interface PromoterParts {
  readonly random: Prng;
  readonly oracle: Oracle;
  readonly say: (what: () => string) => void;
  /** What cannot be recorded is not answered. */
  readonly at: <Value>(
    incarnation: Incarnation,
    act: (started: Started) => Promise<Value>,
  ) => Promise<Value | undefined>;
}

/** The people who say how far an agent may go, and who take it back. */
export class Promoters {
  readonly #parts: PromoterParts;

  constructor(parts: PromoterParts) {
    this.#parts = parts;
  }

  /** One of the things that they do to an agent. */
  async act(incarnation: Incarnation, agent: string): Promise<void> {
    const { random, oracle, say, at } = this.#parts;
    const { signed } = oracle.ladder;
    switch (random.below(9)) {
      case 0:
      case 1:
      case 2:
        return this.promote(incarnation, agent, random.below(2) === 0 ? 'limited' : 'production', this.#lasts());
      case 3: {
        // Whatever lies around, of whatever time and policy.
        const old = [...signed.values()][random.below(Math.max(1, signed.size))];
        if (old === undefined) return;
        const again = await at(incarnation, ({ operations }) => operations.admitPromotion(old.envelope, 'ada'));
        return say(() => `${old.id} is tried again: ${again?.ok === true}`);
      }
      case 4: {
        const fallen = await at(incarnation, ({ operations }) => operations.demote(agent, 'grace', 'it did harm'));
        say(() => `${agent} is demoted: ${fallen?.ok === true}`);
        if (fallen?.ok === true) oracle.fell(agent);
        return;
      }
      case 5: {
        const one = [...signed.values()][random.below(Math.max(1, signed.size))];
        if (one === undefined) return;
        const whose = random.below(3) === 0 ? agent : one.agent;
        const taken = await at(incarnation, ({ operations }) =>
          operations.revokePromotion(one.id, whose, 'grace', 'it was signed by mistake'),
        );
        say(() => `${one.id} is revoked in the name of ${whose}: ${taken?.ok === true}`);
        if (taken?.ok === true) oracle.tookBack(one.id);
        return;
      }
      case 6: {
        const glass = { agent, stage: random.below(2) === 0 ? 'limited' : 'production', lastsMs: this.#glassMs() };
        oracle.ladder.declared.push(glass);
        const broken = await at(incarnation, ({ operations }) =>
          operations.breakGlass({ ...glass, by: 'edsger', reason: 'the queue burns' }),
        );
        return say(() => `the glass is broken for ${agent}: ${broken?.ok === true}`);
      }
      case 7:
        await at(incarnation, ({ operations }) => operations.endGlass(agent, 'edsger', 'it is out'));
        return;
      default:
        await at(incarnation, ({ operations }) => operations.tellEnds());
    }
  }

  async promote(
    incarnation: Incarnation,
    agent: string,
    stage: 'limited' | 'production',
    lastsMs: number,
  ): Promise<void> {
    const { oracle, say, at } = this.#parts;
    const { policy } = incarnation.cast;
    const done = await at(incarnation, async ({ operations, log, clock, journal }) => {
      const { seq, hash, at: headAt } = log.head;
      await journal.durable();
      const now = clock.now();
      const promotion: Promotion = {
        agent: agent as never,
        identity: { digest: identityOf(policy, agent as never).digest },
        policy: { digest: policy.digest, rules: policy.rulesDigest, file: policy.file },
        environment: policy.environment,
        from: 'shadow',
        stage,
        step: null,
        segment: [],
        journal: { seq, hash, at: headAt, log: null },
        evidence: [],
        criteria: [],
        engine: { version: '0.1.0', decisions: 'none' },
        issuedAt: now,
        expiresAt: now + lastsMs,
        id: newPromotionId((bytes) => this.#bytes(bytes)),
        approvals: [],
        baseline: { sessions: [], sent: 0, failed: 0 },
      };
      const envelope = signPromotion(promotion, signer());
      if (!envelope.ok) throw new Error(envelope.failure);
      const { id, issuedAt, expiresAt: until } = promotion;
      const asked = { agent, policy: policy.digest, stage, envelope: envelope.value };
      oracle.ladder.signed.set(id, { id, issuedAt, until, ...asked });
      return operations.admitPromotion(envelope.value, 'ada');
    });
    say(() => `${agent} is promoted to ${stage}: ${done?.ok === true ? 'done' : (done?.failure.message ?? 'not')}`);
  }

  #bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.#parts.random.below(256)));
  }

  #lasts(): number {
    return LASTS_MS[this.#parts.random.below(LASTS_MS.length)] as number;
  }

  #glassMs(): number {
    return 1 + this.#parts.random.below(this.#parts.random.below(2) === 0 ? 2_000 : 24 * HOUR_MS);
  }
}

function signer(): Parameters<typeof signPromotion>[1] {
  const read = readSigningKey(GATE_KEY);
  if (!read.ok) throw new Error(read.failure);
  return read.value;
}
