import Table from 'cli-table3';
import type { ReplayFigures } from './replay.ts';
import type { DecisionFigures } from './decisions.ts';
import type { PeerFigures } from './door.ts';
import type { EveryGuardFigures } from './every-guard.ts';
import type { FairnessFigures } from './fairness.ts';
import type { KillFigures } from './kill.ts';
import type { ProbeBench } from './probe.ts';
import type { Spread } from './statistics.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const two = (value: number): string => value.toFixed(2);

function shown({ median, min, max }: Spread, format: (value: number) => string): string {
  return `${format(median)} (${format(min)}–${format(max)})`;
}

export function decisionTable(figures: readonly DecisionFigures[]): string {
  const table = new Table({ head: ['routes', 'agents', 'calls/s through the engine: median (min–max)'] });
  for (const { routes, agents, perSecond } of figures) table.push([routes, agents, shown(perSecond, whole)]);
  return table.toString();
}

export function replayTable(figures: readonly ReplayFigures[]): string {
  const table = new Table({ head: ['replay', 'calls', 'calls/s of a core: median (min–max)', '× plain loop'] });
  for (const { what, calls, perSecond, timesPlainLoop } of figures) {
    table.push([
      what,
      calls.toLocaleString('en-US'),
      shown(perSecond, whole),
      timesPlainLoop === null ? '' : timesPlainLoop.toFixed(1),
    ]);
  }
  return table.toString();
}

export function probeTables({ figures, parts }: ProbeBench): string {
  const rates = new Table({ head: ['policy', 'probe', 'calls', 'calls/s of a core: median (min–max)'] });
  for (const { policy, what, calls, perSecond } of figures)
    rates.push([policy, what, calls.toLocaleString('en'), shown(perSecond, whole)]);
  const shares = new Table({ head: ['where a search’s time goes', '%'] });
  for (const { part, share } of parts) shares.push([part, (share * 100).toFixed(1)]);
  return `${rates.toString()}\n${shares.toString()}`;
}

export function everyGuardTable(figures: readonly EveryGuardFigures[]): string {
  const table = new Table({
    head: ['every guard on', 'CEL', 'µs to read the facts: median (min–max)', 'µs to decide: median (min–max)'],
  });
  for (const { what, conditions, facts, decide } of figures) {
    table.push([what, conditions ? 'yes' : 'no', shown(facts, two), shown(decide, two)]);
  }
  return table.toString();
}

export function doorTable(figures: readonly PeerFigures[]): string {
  const table = new Table({ head: ['', 'c', 'peer', 'requests/s', '× bare', 'p50 ms', 'p99 ms', 'CPU µs/request'] });
  for (const { method, connections, peer, perSecond, ratio, p50Ms, p99Ms, cpuMicros } of figures) {
    const cpu = cpuMicros.max === 0 ? '' : shown(cpuMicros, whole);
    table.push([
      method,
      connections,
      peer,
      shown(perSecond, whole),
      shown(ratio, two),
      two(p50Ms.median),
      two(p99Ms.median),
      cpu,
    ]);
  }
  return table.toString();
}

export function fairnessTable(figures: readonly FairnessFigures[]): string {
  const table = new Table({
    head: [
      'beside an agent at work',
      'p50 ms alone',
      'p50 beside',
      'p99 ms alone',
      'p99 beside',
      'p99 ×',
      'its answers/s',
    ],
  });
  for (const { neighbour, aloneP50Ms, besideP50Ms, aloneP99Ms, besideP99Ms, ratio, answersPerSecond } of figures) {
    const waits = [aloneP50Ms, besideP50Ms, aloneP99Ms, besideP99Ms, ratio].map((one) => shown(one, two));
    table.push([neighbour, ...waits, shown(answersPerSecond, whole)]);
  }
  return table.toString();
}

export function killTable(figures: readonly KillFigures[]): string {
  const table = new Table({ head: ['killed by', 'in flight', 'ms to the last byte', 'writes after it'] });
  for (const { how, inFlight, lastByteMs, writesAfter } of figures) {
    table.push([how, inFlight, shown(lastByteMs, whole), writesAfter]);
  }
  return table.toString();
}
