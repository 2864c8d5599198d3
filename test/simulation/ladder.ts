import type { Stage } from '../../src/engine/call.ts';
import type { Entry } from '../../src/journal/index.ts';

type StandingEntry = Extract<Entry, { kind: 'standing' }>;
type Claim = StandingEntry['claims'][number];

/** A promotion as its signer remembers it. */
export interface Signed {
  readonly id: string;
  readonly agent: string;
  readonly policy: string;
  readonly stage: Stage;
  readonly issuedAt: number;
  readonly until: number;
  readonly envelope: string;
}

/** An emergency that a human has declared. */
export interface Declared {
  readonly agent: string;
  readonly stage: string;
  readonly lastsMs: number;
}

const RANK: readonly Stage[] = ['sandbox', 'staging', 'shadow', 'limited', 'production'];
const rank = (stage: Stage): number => RANK.indexOf(stage);

/** Where everybody begins in a story with promotions. */
const BASE: Stage = 'shadow';

/**
 * Who may work where, as the people remember it who signed, demoted and broke the glass, and as the records tell when that
 * took effect. It knows no engine, and takes no record's word for what people did not say.
 */
export class Ladder {
  /** What people signed and declared: they remember it through every crash. */
  readonly signed: Map<string, Signed>;
  readonly declared: Declared[];
  readonly falls = new Map<string, number>();
  readonly revoked = new Set<string>();
  readonly #last = new Map<string, StandingEntry>();
  /** Promotions that a demotion has made worthless. */
  readonly #spent = new Set<string>();

  constructor(before?: Ladder) {
    this.signed = before?.signed ?? new Map();
    this.declared = before?.declared ?? [];
  }

  stageAt(agent: string, at: number, policy: string): Stage {
    const live = this.#live(agent, at, policy).map(({ stage }) => stage);
    return [BASE, ...live].reduce((highest, stage) => (rank(stage) > rank(highest) ? stage : highest));
  }

  /** Gives what is wrong with it. */
  heard(entry: StandingEntry): string | undefined {
    const wrong = this.#wrong(entry);
    const { agent, at, cause, claims } = entry;
    if (cause.what === 'revoked') this.revoked.add(cause.promotion);
    if (cause.what === 'demoted') {
      this.falls.set(agent, (this.falls.get(agent) ?? 0) + 1);
      for (const { id, agent: whose, issuedAt } of this.signed.values()) {
        if (whose === agent && issuedAt <= at && !claims.some((claim) => claim.id === id)) this.#spent.add(id);
      }
    }
    this.#last.set(agent, entry);
    return wrong;
  }

  #live(agent: string, at: number, policy: string): readonly Claim[] {
    const last = this.#last.get(agent);
    if (last?.policy !== policy) return [];
    return last.claims.filter(({ until }) => until === null || until > at);
  }

  #wrong({ agent, at, policy, claims, cause }: StandingEntry): string | undefined {
    const before = this.#live(agent, at, policy);
    // Another policy came while the door was open: what it stood on is for the one before, and nothing comes of this.
    if (cause.what === 'lapsed' && cause.code !== 'other_policy')
      return `${cause.promotion} was lost by a start (${cause.code})`;
    for (const claim of claims) {
      const { id, ground, stage, until } = claim;
      if (until === null) return `${id} never ends`;
      const isNew = !before.some((one) => one.id === id && one.stage === stage && one.until === until);
      if (isNew && ground === 'promotion') {
        const signed = this.signed.get(id);
        const isSigned = signed?.agent === agent && signed.policy === policy && signed.stage === stage;
        if (!isSigned || signed.until !== until) return `nobody signed ${JSON.stringify(claim)} for ${agent}`;
        if (cause.what !== 'promoted' || cause.promotion !== id) return `${id} came in by ${cause.what}`;
        if (until <= at) return `${id} was over when it was admitted`;
        if (this.revoked.has(id)) return `${id} was revoked, and admitted after that`;
        if (this.#spent.has(id)) return `${id} led ${agent} back to where it was demoted from`;
      }
      if (isNew && ground === 'break_glass') {
        const isSaid = this.declared.some(
          (one) => one.agent === agent && one.stage === stage && until <= at + one.lastsMs,
        );
        if (cause.what !== 'break_glass' || !isSaid) return `nobody broke the glass ${id} for ${agent}`;
      }
    }
    if (cause.what === 'revoked' && claims.some(({ id }) => id === cause.promotion)) return 'it was not taken back';
    const stood = this.stageAt(agent, at, policy);
    if (cause.what === 'demoted' && claims.some(({ stage }) => rank(stage) >= rank(stood)))
      return `${agent} fell from ${stood}, and may still claim it`;
    return undefined;
  }
}
