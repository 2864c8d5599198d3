import { expect, test } from 'vitest';
import type { ShadowEvidence } from '../../../src/evidence/shadow/evidence.ts';
import { spelledWhere } from '../../../src/evidence/shadow/scope.ts';
import type { CallEntry, Entry } from '../../../src/journal/entry.ts';
import { shadowHtml } from '../../../src/report/shadow-html.ts';
import { outline } from '../../report/outline.ts';
import { evidenceOf } from '../../report/shadow/samples.ts';
import { call, outcome } from './journal.ts';

const START = Date.UTC(2026, 2, 2, 9);

type Made = NonNullable<Parameters<typeof call>[2]>;

/** A captured refund of so many dollars, but for what is said otherwise. */
function refund(id: string, minute: number, dollars: number, made: Made = {}): CallEntry {
  return call(id, START + minute * 60_000, {
    route: 'create_refund' as CallEntry['route'],
    effect: 'money',
    method: 'POST',
    target: '/v1/refunds',
    verdict: 'capture',
    ...made,
    facts: {
      subject: `charge:${id}`,
      amount: { micros: String(dollars * 1_000_000), currency: 'USD' },
      ...made.facts,
    },
  });
}

const ended = ({ call: id, at }: CallEntry, made: Parameters<typeof outcome>[2] = {}): Entry =>
  outcome(id, at, { origin: 'synthetic', ...made });

const strataOf = ({ strata }: ShadowEvidence, wanted: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    (strata.dimensions.find(({ name }) => name === wanted)?.strata ?? []).map(({ name, behind }) => [
      name,
      behind.count,
    ]),
  );

test('what the door answered by itself is no fault of an upstream, and no read that it failed', async () => {
  const [gone, refused, real] = ['gone', 'refused', 'real'].map((id, index) => call(id, START + index));
  const entries = [gone, refused, real].flatMap((entry) => (entry === undefined ? [] : [entry]));
  const evidence = await evidenceOf([
    ...entries,
    outcome('gone', START + 10, { status: 404, origin: 'overlay', effectiveness: 'ineffective' }),
    outcome('refused', START + 11, { status: null, failure: 'unanswerable', effectiveness: 'ineffective' }),
    outcome('real', START + 12, { status: 404, effectiveness: 'ineffective' }),
  ]);
  expect(strataOf(evidence, 'Fault met')).toMatchObject({
    'refused by its upstream (4xx)': 1,
    'no answer, or a broken one': 0,
  });
  const [route] = evidence.routes;
  expect(route?.reads?.behind).toMatchObject({ count: 1, calls: ['real'] });
  expect(route?.reads?.failed).toMatchObject({ count: 1, calls: ['real'] });
});

test('a call that a person had approved is none that went without one', async () => {
  const held = refund('held', 0, 450, { verdict: 'hold' });
  const made = refund('made', 2, 450, { approval: held.call, facts: held.facts });
  const small = refund('small', 3, 80);
  const { headroom } = await evidenceOf([held, made, ended(made), small, ended(small)]);
  const used = Object.fromEntries(
    (headroom?.amounts ?? []).map((each) => [`${each.limit.kind} ${each.limit.money.currency}`, each.used?.micros]),
  );
  expect(used).toMatchObject({ 'approval USD': 80_000_000n, 'largest USD': 450_000_000n });
});

test('what no route describes is no situation to have evidence of', async () => {
  const unrouted = call('nowhere', START, {
    route: '(unrouted)' as CallEntry['route'],
    effect: 'destructive',
    method: 'POST',
    target: '/v1/nothing',
    verdict: 'deny',
  });
  const { strata, routes } = await evidenceOf([unrouted]);
  expect(routes.map(({ route }) => route)).toEqual(['(unrouted)']);
  expect(strata.crossing.rows).not.toContain('(unrouted)');
  expect(strata.crossing.rows).toContain('create_refund');
  expect(strata.dimensions.flatMap((each) => each.strata.map(({ name }) => name))).not.toContain('(unrouted)');
});

test('an effect that was meant once counts once, and one that came to nothing not at all', async () => {
  const keyed = { facts: { subject: 'charge:ch_1', key: 'k1', fingerprint: 'same' } };
  const first = refund('first', 0, 261, keyed);
  const again = refund('again', 1, 261, keyed);
  const other = refund('other', 2, 5, { facts: { ...keyed.facts, fingerprint: 'other' } });
  const elsewhere = refund('elsewhere', 3, 7, { ...keyed, session: 'session_2' });
  const unread = refund('unread', 4, 9);
  const recorded = refund('recorded', 5, 11);
  const evidence = await evidenceOf([
    ...[first, again, other, elsewhere].flatMap((entry) => [entry, ended(entry)]),
    unread,
    ended(unread, { origin: undefined as never, failure: 'unanswerable', effectiveness: 'ineffective' }),
    recorded,
    ended(recorded, { origin: 'recorded', status: 402, effectiveness: 'ineffective' }),
  ]);
  const { overview, money, unknowns, headroom } = evidence;
  expect(overview.meant).toMatchObject({ count: 4, calls: ['first', 'other', 'elsewhere'] });
  expect(overview.repeats).toMatchObject({ count: 1, calls: ['again'] });
  expect(money.meant.map(({ sum }) => sum.micros)).toEqual([284_000_000n]);
  expect(unknowns.unanswered.calls).toEqual(['unread']);
  // The engine's budget counts what it is asked for, and its limit is what this stands beside.
  expect(headroom?.budgets[0]?.used.micros).toBe(545_000_000n);
  const page = outline(shadowHtml(evidence, 'journal', '0.1.0'));
  expect(page).toContain('refunds-bot meant to make 4 writes, and to move 284.00 USD');
  expect(page).toContain('1 repeat by the same key left out');
  expect(page).toContain('None of its writes was sent.');
});

test('what was held, approved and made after all is told once', async () => {
  const held = refund('held', 0, 450, { verdict: 'hold' });
  const never = refund('never', 1, 999, { verdict: 'hold' });
  const made = refund('made', 2, 450, { approval: held.call, verdict: 'allow' });
  const evidence = await evidenceOf([held, never, made, ended(made, { origin: undefined as never })]);
  expect(evidence.overview.approved).toMatchObject({ count: 1, calls: ['held'] });
  const [page] = outline(shadowHtml(evidence, 'journal', '0.1.0')).split('## What is not known');
  expect(page).toContain('Guards refused or held 1 further call of 999.00 USD.');
  expect(page).toContain('A person approved 1 held call of 450.00 USD, which was made after all.');
  expect(page).toContain('1 of 1 write was really sent, by 1 route.');
});

test('a condition leaves texts alone that look like its own columns', () => {
  const spelling = { meant: 'm', approved: 'a' };
  expect(spelledWhere("route = 'meant' AND meant", spelling)).toBe("route = 'meant' AND (m)");
  expect(spelledWhere("session = 'it''s meant' AND NOT approved_later", spelling)).toBe(
    "session = 'it''s meant' AND NOT (a)",
  );
  expect(spelledWhere('"meant" AND meants', spelling)).toBe('"meant" AND meants');
});

test('of a threshold, the call that stopped the agent comes first, and how many it decided is told', async () => {
  const finding = {
    guard: 'budget',
    rule: 'refunds-bot.budgets[0]' as never,
    reason: 'exhausted',
    trip: 'freeze',
  } as const;
  const against = { ...finding, verdict: 'deny' } as const;
  const scope = { guard: 'scope', rule: 'refunds-bot.allow' as never, verdict: 'deny', reason: 'when' } as const;
  const graver = refund('graver', 0, 9_999, { verdict: 'deny', findings: [scope, against] });
  const stopped = refund('stopped', 1, 400, { verdict: 'deny', findings: [against], trips: [finding] });
  const evidence = await evidenceOf([graver, stopped]);
  const budget = evidence.findings.find(({ guard }) => guard === 'budget');
  expect(budget?.trips).toMatchObject({ count: 2, calls: ['stopped', 'graver'] });
  expect(budget?.tripped).toMatchObject({ count: 1, calls: ['stopped'] });
  const trip = evidence.anomalies.ranked.find(({ test: name }) => name === 'trip');
  expect(trip?.what).toBe('budget crossed its threshold for a freeze of the agent 2 times, and decided once');
  expect(trip?.behind.calls[0]).toBe('stopped');
});

test.each([
  [119, 'minute', 120, '04:01'],
  [359, '5 minutes', 72, '04:05'],
  [360, 'hour', 7, '05:00'],
])('%i minutes are told %s by %s', async (minutes, step, buckets, second) => {
  const { series, findings } = await evidenceOf([
    refund('first', 0, 5),
    refund('denied', 0, 5, {
      verdict: 'deny',
      findings: [{ guard: 'once', rule: 'refunds-bot.once[0]' as never, verdict: 'deny', reason: 'already_done' }],
    }),
    refund('last', minutes, 7),
  ]);
  expect(series.step).toBe(step);
  expect(series.buckets).toHaveLength(buckets);
  expect(series.buckets[1]?.label).toBe(`2026-03-02 ${second}`);
  expect(series.buckets[0]).toMatchObject({ behind: { count: 2 }, denied: 1 });
  expect(series.buckets.at(-1)?.behind).toMatchObject({ count: 1, calls: ['last'] });
  const once = findings.find(({ guard }) => guard === 'once');
  expect(once?.over).toEqual([{ label: series.buckets[0]?.label, calls: 1 }]);
});
