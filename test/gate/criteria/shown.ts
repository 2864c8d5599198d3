import type { AgentId, CallId, RouteId } from '../../../src/engine/ids.ts';
import type { Answered, ClassEvidence, GateEvidence, JudgedSession } from '../../../src/gate/evidence/evidence.ts';
import type { Criterion, CriterionId } from '../../../src/gate/criterion.ts';
import { judge } from '../../../src/gate/verdict.ts';
import type { EvidenceTerms, PromotionTerms, TargetTerms } from '../../../src/policy/promotion.ts';

/** What is asked and shown in the gate's tests: an agent that has shown all there is to show, for tests to take something away from. */

export const DAY_MS = 86_400_000;
/** A Monday. */
export const FIRST = Date.UTC(2026, 2, 2, 9);
export const NOW = FIRST + 20 * DAY_MS;
export const AGENT = 'refunds-bot' as AgentId;
export const REFUND = 'create_refund' as RouteId;
export const CREDIT = 'create_credit' as RouteId;

export const DEMANDED: EvidenceTerms = {
  days: 14,
  sessions: 100,
  writes: 50,
  strata: { weekdays: 20, weekend: 5, amounts: 5, faults: 5 },
  harmBelow: 5_000,
  agreementAbove: 970_000,
  confidence: 0.95,
  reviewedAtLeast: 950_000,
  look: 'continuous',
  errorsAtMost: 50_000,
  steady: true,
  classes: new Map(),
};

export const TARGET: TargetTerms = {
  stage: 'limited',
  from: 'shadow',
  evidence: DEMANDED,
  each: undefined,
  scenarios: 'all',
  probe: { runs: 1_000 },
  efficacy: { caughtAtLeast: 500_000, stoppedWronglyAtMost: 50_000 },
};

export function termsOf(target: Partial<TargetTerms> = {}, people: 0 | 1 | 2 = 0): PromotionTerms {
  return {
    keys: [],
    people,
    expiresMs: 30 * DAY_MS,
    targets: new Map([['limited', { ...TARGET, ...target }]]),
    demotion: {
      harmAbove: null,
      disagreementAbove: null,
      errorsAbove: null,
      drift: false,
      confidence: 0.999,
    },
  };
}

export const demanding = (demanded: Partial<EvidenceTerms>): PromotionTerms =>
  termsOf({ evidence: { ...DEMANDED, ...demanded } });

/** Judged sessions in time order, `true` for one that did harm. */
export function judgedAs(harmful: readonly boolean[]): readonly JudgedSession[] {
  return harmful.map((isHarmful, index) => ({
    session: `run-${index}`,
    at: FIRST + index * 60_000,
    writes: 1,
    judged: 1,
    harmful: isHarmful ? 1 : 0,
    call: isHarmful ? (`call_${index}` as CallId) : null,
  }));
}

export const clean = (sessions: number): readonly JudgedSession[] =>
  judgedAs(Array.from({ length: sessions }, () => false));

export function classOf(route: RouteId = REFUND, over: Partial<ClassEvidence> = {}): ClassEvidence {
  return {
    route,
    effect: 'money',
    meant: 2_000,
    stopped: 3,
    judged: clean(2_000),
    undecided: 0,
    agreement: { with: 'reviewers', clusters: Array.from({ length: 120 }, () => ({ events: 2, total: 2 })) },
    amounts: [
      { band: '< 10 USD', meant: 900, allowed: true },
      { band: '10–100 USD', meant: 1_000, allowed: true },
      { band: '100–1,000 USD', meant: 0, allowed: false },
    ],
    weekdays: 1_500,
    weekend: 500,
    shown: [],
    ...over,
  };
}

/** What a usual session does. */
export const USUAL = { 'get_charge passed': 2, 'create_refund passed': 1 };

export const sessions = <Mix>(count: number, mix: Mix): readonly Mix[] => Array.from({ length: count }, () => mix);

/** Calls that reached an upstream, each of a session of its own; those that failed there are spread among them. */
export function answered(sent: number, failed: number): Answered {
  const failedBefore = (index: number): number => Math.floor((index * failed) / sent);
  const sessionsOf = Array.from({ length: sent }, (_, index) => ({
    events: failedBefore(index + 1) - failedBefore(index),
    total: 1,
  }));
  return { sent, failed, sessions: sessionsOf };
}

export const met = (sent: number, failed: number, baseline: Answered | null = null): GateEvidence['upstream'] => ({
  ...answered(sent, failed),
  baseline,
});

/** One of everything that passes. */
export function shownOf(over: Partial<GateEvidence> = {}): GateEvidence {
  return {
    agent: AGENT,
    from: 'shadow',
    to: 'limited',
    step: null,
    standing: { stage: 'shadow', step: null },
    basis: {
      policyDigest: 'a'.repeat(64),
      rulesDigest: 'b'.repeat(64),
      identityDigest: 'c'.repeat(64),
      identity: { version: '1.4.2', model: 'gpt-5', prompt: 'd'.repeat(64) },
      documents: {},
      engine: '0.1.0',
      since: FIRST - 1,
      until: null,
      reset: null,
    },
    journal: {
      dir: '.interlock',
      head: { seq: 9_000, hash: 'e'.repeat(64), at: FIRST + 15 * DAY_MS },
      redecided: { calls: 6_000, differences: 0, recorded: 'f'.repeat(64), now: 'f'.repeat(64), first: null },
      imported: 0,
      engines: ['0.1.0'],
      problems: [],
    },
    classes: [classOf()],
    sessions: { writing: 2_000, all: 2_100, repeated: [{ task: 'a', runs: 4, clean: 4 }] },
    days: {
      timeZone: 'UTC',
      first: FIRST,
      last: FIRST + 15 * DAY_MS,
      weekdays: 11,
      weekend: 4,
      calendar: [],
    },
    faults: { calls: 9, shown: [] },
    review: { chosen: 400, reviewed: 400 },
    freezes: [],
    upstream: met(4_000, 9),
    mix: { first: sessions(40, USUAL), second: sessions(40, USUAL) },
    load: [{ name: 'calls', agent: [3, 3, 3], baseline: [2, 3, 2] }],
    scenarios: {
      engine: '0.1.0',
      known: ['double-refund', 'order-loop'],
      results: [
        { name: 'double-refund', held: true, rulesDigest: '9'.repeat(64) },
        { name: 'order-loop', held: true, rulesDigest: '9'.repeat(64) },
      ],
      redecided: { journals: 2, differing: [] },
    },
    probe: {
      engine: '0.1.0',
      policyDigest: 'a'.repeat(64),
      rulesDigest: 'b'.repeat(64),
      seed: 1,
      runs: 1_000,
      calls: 40_000,
      found: [],
    },
    efficacy: { labels: 400, harmful: 100, caught: 80, good: 300, stoppedWrongly: 3 },
    files: [],
    ...over,
  };
}

/** What one criterion says; of several of that name, the one that is named by `title`. */
export function criterion(
  id: CriterionId,
  evidence: GateEvidence,
  terms: PromotionTerms = termsOf(),
  title?: string,
): Criterion {
  const found = judge(terms, evidence, NOW).criteria.filter(
    (each) => each.id === id && (title === undefined || each.title === title),
  );
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} criteria ${id} ${title ?? ''}`);
  return first;
}
