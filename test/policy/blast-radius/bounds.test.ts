import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { blastRadius } from '../../../src/policy/blast-radius.ts';
import { coverBound } from '../../../src/policy/blast-radius/cover.ts';
import { policyWith } from './policies.ts';

const money = (one: string, two = '', shared = '') => {
  const { agents, total } = blastRadius(policyWith({ one: `    ${one}`, two: `    ${two}` }, shared));
  const shown = (bounds: (typeof total)['moneyPerDay']) =>
    bounds
      .map(({ currency, micros }) => `${micros === undefined ? 'no limit' : micros / 1_000_000n} ${currency}`)
      .join(', ');
  return [...agents, total].map(({ moneyPerDay }) => shown(moneyPerDay));
};

describe('money a day', () => {
  test.each<[string, string[], string[]]>([
    ['no rule', [''], ['no limit USD, no limit null', 'no limit USD', 'no limit USD, no limit null']],
    [
      'a budget per day',
      ['budgets: [{ max: 500 USD, per: day, timezone: UTC }]'],
      ['500 USD', 'no limit USD', 'no limit USD'],
    ],
    [
      'a rolling budget, as often as it fits',
      ['budgets: [{ max: 500 USD, per: 7h }]', 'budgets: [{ max: 10 USD, per: 2d }]'],
      ['2000 USD', '10 USD', '2010 USD'],
    ],
    [
      'a budget of some routes only',
      ['budgets: [{ routes: [refund, fee], max: 500 USD, per: 24h }]'],
      ['no limit USD, no limit null', 'no limit USD', 'no limit USD, no limit null'],
    ],
    [
      'a budget per task bounds no agent, and still says which currency',
      ['budgets: [{ max: 500 USD, per: 24h, each: task }]'],
      ['no limit USD', 'no limit USD', 'no limit USD'],
    ],
    [
      'the smallest of several budgets',
      ['budgets: [{ max: 500 USD, per: 24h }, { max: 300 USD, per: day, timezone: UTC }]'],
      ['300 USD', 'no limit USD', 'no limit USD'],
    ],
    [
      'budgets that cover the routes between them',
      ['budgets: [{ routes: [refund, fee], max: 100 USD, per: 24h }, { route: payout, max: 200 EUR, per: 24h }]'],
      ['200 EUR, 100 USD', 'no limit USD', '200 EUR, no limit USD'],
    ],
    [
      'a collar and a rate where there is no budget: the calls of a day and a minute or two, each at its largest',
      ['collar: [{ routes: [refund, payout], max: 5 USD }]\n    rates: [{ max: 10, per: 1h }]'],
      ['1250 USD', 'no limit USD', 'no limit USD'],
    ],
    [
      'a shared budget counts once',
      ['', '', 'budgets: [{ max: 700 USD, per: day, timezone: UTC }]'],
      ['700 USD', '700 USD', '700 USD'],
    ],
    [
      'own budgets below the shared one add up',
      [
        'budgets: [{ max: 100 USD, per: 24h }]',
        'budgets: [{ max: 50 USD, per: 24h }]',
        'budgets: [{ max: 700 USD, per: day, timezone: UTC }]',
      ],
      ['100 USD', '50 USD', '150 USD'],
    ],
  ])('%s', (_name, [one, two, shared], expected) => expect(money(one ?? '', two, shared)).toEqual(expected));
});

describe('calls an hour', () => {
  const calls = (one: string) =>
    blastRadius(policyWith({ one: `    ${one}`, two: '' })).agents[0]!.callsPerHour.map(
      ({ effect, calls }) => `${effect} ${calls ?? 'no limit'}`,
    );

  test('are as many as the rate lets through, window by window', () => {
    expect(calls('rates: [{ effect: read, max: 10, per: 7m }, { effect: money, max: 3, per: 1d }]')).toEqual([
      'read 90',
      'money 3',
      'destructive no limit',
    ]);
    expect(
      calls('rates: [{ max: 10, per: 1h }, { route: refund, max: 2, per: 1h }, { route: payout, max: 3, per: 1h }]'),
    ).toEqual(['read 10', 'money 5', 'destructive 10']);
  });
});

test('routes are listed by what they can do', () => {
  const { agents, total } = blastRadius(policyWith({ one: '', two: '' }));
  expect(agents[1]).toMatchObject({
    agent: 'two',
    stage: 'shadow',
    pii: ['read'],
    destructive: [],
    writes: ['refund'],
  });
  expect(total).toMatchObject({ pii: ['read'], destructive: ['fee'], writes: ['refund', 'payout', 'fee'] });
});

describe('a cover of limits', () => {
  const things = [0, 1, 2, 3, 4];
  const limit = fc.record({
    over: fc.subarray(things).map((some) => new Set(some)),
    max: fc.bigInt({ min: 0n, max: 20n }),
  });

  test.prop([
    fc.array(fc.bigInt({ min: 0n, max: 9n }), { minLength: 5, maxLength: 5 }),
    fc.subarray(things),
    fc.array(limit, { maxLength: 6 }),
  ])('bounds every sum that keeps all limits', (shares, some, limits) => {
    const sum = (over: Iterable<number>): bigint => [...over].reduce((all, thing) => all + (shares[thing] ?? 0n), 0n);
    fc.pre(limits.every(({ over, max }) => sum(over) <= max));
    const bound = coverBound(new Set(some), limits);
    if (bound !== undefined) expect(bound).toBeGreaterThanOrEqual(sum(some));
    else expect(some.some((thing) => limits.every(({ over }) => !over.has(thing)))).toBe(true);
  });
});

test.prop({
  limits: fc.array(fc.record({ over: fc.subarray(['a', 'b', 'c', 'd', 'e', 'f']), max: fc.nat({ max: 9 }) })),
})('the greedy cover takes, round by round, what adds least per thing newly covered', ({ limits }) => {
  const things = new Set(['a', 'b', 'c', 'd', 'e']);
  const each = limits.map(({ over, max }) => ({ over: new Set(over), max: BigInt(max) }));
  expect(coverBound(things, each)).toBe(countedAnew(things, each));
});

/** The same, as plainly as it can be said: everything is counted anew in every round. */
function countedAnew(
  things: ReadonlySet<string>,
  limits: Parameters<typeof coverBound<string>>[1],
): bigint | undefined {
  const whole = limits.filter(({ over }) => things.isSubsetOf(over)).map(({ max }) => max);
  const least = (all: readonly bigint[]): bigint | undefined => all.toSorted((a, b) => (a < b ? -1 : 1))[0];
  let open = things;
  let sum = 0n;
  while (open.size > 0) {
    const gainOf = ({ over }: (typeof limits)[number]): bigint => BigInt(open.intersection(over).size);
    const [first, ...others] = limits.filter((limit) => gainOf(limit) > 0n);
    if (first === undefined) return least(whole);
    const best = others.reduce(
      (one, other) => (other.max * gainOf(one) < one.max * gainOf(other) ? other : one),
      first,
    );
    sum += best.max;
    open = open.difference(best.over);
  }
  return least([...whole, sum]);
}
