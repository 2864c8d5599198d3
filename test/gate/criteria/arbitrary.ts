import fc from 'fast-check';
import type { CallId } from '../../../src/engine/ids.ts';
import type { Approval } from '../../../src/gate/criteria/gate-case.ts';
import type { ClassEvidence, GateEvidence } from '../../../src/gate/evidence/evidence.ts';
import type { EvidenceTerms, PromotionTerms, TargetTerms } from '../../../src/policy/promotion.ts';
import {
  answered,
  classOf,
  clean,
  CREDIT,
  DAY_MS,
  DEMANDED,
  FIRST,
  judgedAs,
  met,
  REFUND,
  sessions,
  shownOf,
  TARGET,
  termsOf,
  USUAL,
} from './shown.ts';

/** Mostly as it stood, so that a whole verdict may still be a PASS; now and then one of those. */
const mostly = <Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(usual) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  );

const demandedTerms: fc.Arbitrary<EvidenceTerms> = fc
  .record({
    days: mostly(14, 0, 15),
    sessions: mostly(100, 0, 2_000),
    writes: mostly(50, 0, 2_001),
    strata: mostly(
      DEMANDED.strata,
      { weekdays: 0, weekend: 0, amounts: 0, faults: 0 },
      { weekdays: 1_500, weekend: 501, amounts: 900, faults: 10 },
    ),
    harmBelow: mostly<number | null>(5_000, null, 1_900, 20_000),
    agreementAbove: mostly<number | null>(970_000, null, 993_000),
    confidence: mostly(0.95, 0.9, 0.99),
    reviewedAtLeast: mostly<number | null>(950_000, null, 1_000_000),
    look: mostly<EvidenceTerms['look']>('continuous', { sessions: 700 }, { sessions: 2_001 }),
    errorsAtMost: mostly<number | null>(50_000, null, 3_000),
    steady: mostly(true, false),
    classes: mostly<EvidenceTerms['classes']>(
      new Map(),
      new Map([[CREDIT, { writes: 3_000 }]]),
      new Map([[REFUND, { harmBelow: 1_000 }]]),
    ),
  })
  .map((demanded) => ({ ...DEMANDED, ...demanded }));

const target: fc.Arbitrary<Partial<TargetTerms>> = fc.record({
  evidence: demandedTerms,
  each: fc.option(demandedTerms, { nil: undefined }),
  scenarios: mostly<TargetTerms['scenarios']>('all', null, ['double-refund'], ['unknown'], []),
  probe: mostly<TargetTerms['probe']>(TARGET.probe, null, { runs: 1_001 }),
  efficacy: mostly<TargetTerms['efficacy']>(TARGET.efficacy, null, {
    caughtAtLeast: 800_000,
    stoppedWronglyAtMost: 10_000,
  }),
});

export const terms: fc.Arbitrary<PromotionTerms> = fc
  .tuple(target, mostly<0 | 1 | 2>(0, 1, 2))
  .map(([asked, people]) => termsOf(asked, people));

/** Few sessions or many, with harm somewhere in some of them. */
const judged = fc.oneof(
  { weight: 8, arbitrary: fc.constant(clean(2_000)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(0, 1, 5, 699, 700, 755, 756, 1_329), fc.array(fc.nat(1_400), { maxLength: 4 }))
      .map(([sessions, at]) => judgedAs(Array.from({ length: sessions }, (_, index) => at.includes(index)))),
  },
  { weight: 1, arbitrary: fc.constant(judgedAs(Array.from({ length: 60 }, (_, index) => index % 10 === 0))) },
);

const clusters = fc.oneof(
  { weight: 6, arbitrary: fc.constant(classOf().agreement?.clusters ?? []) },
  {
    weight: 3,
    arbitrary: fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
        .map(([one, more]) => ({ events: one, total: one + (one === 3 ? more : 0) })),
      { maxLength: 120 },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(Array.from({ length: 30 }, (_, index) => ({ events: index % 3 === 0 ? 0 : 1, total: 1 }))),
  },
);

const someClass = (route: ClassEvidence['route']): fc.Arbitrary<ClassEvidence> =>
  fc
    .record({
      effect: mostly<ClassEvidence['effect']>('money', 'write'),
      meant: mostly(2_000, 0, 49, 50, 51),
      judged,
      undecided: fc.constantFrom(0, 12),
      agreement: fc.option(fc.record({ with: fc.constantFrom('actuals' as const, 'reviewers' as const), clusters }), {
        nil: null,
        freq: 12,
      }),
      amounts: mostly(
        classOf().amounts,
        [],
        [{ band: '< 10 USD', meant: 4, allowed: true }],
        [{ band: '< 10 USD', meant: 5, allowed: true }],
      ),
      weekdays: mostly(1_500, 0, 19, 20),
      weekend: mostly(500, 0, 4, 5),
    })
    .map((over) => classOf(route, over));

const MIX = shownOf().mix;

export const evidence: fc.Arbitrary<GateEvidence> = fc
  .record({
    classes: fc.oneof(
      { weight: 10, arbitrary: fc.tuple(someClass(REFUND)) },
      { weight: 3, arbitrary: fc.tuple(someClass(REFUND), someClass(CREDIT)) },
      { weight: 1, arbitrary: fc.constant<readonly ClassEvidence[]>([]) },
    ),
    step: mostly<number | null>(null, 1),
    identity: mostly({ version: '1', model: null, prompt: null }, { version: null, model: null, prompt: null }),
    journal: mostly(
      shownOf().journal,
      { ...shownOf().journal, head: null },
      { ...shownOf().journal, problems: ['segment 3, byte 77: the hash is another'] },
      {
        ...shownOf().journal,
        redecided: {
          ...shownOf().journal.redecided,
          differences: 1,
          first: { call: 'call_1' as CallId, recorded: 'allow', now: 'deny' },
        },
      },
      { ...shownOf().journal, redecided: { ...shownOf().journal.redecided, now: '0'.repeat(64) } },
      { ...shownOf().journal, redecided: { ...shownOf().journal.redecided, calls: 0 } },
      { ...shownOf().journal, redecided: { ...shownOf().journal.redecided, calls: 99 } },
    ),
    freezes: mostly<GateEvidence['freezes']>(
      [],
      [{ at: FIRST, by: 'human:ann', reason: 'lunch', open: false }],
      [{ at: FIRST, by: 'trip:budget', reason: 'over', open: true }],
    ),
    spanMs: mostly(15 * DAY_MS, 14 * DAY_MS, 14 * DAY_MS - 1, 0),
    writing: mostly(2_000, 99, 100, 101),
    faults: mostly(9, 4, 5, 0),
    review: mostly(
      { chosen: 400, reviewed: 400 },
      { chosen: 0, reviewed: 0 },
      { chosen: 400, reviewed: 380 },
      { chosen: 400, reviewed: 379 },
    ),
    upstream: mostly<GateEvidence['upstream']>(
      met(4_000, 9),
      met(0, 0),
      met(20, 0),
      met(400, 16, answered(400, 40)),
      met(400, 40, answered(400, 60)),
      met(400, 60, answered(400, 16)),
      met(400, 60),
    ),
    mix: mostly<GateEvidence['mix']>(
      MIX,
      { first: [], second: [] },
      { first: sessions(8, USUAL), second: sessions(8, USUAL) },
      { first: sessions(60, USUAL), second: sessions(60, { 'get_charge passed': 1, 'create_refund passed': 4 }) },
      { first: sessions(60, USUAL), second: [...sessions(54, USUAL), ...sessions(6, { 'get_charge passed': 9 })] },
    ),
    scenarios: mostly<GateEvidence['scenarios']>(shownOf().scenarios, null, ...wrongScenarios()),
    probe: mostly<GateEvidence['probe']>(shownOf().probe, null, ...wrongProbes()),
    efficacy: mostly<GateEvidence['efficacy']>(
      shownOf().efficacy,
      null,
      { labels: 12, harmful: 4, caught: 4, good: 8, stoppedWrongly: 0 },
      { labels: 200, harmful: 100, caught: 20, good: 100, stoppedWrongly: 30 },
      { labels: 200, harmful: 100, caught: 50, good: 100, stoppedWrongly: 5 },
    ),
  })
  .map(({ identity, spanMs, writing, faults, ...rest }) => {
    const base = shownOf();
    return shownOf({
      ...rest,
      basis: { ...base.basis, identity },
      days: {
        ...base.days,
        last: FIRST + spanMs,
        calendar: [{ day: '2026-03-02', sessions: 10, calls: 100, writes: 30 }],
      },
      sessions: { ...base.sessions, writing },
      faults: { calls: faults, shown: [] },
    });
  });

function wrongScenarios(): readonly NonNullable<GateEvidence['scenarios']>[] {
  const of = shownOf().scenarios;
  if (of === null) return [];
  return [
    { ...of, known: ['double-refund', 'order-loop', 'stale-read'] },
    { ...of, known: [], results: [] },
    { ...of, engine: '0.0.9' },
    { ...of, redecided: { journals: 1, differing: [] } },
    { ...of, redecided: { journals: 2, differing: ['order-loop'] } },
    { ...of, results: of.results.map((one) => ({ ...one, held: one.name !== 'order-loop' })) },
    { ...of, results: of.results.map((one) => ({ ...one, rulesDigest: null })) },
  ];
}

function wrongProbes(): readonly NonNullable<GateEvidence['probe']>[] {
  const of = shownOf().probe;
  if (of === null) return [];
  return [
    { ...of, runs: 999 },
    { ...of, found: ['money leaves twice'] },
    { ...of, engine: '0.0.9' },
    { ...of, rulesDigest: '0'.repeat(64), found: ['money leaves twice'] },
  ];
}

export const approvals: fc.Arbitrary<readonly Approval[]> = fc.array(
  fc.record({ by: fc.constantFrom('ann', 'Ann', 'bob', 'eve'), reason: fc.constant('looked at it') }),
  { maxLength: 3 },
);
