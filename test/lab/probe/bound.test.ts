import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adversaries } from '../../../src/lab/adversaries/all.ts';
import { promiseOracles } from '../../../src/lab/oracles/promises.ts';
import { search } from '../../../src/lab/probe/search.ts';
import { DOLLARS_ALONE, refundsField } from './refunds-field.ts';

const zone = fc.constantFrom('UTC', 'America/New_York', 'America/Havana', 'Asia/Kathmandu');
const window = fc.constantFrom('1s', '10m', '1h', '7h', '1d');
const per = fc.oneof(
  zone.map((name) => `per: day, timezone: ${name}`),
  window.map((span) => `per: ${span}`),
);
const upTo = <One>(most: number, one: fc.Arbitrary<One>): fc.Arbitrary<One[]> => fc.array(one, { maxLength: most });

/** What a cautious author writes: each policy bounds its refunds in some way, and none says so twice alike. */
const rules = fc
  .record({
    rates: upTo(2, fc.tuple(fc.integer({ min: 1, max: 12 }), window)),
    budgets: upTo(2, fc.tuple(fc.integer({ min: 1, max: 60 }), per)),
    collar: fc.option(fc.integer({ min: 1, max: 30 })),
    once: fc.option(window, { nil: undefined }),
    shared: upTo(1, fc.tuple(fc.integer({ min: 1, max: 60 }), per)),
  })
  .map(({ rates, budgets, collar, once, shared }) => {
    const list = (key: string, items: readonly string[]): string =>
      items.length === 0 ? '' : `    ${key}: [${items.join(', ')}]\n`;
    const budget = ([max, window]: readonly [number, string]): string => `{ max: ${max} USD, ${window} }`;
    const own = [
      list(
        'rates',
        rates.map(([max, span]) => `{ route: create_refund, max: ${max}, per: ${span} }`),
      ),
      list('budgets', budgets.map(budget)),
      list('collar', collar === null ? [] : [`{ max: ${collar} USD }`]),
      list('once', once === undefined ? [] : [`{ route: create_refund, per: subject, within: ${once} }`]),
    ];
    return `${own.join('')}${shared.length === 0 ? '' : `budgets: [${shared.map(budget).join(', ')}]\n`}`;
  });

test('no search exceeds the blast radius of a policy, nor breaks what Interlock promises of its rules', () => {
  let nearest = 0;
  fc.assert(
    fc.property(rules, fc.integer({ min: 0, max: 1_000_000 }), (text, seed) => {
      const field = refundsField(text, DOLLARS_ALONE);
      const oracles = promiseOracles(field.loaded);
      const result = search(field, oracles, adversaries, { seed, runs: 12, clock: { now: () => 0 } });
      expect(result.bugs.map(({ harm, path }) => `${harm.text} (path ${path})`)).toEqual([]);
      expect(result.approaches.filter(({ understated }) => understated !== undefined)).toEqual([]);
      nearest = Math.max(nearest, ...result.approaches.map(({ share }) => share ?? 0));
    }),
    { numRuns: 15 },
  );
  // The bounds are worth something, and so is the search: some are reached.
  expect(nearest).toBe(1);
});
