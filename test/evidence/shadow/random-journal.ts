import * as fc from 'fast-check';
import type { CallEntry, Entry } from '../../../src/journal/entry.ts';
import { call, outcome } from './journal.ts';

/** Texts as agents and upstreams choose them. */
const hostile = fc.oneof(
  fc.constantFrom(
    "'; DROP TABLE calls; --",
    '<script>alert(1)</script>',
    '__proto__',
    'a"b',
    "o'clock",
    '\u202Etxt.exe',
    '%_%',
    '\\',
    '[x](javascript:1)',
    '🦆',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.toWellFormed().replaceAll('\u0000', '')),
);
const id = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('ch_1', 'ch_2', 'ch_3') },
  { weight: 1, arbitrary: hostile },
);

const ROUTES = {
  get_charge: 'read',
  list_charges: 'read',
  create_refund: 'money',
  send_credit: 'money',
  update_charge: 'write',
  cancel_subscription: 'destructive',
} as const;
type RouteName = keyof typeof ROUTES;

/** Amounts on both sides of every limit and band, and one of each kind that has none. */
const amount = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      micros: fc
        .oneof(
          fc.bigInt(0n, 700_000_000n),
          fc.constantFrom(-1n, 0n, 1_000_000n, 99_999_999n, 100_000_000n, 500_000_000n),
        )
        .map(String),
      currency: fc.constantFrom('USD', 'EUR'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ fault: 'missing' }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

const against = fc.record({
  guard: fc.constantFrom('once', 'collar', 'budget'),
  rule: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('refunds-bot.a', 'refunds-bot.b') },
    { weight: 1, arbitrary: hostile },
  ),
  reason: fc.constantFrom('already_done', 'above_max'),
  /** Thresholds that a graver finding came before. */
  trip: fc.constantFrom(undefined, undefined, 'freeze'),
});

const made = fc.record({
  /** From two days before the clocks change in New York to two days after. */
  at: fc.integer({ min: Date.UTC(2026, 2, 6), max: Date.UTC(2026, 2, 11) }),
  agent: fc.constantFrom('refunds-bot', 'refunds-bot', 'refunds-bot', "other'bot"),
  session: id,
  route: fc.constantFrom<RouteName>(...(Object.keys(ROUTES) as RouteName[])),
  stage: fc.constantFrom('shadow', 'shadow', 'staging'),
  subject: fc.option(id.map((name) => `charge:${name}`)),
  amount,
  /** An idempotency key, and what its request is told by. */
  key: fc.constantFrom(undefined, undefined, 'k1', 'k2'),
  fingerprint: fc.constantFrom('f1', 'f2'),
  body: fc.option(hostile),
  verdict: fc.constantFrom('capture', 'capture', 'deny', 'hold'),
  findings: fc.uniqueArray(against, { minLength: 1, maxLength: 3, selector: ({ guard, rule }) => `${guard} ${rule}` }),
  trips: fc.boolean(),
  rests: fc.option(fc.constantFrom('value', 'subject', 'session')),
  before: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
  ended: fc.option(
    fc.record({
      status: fc.option(fc.constantFrom(200, 404, 429, 503)),
      durationMs: fc.integer({ min: 0, max: 9_000 }),
      origin: fc.constantFrom(undefined, 'overlay', 'recorded'),
      /** Where there is no status: the upstream's own failure, or one of the door. */
      failure: fc.constantFrom('reset', 'timeout', 'unanswerable', 'fault', 'not_sent', 'killed', 'client_gone'),
      effectiveness: fc.constantFrom('effective', 'unknown', 'ineffective'),
    }),
  ),
  opinion: fc.option(fc.constantFrom('sane', 'wrong', 'unsure')),
});

/** Journals that no door would write, each line of which it could have. */
export const journals: fc.Arbitrary<readonly Entry[]> = fc.array(made, { minLength: 1, maxLength: 60 }).map((all) => {
  const sorted = all.toSorted((a, b) => a.at - b.at);
  return sorted.flatMap((given, index) => entriesOf(given, `call_${String(index).padStart(3, '0')}`));
});

type Made = typeof made extends fc.Arbitrary<infer Value> ? Value : never;

function entriesOf(given: Made, name: string): readonly Entry[] {
  const { at, agent, session, route, stage, subject, body, ended, opinion } = given;
  const effect = ROUTES[route];
  const verdict = given.verdict === 'capture' ? (effect === 'read' ? 'allow' : 'capture') : given.verdict;
  const stopped = verdict === 'deny' || verdict === 'hold';
  const findings = [
    'freeze freeze',
    ...(stopped
      ? given.findings.map((finding, index) => ({ ...finding, verdict: index === 0 ? verdict : ('deny' as const) }))
      : ['collar refunds-bot.a']),
  ];
  const entry = call(name, at, {
    agent,
    session,
    route,
    effect,
    stage,
    body,
    verdict,
    findings,
    trips: stopped && given.trips ? [{ trip: 'freeze', guard: 'once', rule: 'refunds-bot.a', reason: 'x' }] : [],
    ...(given.before && effect === 'read' && { before: 'call_000' }),
    ...(given.rests !== null && { rests: { how: given.rests, on: [] } }),
    facts: {
      subject,
      amount: effect === 'money' ? given.amount : null,
      ...(given.key !== undefined && { key: given.key, fingerprint: given.fingerprint }),
    },
  } as unknown as Partial<CallEntry>);
  return [
    entry,
    ...(stopped || ended === null
      ? []
      : [outcome(name, at, { ...ended, failure: ended.status === null ? ended.failure : null } as never)]),
    ...(opinion === null
      ? []
      : [{ kind: 'assessment' as const, at, call: entry.call, agent: entry.agent, opinion, by: 'ann', reason: 'x' }]),
  ];
}
