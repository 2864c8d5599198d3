import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { candidates, queue, type Candidates } from '../../../src/evidence/review/queue.ts';
import { allocation, drawn } from '../../../src/evidence/review/sample.ts';
import { bandOf, daysIn, stratumKey } from '../../../src/evidence/review/strata.ts';
import { summary } from '../../../src/evidence/review/summary.ts';
import { intentsOf } from '../../../src/evidence/intents/from-journal.ts';
import { parseMoney, type Money } from '../../../src/std/money.ts';
import { assessed, call, recorded } from '../records.ts';

const terms = fc.record({
  seed: fc.nat(),
  size: fc.integer({ min: 0, max: 300 }),
  each: fc.integer({ min: 1, max: 9 }),
});
const populations = fc
  .dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 400 }), { minKeys: 1, maxKeys: 12 })
  .map((all) => new Map(Object.entries(all)));
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);

property.prop([populations, terms])(
  'each stratum gives its least or all it has, and all together as many as asked',
  (all, given) => {
    const counts = allocation(all, given);
    for (const [name, population] of all) {
      expect(counts.get(name)).toBeGreaterThanOrEqual(Math.min(given.each, population));
      expect(counts.get(name)).toBeLessThanOrEqual(population);
    }
    const least = sum([...all.values()].map((population) => Math.min(given.each, population)));
    expect(sum(counts.values())).toBe(Math.max(least, Math.min(given.size, sum(all.values()))));
  },
);

property.prop([populations, terms])(
  'beyond its least, no stratum gives more than one call above or below its share',
  (all, given) => {
    const counts = allocation(all, given);
    const least = (population: number): number => Math.min(given.each, population);
    const extra = sum(counts.values()) - sum([...all.values()].map(least));
    const rest = sum([...all.values()].map((population) => population - least(population)));
    for (const [name, population] of all) {
      const share = rest === 0 ? 0 : (extra * (population - least(population))) / rest;
      expect(Math.abs((counts.get(name) ?? 0) - least(population) - share)).toBeLessThan(1);
    }
  },
);

property.prop([fc.uniqueArray(fc.string(), { maxLength: 60 }), fc.nat({ max: 70 }), fc.nat()])(
  'a draw is of the stratum, as large as asked, and the same whatever the order of its calls',
  (calls, count, seed) => {
    const one = drawn(calls, count, seed);
    expect(one.size).toBe(Math.min(count, calls.length));
    expect(drawn(calls.toReversed(), count, seed)).toEqual(one);
  },
);

test('over many seeds every call is drawn about as often as any other', () => {
  const calls = Array.from({ length: 20 }, (_, index) => `call_${index}`);
  const times = new Map<string, number>();
  for (let seed = 0; seed < 2_000; seed += 1)
    for (const one of drawn(calls, 5, seed)) times.set(one, (times.get(one) ?? 0) + 1);
  // 2,000 × 5 / 20 = 500 with a standard deviation of 19: five of those either way.
  for (const count of calls.map((one) => times.get(one) ?? 0)) expect(Math.abs(count - 500)).toBeLessThan(97);
});

test('a draw from a journal that has grown loses to the new calls only those that they outrank', () => {
  const calls = Array.from({ length: 200 }, (_, index) => `call_${index}`);
  const before = drawn(calls.slice(0, 150), 20, 7);
  const after = drawn(calls, 20, 7);
  const fresh = [...after].filter((one) => !before.has(one));
  for (const one of fresh) expect(calls.indexOf(one)).toBeGreaterThanOrEqual(150);
});

describe('amount bands', () => {
  test.each([
    ['0 USD', '< 10 USD'],
    ['9.99 USD', '< 10 USD'],
    ['10 USD', '10–100 USD'],
    ['-10 USD', '10–100 USD'],
    ['999.99 EUR', '100–1000 EUR'],
    ['10000 USD', '≥ 10000 USD'],
    ['999 JPY', '< 1000 JPY'],
    ['1000 JPY', '1000–10000 JPY'],
  ])('%s is %s', (text, band) => expect(bandOf(parseMoney(text) as Money)).toBe(band));
});

test('a weekend is one where the reviewers live', () => {
  const fridayNight = Date.UTC(2026, 2, 6, 23, 30);
  expect(daysIn('UTC')(fridayNight)).toBe('weekday');
  expect(daysIn('Europe/Berlin')(fridayNight)).toBe('weekend');
});

/** 300 refunds of three bands on two routes in two verdicts, in 30 sessions; every 50th is repeated. */
function shadow(opinions: Readonly<Record<string, 'sane' | 'wrong' | 'unsure'>> = {}, seed = 1): Candidates {
  const entries = Array.from({ length: 300 }, (_, index) =>
    call({
      call: `c${String(index).padStart(3, '0')}`,
      at: 1_000 + index,
      session: `s${index % 30}`,
      route: index % 2 === 0 ? 'refund' : 'credit',
      subject: `charge:${index % 50 === 31 ? index - 30 : index}`,
      amount: `${[5, 50, 500][index % 3]} USD`,
      verdict: index % 10 === 0 ? 'deny' : 'capture',
    }),
  );
  const given = Object.entries(opinions).map(([key, opinion]) =>
    assessed(key.split(' ')[0] ?? '', key.split(' ')[1] ?? 'ann', opinion),
  );
  return candidates(intentsOf(recorded(entries)).writes, given, { seed, size: 60, each: 4 }, daysIn('UTC'));
}

describe('what is chosen of a shadow run', () => {
  const { all } = shadow();
  const chosen = all.filter((one) => one.chosen);

  test('holds every anomaly, and of every other stratum at least four, or all', () => {
    const odd = all.filter((one) => one.anomalies.length > 0);
    expect(odd.map(({ intent }) => intent.call)).toEqual(['c031', 'c081', 'c131', 'c181', 'c231', 'c281']);
    for (const one of odd) expect(one.chosen).toBe(true);
    for (const its of Map.groupBy(all, ({ stratum }) => stratumKey(stratum)).values()) {
      const count = its.filter((one) => one.chosen).length;
      expect(count).toBeGreaterThanOrEqual(Math.min(4, its.length));
    }
    expect(chosen.filter((one) => one.anomalies.length === 0)).toHaveLength(60);
  });

  test('stands for the whole population: the weights add up to it', () => {
    const { strata, population } = summary(null, 1, shadow());
    expect(sum(strata.map(({ chosen: count, weight }) => count * weight))).toBeCloseTo(population, 9);
    expect(sum(strata.map((one) => one.population))).toBe(300);
  });

  test('is the same under the same seed and another under another', () => {
    const names = ({ all: its }: Candidates): string =>
      its.flatMap((one) => (one.chosen ? [one.intent.call] : [])).join();
    expect(names(shadow())).toBe(names(shadow()));
    expect(names(shadow({}, 2))).not.toBe(names(shadow()));
  });

  test('comes not yet reviewed first, anomalies first, the oldest first; a second opinion is on what another has reviewed', () => {
    const [first, second, third] = chosen.map(({ intent }) => intent.call);
    const reviewed = shadow({
      [`${first} ann`]: 'sane',
      [`${second} bob`]: 'wrong',
      [`${third} ann`]: 'sane',
      [`${third} bob`]: 'sane',
    });
    const order = queue(reviewed, { by: 'ann', second: false }).map(({ intent }) => intent.call);
    expect(order).toHaveLength(chosen.length);
    expect(order.slice(-3)).toEqual([second, first, third]);
    const fresh = queue(reviewed, { by: 'ann', second: false }).slice(0, -3);
    const odd = fresh.map(({ anomalies }) => anomalies.length > 0);
    expect(odd).toEqual(odd.toSorted((a, b) => Number(b) - Number(a)));
    expect(queue(reviewed, { by: 'ann', second: true }).map(({ intent }) => intent.call)).toEqual([second]);
    expect(queue(reviewed, { by: 'cy', second: true })).toHaveLength(3);
  });
});
