import type { Limit } from '../shadow/limits.ts';
import type { Scope } from '../shadow/scope.ts';
import type { Source } from '../shadow/source.ts';
import { largeAmounts, nearLimits, newPayees } from './amounts.ts';
import type { Anomaly, AnomalyTest, TestResult } from './anomaly.ts';
import { restingOnMadeUp, trips } from './marks.ts';
import { afterFailedReads, keptTrying, refusedThenThrough, repeated, withoutReading } from './sequences.ts';
import { bursts, busyHours, longSessions, newRoutes } from './volumes.ts';

export interface Anomalies {
  /** Every test that was made, whether it found something or not. */
  readonly tests: readonly { readonly test: AnomalyTest; readonly found: number; readonly kept: number }[];
  /** The strongest of each test, all in one order: by score, money, and time. */
  readonly ranked: readonly Anomaly[];
}

/** What a reviewer should look at first. `gather` and `findingsOf` have run. */
export async function anomaliesOf(source: Source, scope: Scope, limits: readonly Limit[]): Promise<Anomalies> {
  const tests: TestResult[] = [];
  for (const test of [
    () => trips(source),
    () => refusedThenThrough(source),
    () => afterFailedReads(source),
    () => restingOnMadeUp(source),
    () => repeated(source, 'session'),
    () => keptTrying(source),
    () => nearLimits(source, limits),
    () => largeAmounts(source),
    () => newPayees(source),
    () => withoutReading(source),
    () => bursts(source, scope),
    () => busyHours(source, scope),
    () => newRoutes(source, scope),
    () => longSessions(source),
    () => repeated(source, 'sessions'),
  ])
    tests.push(await test());
  return {
    tests: tests.map(({ test, found, strongest }) => ({ test, found, kept: strongest.length })),
    ranked: tests.flatMap(({ strongest }) => strongest).toSorted(byRank),
  };
}

function byRank(a: Anomaly, b: Anomaly): number {
  const [most, least] = [largest(b), largest(a)];
  if (a.score !== b.score) return b.score - a.score;
  if (most !== least) return most > least ? 1 : -1;
  return a.at - b.at || (a.what < b.what ? -1 : a.what > b.what ? 1 : 0);
}

const largest = ({ money }: Anomaly): bigint => money.reduce((most, { micros }) => (micros > most ? micros : most), 0n);
