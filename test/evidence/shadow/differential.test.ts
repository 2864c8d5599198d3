import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Behind } from '../../../src/evidence/shadow/behind.ts';
import { NOTHING_BESIDE, shadowEvidence, type ShadowEvidence } from '../../../src/evidence/shadow/evidence.ts';
import { scopeWhere, type Scope } from '../../../src/evidence/shadow/scope.ts';
import type { Entry, Recorded } from '../../../src/journal/entry.ts';
import { openWarehouse, type Warehouse } from '../../../src/warehouse/index.ts';
import { directory } from '../../journal/directory.ts';
import { fortnight } from './fortnight.ts';
import { journalIn, recordsIn } from './journal.ts';
import {
  currency,
  isMeant,
  isStopped,
  isUpstreams,
  micros,
  naiveCalls,
  peak,
  ruleCounts,
  sums,
  type NaiveCall,
} from './naive.ts';
import { loaded, REFUNDS } from './policy.ts';
import { journals } from './random-journal.ts';

const POLICY = loaded(REFUNDS);
/** Each opens a journal and a warehouse, and asks a few hundred questions. */
const RUNS = 4;

interface Counted {
  readonly evidence: ShadowEvidence;
  readonly warehouse: Warehouse;
  readonly records: readonly Recorded[];
}

async function counted(entries: readonly Entry[], scope: Scope): Promise<Counted> {
  const dir = directory();
  await journalIn(dir, POLICY, entries);
  const warehouse = await openWarehouse(dir);
  const evidence = await shadowEvidence(warehouse, scope, { ...NOTHING_BESIDE, policy: POLICY });
  return { evidence, warehouse, records: recordsIn(dir) };
}

const SCOPE: Scope = { agent: 'refunds-bot', from: null, to: null, stage: null, timeZone: 'UTC' };
const scopes: fc.Arbitrary<Scope> = fc.record({
  agent: fc.constant('refunds-bot'),
  from: fc.constantFrom(null, Date.UTC(2026, 2, 7)),
  to: fc.constantFrom(null, Date.UTC(2026, 2, 10)),
  stage: fc.constantFrom(null, null, 'shadow'),
  timeZone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata'),
});

/** Every number of the evidence that stands for calls. */
function behinds(part: unknown): readonly Behind[] {
  if (part === null || typeof part !== 'object') return [];
  if ('where' in part && 'calls' in part && 'count' in part) return [part as Behind];
  return Object.values(part).flatMap(behinds);
}

test('every number is what a plain loop counts, and opens to exactly so many calls', async () => {
  await fc.assert(
    fc.asyncProperty(journals, scopes, async (entries, scope) => {
      const { evidence, warehouse, records } = await counted(entries, scope);
      sameAsLoop(evidence, naiveCalls(records, scope), records, scope);
      for (const { count, calls, where } of distinct(behinds(evidence))) {
        const rows = await warehouse.rows(
          `SELECT call FROM calls WHERE ${scopeWhere(scope)} AND (${where}) ORDER BY seq`,
        );
        const all = rows.map(({ call }) => call);
        expect(all, where).toHaveLength(count);
        expect(calls.length, where).toBe(Math.min(3, count));
        expect(all, where).toEqual(expect.arrayContaining([...calls]));
      }
      warehouse.close();
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

/** Most numbers of a small journal are zero, and open alike. */
const distinct = (all: readonly Behind[]): Iterable<Behind> =>
  new Map(all.map((behind) => [JSON.stringify(behind), behind])).values();

test('a fortnight is what a plain loop over the journal counts', async () => {
  const scope = { ...SCOPE, timeZone: 'America/New_York' };
  const { evidence, warehouse, records } = await counted(fortnight(), scope);
  warehouse.close();
  const calls = naiveCalls(records, scope);
  expect(calls.length).toBeGreaterThan(900);
  sameAsLoop(evidence, calls, records, scope);
});

function sameAsLoop(
  evidence: ShadowEvidence,
  calls: readonly NaiveCall[],
  records: readonly Recorded[],
  scope: Scope,
): void {
  const { overview, money } = evidence;
  const meant = calls.filter(isMeant);
  const stopped = calls.filter(isStopped);
  expect(overview.calls.count).toBe(calls.length);
  expect(overview.meant.count).toBe(meant.length);
  expect(overview.stopped.count).toBe(stopped.length);
  expect(overview.repeats.count).toBe(calls.filter(({ repeat }) => repeat).length);
  expect(overview.sessions).toBe(new Set(calls.map(({ session }) => session)).size);
  expect(overview.period?.daysWithCalls ?? 0).toBe(new Set(calls.map(({ local }) => local.day)).size);
  expect(new Map(money.meant.map(({ sum }) => [sum.currency, sum.micros]))).toEqual(sums(meant));
  expect(new Map(money.stopped.map(({ sum }) => [sum.currency, sum.micros]))).toEqual(sums(stopped));
  sameRoutes(evidence, calls);
  sameTimes(evidence, calls);
  sameRules(evidence, calls);
  sameAmounts(evidence, calls);
  samePeaks(evidence, meant);
  sameUnknowns(evidence, calls);
  sameFaults(evidence, calls);
  const judged = records.flatMap((record) =>
    record.kind === 'assessment' && record.agent === scope.agent && (scope.from === null || record.at >= scope.from)
      ? [record]
      : [],
  );
  const ids = new Set<string>(calls.map(({ call }) => call));
  for (const { opinion, behind } of evidence.people.opinions)
    expect(behind.count).toBe(
      new Set(judged.filter((each) => each.opinion === opinion && ids.has(each.call)).map(({ call }) => call)).size,
    );
}

function sameRoutes({ routes }: ShadowEvidence, calls: readonly NaiveCall[]): void {
  const by = Map.groupBy(calls, ({ route }) => route as string);
  expect(new Set(routes.map(({ route }) => route))).toEqual(new Set(by.keys()));
  for (const { route, calls: all, meant, stopped, subjects, sessions, money, reads } of routes) {
    const own = by.get(route) ?? [];
    expect(all.count).toBe(own.length);
    expect(meant.count).toBe(own.filter(isMeant).length);
    expect(stopped.count).toBe(own.filter(isStopped).length);
    expect(sessions).toBe(new Set(own.map(({ session }) => session)).size);
    expect(subjects).toBe(new Set(own.flatMap(({ facts }) => facts.subject ?? [])).size);
    expect(new Map(money.map(({ sum }) => [sum.currency, sum.micros]))).toEqual(sums(own.filter(isMeant)));
    for (const { sum, median, largest } of money) {
      const amounts = own
        .filter((call) => isMeant(call) && currency(call) === sum.currency)
        .map((call) => micros(call) ?? 0n)
        .toSorted((a, b) => (a < b ? -1 : 1));
      expect(largest.micros).toBe(amounts.at(-1));
      expect(median.micros).toBe(amounts[Math.ceil(amounts.length / 2) - 1]);
    }
    const real = own.flatMap(({ effect, verdict, ended }) =>
      effect === 'read' && verdict === 'allow' && ended !== undefined && isUpstreams(ended) ? [ended] : [],
    );
    expect(reads?.behind.count ?? 0).toBe(real.length);
    expect(reads?.failed.count ?? 0).toBe(
      real.filter(({ status, failure }) => status === null || status >= 400 || failure !== null).length,
    );
    const durations = real.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
    expect(reads?.p95Ms ?? undefined).toBe(durations[Math.ceil(0.95 * durations.length) - 1]);
  }
}

function sameTimes({ series, week }: ShadowEvidence, calls: readonly NaiveCall[]): void {
  const label = ({ local }: NaiveCall): string =>
    series.step === 'hour' ? `${local.day} ${String(local.hour).padStart(2, '0')}:00` : local.day;
  if (series.step === 'hour' || series.step === 'day') {
    const by = Map.groupBy(calls, label);
    expect([...by.keys()].filter((each) => series.buckets.every((bucket) => bucket.label !== each))).toEqual([]);
    for (const bucket of series.buckets) {
      const own = by.get(bucket.label) ?? [];
      expect(bucket.behind.count, bucket.label).toBe(own.length);
      expect(bucket.denied).toBe(own.filter(({ verdict }) => verdict === 'deny').length);
      expect(bucket.meant.money).toBe(own.filter((call) => isMeant(call) && call.effect === 'money').length);
      expect(new Map(bucket.money.map(({ sum }) => [sum.currency, sum.micros]))).toEqual(sums(own.filter(isMeant)));
    }
  }
  const hours = Map.groupBy(calls, ({ local }) => `${local.weekday} ${local.hour}`);
  expect(week).toHaveLength(hours.size);
  for (const { weekday, hour, calls: own, meant } of week) {
    const there = hours.get(`${weekday} ${hour}`) ?? [];
    expect(own.count).toBe(there.length);
    expect(meant).toBe(there.filter(isMeant).length);
  }
}

function sameRules({ findings }: ShadowEvidence, calls: readonly NaiveCall[]): void {
  const expected = ruleCounts(calls);
  const crossed = (guard: string, rule: string): number =>
    calls.filter(({ trips, findings: found }) =>
      [...trips, ...found].some(
        (one) => typeof one !== 'string' && one.trip !== undefined && one.guard === guard && one.rule === rule,
      ),
    ).length;
  const decided = (guard: string, rule: string): number =>
    calls.filter(({ trips }) => trips.some((one) => one.guard === guard && one.rule === rule)).length;
  for (const { guard, rule, asked, denied, held, alone, trips, tripped } of findings) {
    const own = expected.get(`${guard} ${rule}`) ?? { asked: 0, denied: 0, held: 0, alone: 0 };
    expect({ asked, denied: denied.count, held: held.count, alone }, `${guard} ${rule}`).toEqual(own);
    expect(trips.count).toBe(crossed(guard, rule));
    expect(tripped.count).toBe(decided(guard, rule));
  }
  const known = new Set(findings.map(({ guard, rule }) => `${guard} ${rule}`));
  expect([...expected.keys()].filter((name) => !known.has(name))).toEqual([]);
}

function sameAmounts({ amounts }: ShadowEvidence, calls: readonly NaiveCall[]): void {
  for (const { currency: unit, bands } of amounts) {
    const own = calls.filter((call) => currency(call) === unit);
    for (const { from, below, meant, denied, held } of bands) {
      const within = own.filter((call) => {
        const amount = micros(call) ?? 0n;
        return amount < below.micros && (from === null || amount >= from.micros);
      });
      expect(meant.count).toBe(within.filter(isMeant).length);
      expect(denied).toBe(within.filter(({ verdict }) => verdict === 'deny').length);
      expect(held).toBe(within.filter(({ verdict }) => verdict === 'hold').length);
    }
    const total = bands.reduce((sum, { meant, denied, held }) => sum + meant.count + denied + held, 0);
    // A captured write that shadow itself refused came to nothing, and stands in no band.
    expect(total).toBe(
      own.filter((call) => isMeant(call) || call.verdict === 'deny' || call.verdict === 'hold').length,
    );
  }
}

function samePeaks({ headroom }: ShadowEvidence, meant: readonly NaiveCall[]): void {
  for (const { currency: unit, used } of headroom?.money ?? []) {
    const own = meant.filter((call) => currency(call) === unit && micros(call) !== null);
    expect(used?.micros ?? 0n).toBe(mostOf(own));
  }
}

/** Amounts may be negative in these journals; the least that is reported of any call at all is its own amount. */
function mostOf(own: readonly NaiveCall[]): bigint {
  if (own.length === 0) return 0n;
  const windows = own.map((last) => own.filter((call) => call.at <= last.at && call.at > last.at - 86_400_000));
  return windows
    .map((calls) => calls.reduce((sum, call) => sum + (micros(call) ?? 0n), 0n))
    .reduce((a, b) => (a > b ? a : b));
}

function sameUnknowns({ unknowns }: ShadowEvidence, calls: readonly NaiveCall[]): void {
  expect(unknowns.unknownOutcomes.count).toBe(calls.filter(({ ended }) => ended?.effectiveness === 'unknown').length);
  expect(unknowns.unended.count).toBe(calls.filter((call) => !isStopped(call) && call.ended === undefined).length);
  expect(unknowns.amountless.count).toBe(
    calls.filter((call) => call.effect === 'money' && micros(call) === null).length,
  );
  for (const { how, behind } of unknowns.resting)
    expect(behind.count).toBe(calls.filter(({ rests }) => rests?.how === how).length);
  const silence = calls.slice(1).reduce((most, { at }, index) => Math.max(most, at - (calls[index]?.at ?? at)), 0);
  expect(unknowns.longestSilenceMs).toBe(silence);
}

function sameFaults({ strata }: ShadowEvidence, calls: readonly NaiveCall[]): void {
  const met = strata.dimensions.find(({ name }) => name === 'Fault met')?.strata ?? [];
  const ends = calls.flatMap(({ ended }) => (ended !== undefined && isUpstreams(ended) ? [ended] : []));
  const expected = {
    'refused by its upstream (4xx)': ends.filter(({ status }) => status !== null && status < 429 && status >= 400),
    'told to slow down (429)': ends.filter(({ status }) => status === 429),
    'upstream failed (5xx)': ends.filter(({ status }) => status !== null && status >= 500),
    'no answer, or a broken one': ends.filter(({ failure }) => failure !== null),
  };
  for (const [name, own] of Object.entries(expected))
    expect(met.find((each) => each.name === name)?.behind.count, name).toBe(own.length);
}

test('the most calls in an hour are counted over any hour, not over those of the clock', async () => {
  const entries = fortnight(3, 5);
  const { evidence, warehouse, records } = await counted(entries, SCOPE);
  warehouse.close();
  const calls = naiveCalls(records, SCOPE).filter(({ verdict }) => verdict === 'allow' || verdict === 'capture');
  for (const { effect, used, behind } of evidence.headroom?.calls ?? []) {
    expect(behind?.count ?? 0, effect).toBe(used);
    expect(BigInt(used)).toBe(
      peak(
        calls.filter((call) => call.effect === effect),
        3_600_000,
        () => 1n,
      ),
    );
  }
});
