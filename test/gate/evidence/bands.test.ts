import { expect, test } from 'vitest';
import { amountBands } from '../../../src/gate/evidence/bands.ts';
import type { Limit } from '../../../src/evidence/shadow/limits.ts';
import { money } from '../../engine/policies.ts';

const limit = (kind: Limit['kind'], amount: string, route = 'refund'): Limit => ({
  kind,
  guard: kind === 'budget' ? 'budget' : kind === 'approval' ? 'approval' : 'collar',
  rule: 'bot.x',
  routes: [route as never],
  money: money(amount),
});

/** `10–100 USD: 3`, and in brackets what the agent may not ask for alone. */
const bands = (amounts: readonly string[], limits: readonly Limit[]): readonly string[] =>
  amountBands('refund' as never, amounts.map(money), limits).map(({ band, meant, allowed }) =>
    allowed ? `${band}: ${meant}` : `(${band}: ${meant})`,
  );

test.each<[why: string, amounts: readonly string[], limits: readonly Limit[], found: readonly string[]]>([
  ['nothing meant and nothing limited', [], [], []],
  [
    'up to the largest meant, none left out',
    ['5 USD', '2000 USD'],
    [],
    ['< 10 USD: 1', '10–100 USD: 0', '100–1000 USD: 0', '1000–10000 USD: 1'],
  ],
  [
    'up to what a collar allows, used or not',
    ['20 USD'],
    [limit('largest', '500 USD')],
    ['< 10 USD: 0', '10–100 USD: 1', '100–1000 USD: 0'],
  ],
  [
    'from what a collar asks for',
    ['20 USD'],
    [limit('smallest', '10 USD'), limit('largest', '99 USD')],
    ['10–100 USD: 1'],
  ],
  [
    'a limit that is an edge opens no band, and an amount of its size lies below',
    ['100 USD', '99 USD'],
    [limit('largest', '100 USD')],
    ['< 10 USD: 0', '10–100 USD: 2'],
  ],
  [
    'above an approval a person is asked',
    ['20 USD', '700 USD'],
    [limit('approval', '100 USD'), limit('largest', '5000 USD')],
    ['< 10 USD: 0', '10–100 USD: 1', '(100–1000 USD: 1)'],
  ],
  ['no single call is larger than a budget', [], [limit('budget', '50 USD')], ['< 10 USD: 0', '10–100 USD: 0']],
  [
    'limits of other routes are none',
    ['20 USD'],
    [limit('largest', '5000 USD', 'other')],
    ['< 10 USD: 0', '10–100 USD: 1'],
  ],
  [
    'each currency for itself, by its own units',
    ['20 USD', '2000 JPY'],
    [],
    ['< 1000 JPY: 0', '1000–10000 JPY: 1', '< 10 USD: 0', '10–100 USD: 1'],
  ],
])('%s', (_, amounts, limits, found) => {
  expect(bands(amounts, limits)).toEqual(found);
});
