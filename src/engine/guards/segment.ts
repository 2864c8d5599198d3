import { folded } from '../../std/folded.ts';
import { stableHash } from '../../std/stable-hash.ts';
import { isWrite, type Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import { pass, type Guard, type Monitor } from '../guard.ts';
import type { RuleId } from '../ids.ts';
import { concerns, type Agent, type Request, type RouteSet } from '../policy.ts';
import { mayStandAt, type Standings } from '../standings.ts';

/** In limited production: which customers, share and routes may really be written. */
export interface SegmentRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  /** Reads what a call belongs to, a customer mostly; `null` where the request lacks it. Or it is the call's subject. */
  readonly key: ((request: Request) => string | null) | 'subject';
  /** Those that are in by name, exactly as written. */
  readonly customers: ReadonlySet<string>;
  /**
   * Of all others, those whose place on the ring 0 … 2^32 lies below this. 0: none. One for each step of the ramp, at least
   * one; beyond the last step, and without a ramp, it is the last.
   */
  readonly belows: readonly number[];
  /** Which ones that are: another salt, another choice. */
  readonly salt: string;
}

/** The places that a stable hash can give. */
export const RING = 2 ** 32;

/**
 * Whether a key is in. For one salt a larger share contains a smaller one, so that raising 5 % to 25 % takes nobody out.
 * Spellings that an upstream may confuse have one place, so that none of them can be chosen to get in.
 */
export function isInside(
  { customers, salt, belows }: Pick<SegmentRule, 'customers' | 'salt' | 'belows'>,
  key: string,
  step: number | null = null,
): boolean {
  const below = belows[Math.min(step ?? belows.length, belows.length) - 1] ?? 0;
  return customers.has(key) || stableHash(salt + folded(key).replaceAll(/\s/g, '')) < below;
}

/** One endpoint, one segment, one workflow: what a mistake of an agent just promoted can reach. */
export const segment: Guard = {
  name: 'segment',
  status: 403,
  install: (policy, standings) =>
    [...policy.agents.values()]
      .filter((agent) => mayStandAt(agent, 'limited') && agent.rules.segment.length > 0)
      .map((agent) => ({ monitor: new SegmentMonitor(agent, standings), agent: agent.id, judges: () => true })),
};

class SegmentMonitor implements Monitor {
  readonly key: string;
  readonly #agent: Agent;
  readonly #standings: Standings;
  readonly #pass: Finding;

  constructor(agent: Agent, standings: Standings) {
    this.key = `${agent.of ?? agent.id}.segment`;
    this.#agent = agent;
    this.#standings = standings;
    this.#pass = pass('segment', this.key as RuleId);
  }

  check({ agent, at, effect, route, subject, particulars }: Call): Finding {
    const { stage, step } = this.#standings.of(agent, at);
    if (stage !== 'limited' || !isWrite(effect)) return this.#pass;
    const rule = this.#agent.rules.segment.find(({ routes }) => concerns(routes, route));
    if (rule === undefined) return this.#outside(this.key as RuleId, route, 'No segment opens this route for writing.');
    const key = rule.key === 'subject' ? subject : (particulars?.segment ?? null);
    if (key === null)
      return this.#outside(rule.rule, 'no customer', 'Say whom this call is for, where the API asks for it.');
    if (isInside(rule, key, step)) return this.#pass;
    return this.#outside(rule.rule, key, 'Do not try others in their place: work on what you are told to.');
  }

  #outside(rule: RuleId, observed: string, more: string): Finding {
    return {
      guard: 'segment',
      rule,
      verdict: 'deny',
      reason: 'outside_segment',
      observed,
      limit: 'limited',
      retryable: 'never',
      hint: `You are in limited production, and this write lies outside of it. ${more} Describe it to a human instead.`,
    };
  }
}
