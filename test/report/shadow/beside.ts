import type { CallId } from '../../../src/engine/ids.ts';
import type { Comparison, Divergence } from '../../../src/evidence/divergence/model.ts';
import type { ReviewSummary } from '../../../src/evidence/review/model.ts';
import type { Estimate } from '../../../src/evidence/index.ts';
import type { ReplayReport, TallyJson } from '../../../src/replay/diff.ts';

const estimate = (events: number, total: number): Estimate => ({
  events,
  total,
  share: events / total,
  low: (0.7 * events) / total,
  high: Math.min(1, (1.2 * events) / total),
  clusters: total,
});

const comparison = (calls: readonly CallId[]): Comparison => ({
  cases: { alike: estimate(340, 360), differing: estimate(20, 360), nothingByBoth: 12 },
  actions: { differing: estimate(26, 372), sameClass: estimate(350, 372), exact: estimate(346, 350) },
  classes: [
    {
      route: 'create_refund',
      effect: 'money',
      both: 290,
      exact: 284,
      otherAmount: 4,
      otherTarget: 1,
      ambiguous: 1,
      onlyAgent: 14,
      onlyPeople: 6,
      agreement: estimate(290, 310),
    },
  ],
  money: [
    {
      currency: 'USD',
      agentMicros: '8496950000',
      agentDeniedMicros: '250000000',
      agentHeldMicros: '0',
      peopleMicros: '8101000000',
      differenceMicros: '395950000',
      absoluteMicros: '702000000',
    },
  ],
  confusion: {
    names: ['create_refund (money)', 'send_credit (money)', 'nothing'],
    cells: [
      [290, 2, 14],
      [1, 46, 3],
      [6, 2, 0],
    ],
  },
  disagreements: [
    {
      kind: 'amount',
      case: 'ticket-17',
      effect: 'money',
      differs: ['amount'],
      agent: [
        {
          call: calls[0] as CallId,
          at: 1_772_449_529_003,
          route: 'create_refund',
          effect: 'money',
          subject: 'charge:ch_1',
          amount: { micros: '48000000', currency: 'USD' },
          verdict: 'capture',
        },
      ],
      people: [
        {
          place: 'line 12',
          at: null,
          route: 'create_refund',
          effect: 'money',
          subject: 'charge:ch_1',
          amount: { micros: '24000000', currency: 'USD' },
        },
      ],
      money: [{ micros: '24000000', currency: 'USD' }],
    },
  ],
  disagreementsMore: 19,
});

export const divergence = (calls: readonly CallId[]): Divergence =>
  ({
    agent: 'refunds-bot',
    caseField: 'task',
    withinMs: 86_400_000,
    coverage: {
      compared: 360,
      withoutActuals: 12,
      withoutAgent: 4,
      tooLarge: 0,
      listed: { withoutActuals: [], withoutAgent: [], tooLarge: [] },
      triedAgain: 1,
      refusedUpstream: 0,
      intentsElsewhere: 12,
    } as unknown as Divergence['coverage'],
    comparison: comparison(calls),
    noise: { cases: 300, people: comparison(calls), itself: comparison(calls) },
    badRows: [],
    badRowsMore: 0,
  }) as unknown as Divergence;

const tally = (calls: number, micros: string): TallyJson => ({
  calls,
  money: { USD: micros },
  certainty: { exact: calls - 2, own_session: 1, shared_state: 1 },
});
const none: TallyJson = { calls: 0, money: {}, certainty: { exact: 0, own_session: 0, shared_state: 0 } };

export const replay = (calls: readonly CallId[]): ReplayReport =>
  ({
    recorded: {
      sources: ['journal'],
      calls: 1_046,
      sessions: 453,
      agents: ['refunds-bot'],
      from: null,
      to: null,
      policies: [],
    },
    candidates: [
      {
        policy: { file: 'strict.yaml', digest: 'ab'.repeat(32) },
        terms: { sessions: 'apart', stages: 'candidate', outcomes: 'effective' },
        verdicts: { allow: 649, deny: 60, hold: 2, capture: 335, unjudged: 0 },
        certainty: { exact: 1_000, own_session: 40, shared_state: 6 },
        changes: {
          blocked: tally(37, '1520000000'),
          allowed: tally(3, '90000000'),
          held: none,
          captured: none,
          sent: none,
        },
        by: {
          guard: [],
          rule: [{ name: 'refunds-bot.budgets[0]', changes: { blocked: tally(37, '1520000000') } }],
          route: [],
          agent: [],
          stage: [],
          day: [],
        },
        examples: {
          blocked: [
            {
              call: calls[1] as string,
              at: 1_772_449_529_003,
              agent: 'refunds-bot',
              session: 'run_0001',
              route: 'create_refund',
              subject: 'charge:ch_1',
              amount: '50.00 USD',
              certainty: 'exact',
              madeUp: false,
              recorded: { verdict: 'capture', guard: null, rule: null, reason: null },
              candidate: {
                verdict: 'deny',
                guard: 'budget',
                rule: 'refunds-bot.budgets[0]',
                reason: 'budget_exceeded',
              },
            },
          ],
          allowed: [],
          held: [],
          captured: [],
          sent: [],
        },
        toldDifferently: 0,
        unjudged: [{ rule: 'refunds-bot.allow[1]', why: 'body cut', calls: 2, examples: [] }],
        freezes: [],
        how: { judge: 'columns', why: 'no rule reads a body', bodiesRead: 0 },
      },
    ],
  }) as unknown as ReplayReport;

export const review = (calls: readonly CallId[]): ReviewSummary => ({
  agent: 'refunds-bot',
  seed: 1,
  population: 372,
  chosen: 110,
  reviewed: 42,
  strata: [],
  anomalies: [],
  consensus: { sane: 35, wrong: 4, unsure: 2, disputed: 1 },
  agreement: { raw: estimate(35, 40), weighted: { share: 0.91, low: 0.82, high: 0.96, covered: 340, population: 372 } },
  reviewers: {
    names: [
      { by: 'ann', calls: 24, sane: 21, wrong: 2, unsure: 1 },
      { by: 'ben', calls: 21, sane: 17, wrong: 3, unsure: 1 },
    ],
    shared: 12,
    percent: 0.917,
    kappa: 0.71,
    alpha: 0.7,
  },
  wrong: [
    {
      call: calls[2] as CallId,
      at: 1_772_449_529_003,
      route: 'create_refund',
      subject: 'charge:ch_2',
      amount: '50.00 USD',
      verdict: 'capture',
      consensus: 'wrong',
      opinions: [{ by: 'ann', opinion: 'wrong', reason: 'refunded twice', at: 1_772_449_529_003 }],
    },
  ],
  wrongMore: 3,
  stray: 0,
});
