import Table from 'cli-table3';
import type { Spread, Tail } from '../statistics.ts';
import type { ControlKillFigures } from './kill.ts';
import type { ListenerFigures, OverviewFigures } from './listener.ts';
import type { Responsive } from './responsive.ts';
import type { WatchedFigures } from './throughput.ts';

export interface ControlFigures {
  readonly kill: readonly ControlKillFigures[];
  readonly watched: readonly WatchedFigures[];
  readonly listener: readonly ListenerFigures[];
  readonly overview: OverviewFigures;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const two = (value: number): string => value.toFixed(2);
const tailed = ({ median, p95, worst }: Tail): string => `${whole(median)} / ${whole(p95)} / ${whole(worst)}`;

function shown({ median, min, max }: Spread, format: (value: number) => string): string {
  return `${format(median)} (${format(min)}–${format(max)})`;
}

export function controlTables({ kill, watched, listener, overview }: ControlFigures): string {
  const kills = new Table({
    head: [
      'killed',
      'in flight',
      'last refused ms: median / p95 / worst',
      'bare server',
      'door CPU',
      'answered',
      'shown',
      'after it',
      'load',
    ],
  });
  for (const one of kill) {
    const { what, inFlight, lastMs, bareMs, doorCpuMs, answeredMs, shownMs, after, machineLoad } = one;
    const times = [lastMs, bareMs, doorCpuMs, answeredMs, shownMs].map(tailed);
    kills.push([what, inFlight, ...times, after, machineLoad]);
  }
  const watching = new Table({ head: ['who watches', 'calls/s', 'p50 ms', 'p99 ms', 'kB/s to each', 'load'] });
  for (const { watchers, all, perSecond, p50Ms, p99Ms, bytesPerSecond, machineLoad } of watched) {
    const who = all ? `${watchers}, every call` : watchers;
    const times = [shown(p50Ms, two), shown(p99Ms, two)];
    watching.push([who, shown(perSecond, whole), ...times, whole(bytesPerSecond / 1_000), machineLoad]);
  }
  const listening = new Table({ head: ['beside the journal', 'ns a record to the listener', 'µs an append'] });
  for (const { watchers, listenerNanos, appendMicros } of listener) {
    const who = watchers === null ? 'no control room' : `${watchers} watch`;
    listening.push([who, listenerNanos === null ? '' : shown(listenerNanos, whole), shown(appendMicros, two)]);
  }
  const { agents, gauges, inFlight, micros, bytes } = overview;
  const look = `One overview of ${agents} agents, ${gauges} gauges, ${inFlight} calls under way: ${shown(micros, whole)} µs, ${whole(bytes / 1_000)} kB`;
  return [kills.toString(), watching.toString(), listening.toString(), look].join('\n\n');
}

export function responsiveTable(found: readonly Responsive[]): string {
  const table = new Table({
    head: ['view', 'for s', 'calls/s', 'p99 ms', 'long tasks', 'longest ms', 'longest pause ms', 'redraws', 'load'],
  });
  for (const { view, forMs, load, longTasks, longestMs, longestPauseMs, redraws, machineLoad } of found) {
    const door = [whole(load.perSecond), whole(load.p99Ms)];
    table.push([view, forMs / 1_000, ...door, longTasks, longestMs, longestPauseMs, redraws, machineLoad]);
  }
  return table.toString();
}
