import Table from 'cli-table3';
import { formatDuration } from '../../std/duration.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { WAITING_MAX } from '../../door/transports/lanes.ts';
import { ACCESS_LIMITS } from './limits/access.ts';
import { CONNECTION_LIMITS, REQUEST_LIMITS, UPSTREAM_CONSTANTS } from './limits/door.ts';
import type { Limit } from './limits/limit.ts';
import { LIVE_LIMITS } from './limits/live.ts';
import { LOOKUP_LIMITS } from './limits/lookups.ts';
import { CONTROL_LIMITS, NOTIFY_LIMITS } from './limits/people.ts';
import { OBSERVED_LIMITS } from './limits/observed.ts';
import { SHADOW_LIMITS } from './limits/shadow.ts';
import { RECORDER_LIMITS } from './limits/recorder.ts';
import { RELOAD_LIMITS } from './limits/reload.ts';
import { GROWING, GUARD_LIMITS, JOURNAL_LIMITS, VAULT_LIMITS } from './limits/state.ts';
import { WATCH_LIMITS } from './limits/watch.ts';

/** Everything in a running door that could grow or wait, and what bounds it. */
export const LIMITS: Readonly<Record<string, readonly Limit[]>> = {
  'Connections and who is refused': CONNECTION_LIMITS,
  'One request': REQUEST_LIMITS,
  'All upstreams': UPSTREAM_CONSTANTS,
  'What guards remember': GUARD_LIMITS,
  'The journal': JOURNAL_LIMITS,
  'Another policy while the door is open': RELOAD_LIMITS,
  'Personal data': VAULT_LIMITS,
  'Agents in shadow': SHADOW_LIMITS,
  'Promoted agents': WATCH_LIMITS,
  'The control API': CONTROL_LIMITS,
  'Those who watch': LIVE_LIMITS,
  'Who enters the control room': ACCESS_LIMITS,
  'Those who look back': LOOKUP_LIMITS,
  'Pages and checkpoints': NOTIFY_LIMITS,
  'Logs, metrics and health': OBSERVED_LIMITS,
  'A recorder': RECORDER_LIMITS,
};

/** What the policy says of one upstream. */
interface UpstreamBounds {
  readonly upstream: string;
  readonly connections: number;
  readonly waiting: number;
  /** `null`: as many as find a connection or wait for one. */
  readonly inflight: number | null;
  readonly headTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number;
}

export function limitsJson(policy: LoadedPolicy): object {
  return { limits: Object.values(LIMITS).flat(), upstreams: upstreamsOf(policy), growing: GROWING };
}

export function limitsReport(policy: LoadedPolicy): string {
  const sections = Object.entries(LIMITS).flatMap(([title, limits]) => [title, tableOf(limits), '']);
  return [
    ...sections,
    `Each upstream, as ${policy.file} says`,
    upstreamTable(upstreamsOf(policy)),
    '',
    'What grows with what was done, and is bounded by it',
    ...GROWING.map(({ what, by }) => `- ${what}: ${by}`),
    '',
    'A name in brackets is one that `interlock serve --limit NAME=VALUE` takes.',
  ].join('\n');
}

function tableOf(limits: readonly Limit[]): string {
  const table = new Table({
    head: ['constant', 'value', 'bounds', 'beyond it'],
    colWidths: [34, 20, 42, 42],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const { name, option, bounds, beyond, ...limit } of limits) {
    table.push([option === undefined ? name : `${name}\n(${option})`, valueOf(limit), bounds, beyond]);
  }
  return table.toString();
}

function upstreamTable(upstreams: readonly UpstreamBounds[]): string {
  const table = new Table({
    head: ['upstream', 'connections', 'waiting for one', 'calls under way', 'head', 'between bytes', 'whole answer'],
    style: { head: [], border: [], compact: true },
  });
  for (const { upstream, connections, waiting, inflight, ...times } of upstreams) {
    const { headTimeoutMs, idleTimeoutMs, totalTimeoutMs } = times;
    const durations = [headTimeoutMs, idleTimeoutMs, totalTimeoutMs].map(formatDuration);
    table.push([upstream, connections, waiting, inflight ?? connections + waiting, ...durations]);
  }
  return table.toString();
}

function upstreamsOf({ upstreams, policy }: LoadedPolicy): UpstreamBounds[] {
  return [...upstreams.values()].map(({ id, limits: { connectionsMax, ...times } }) => ({
    upstream: id,
    connections: connectionsMax,
    waiting: WAITING_MAX,
    inflight: policy.shared.inflight.find(({ rule }) => rule === `upstreams.${id}.inflight`)?.max ?? null,
    ...times,
  }));
}

const MEBIBYTE = 1_048_576;
const KIBIBYTE = 1_024;

function valueOf({ value, unit }: Pick<Limit, 'value' | 'unit'>): string {
  if (unit === 'ms') return formatDuration(value);
  if (unit === 'bytes' && value % MEBIBYTE === 0) return `${value / MEBIBYTE} MiB`;
  if (unit === 'bytes' && value % KIBIBYTE === 0) return `${value / KIBIBYTE} KiB`;
  return `${value.toLocaleString('en')} ${unit}`;
}
