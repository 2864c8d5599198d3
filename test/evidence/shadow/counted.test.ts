import { expect, test } from 'vitest';
import type { ShadowEvidence } from '../../../src/evidence/shadow/evidence.ts';
import type { CallEntry, Entry } from '../../../src/journal/entry.ts';
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
