import type { SandboxResult, ScenarioResult } from '../../src/lab/sandbox/result.ts';
import { deletion, runaway, stormy } from './night-loops.ts';
import { doubleRefund, fatFinger, injectedPayee } from './night-mistakes.ts';
import { killed } from './night-operator.ts';
import { promised } from './runs.ts';

/** A whole night as the runner would hand it over: seven failures, of which the door stops each. */
export const night = (): SandboxResult =>
  nightOf(doubleRefund(), runaway(), killed(), injectedPayee(), fatFinger(), deletion(), stormy());

export const nightOf = (...scenarios: readonly ScenarioResult[]): SandboxResult => ({
  startedAt: '2026-11-22T03:00:00.120Z',
  version: '0.1.0',
  node: '24.21.0',
  scenarios,
});

/** The same night with one failure that got through. */
export function badNight(): SandboxResult {
  const refunds = doubleRefund();
  const found = 'charge:ch_1 was refunded twice, at 03:00:00.190 and 03:00:30.882, 100.00 USD in all';
  const promises = promised('no charge is refunded twice', found, '2 writes', true);
  const broken = { ...refunds, guarded: refunds.unguarded, held: false, promises, stoppedBy: [] };
  return { ...night(), scenarios: [broken, ...night().scenarios.slice(1)] };
}
