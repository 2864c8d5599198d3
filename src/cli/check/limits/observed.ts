import { STALLED_AFTER_MS } from '../../../control/health/readiness.ts';
import { LINES_TOLD_PER_SECOND } from '../../../control/log/flood.ts';
import { FLOODS_MAX } from '../../../control/log/records.ts';
import { LOG_RETRY_MS, LOG_WAITING_MAX_BYTES } from '../../../control/log/stderr.ts';
import { HISTOGRAM_SERIES_MAX, SERIES_MAX } from '../../../control/metrics/cells.ts';
import { DISK_ANSWER_MS, LOOP_LOOK_MS } from '../../../control/metrics/machine.ts';
import { LEVELS_MAX } from '../../../control/metrics/now.ts';
import { METRICS_EVERY_MS } from '../../../control/otlp/every.ts';
import { TRACES_BATCH_MAX, TRACES_EVERY_MS, TRACES_WAITING_MAX } from '../../../control/traces/queue.ts';
import { limit, type Limit } from './limit.ts';

/** What watches the door: its log, its metrics, its health. */
export const OBSERVED_LIMITS: readonly Limit[] = [
  limit(
    'control/log/flood.ts',
    { LINES_TOLD_PER_SECOND },
    'lines a second',
    "in the log of the door's own faults, and of each agent's denials and failures",
    'counted',
  ),
  limit('control/log/records.ts', { FLOODS_MAX }, 'agents', 'counted apart for that', 'they share one count'),
  limit(
    'control/log/stderr.ts',
    { LOG_WAITING_MAX_BYTES },
    'bytes',
    'of the log that wait for whoever reads stderr',
    'dropped, counted, and said so',
  ),
  limit('control/log/stderr.ts', { LOG_RETRY_MS }, 'ms', 'until a stderr that takes nothing is asked again', 'asked'),
  limit(
    'control/health/readiness.ts',
    { STALLED_AFTER_MS },
    'ms',
    'a record that waits for the disk while `/readyz` says ok',
    'not ready: 503',
  ),
  limit(
    'control/metrics/cells.ts',
    { SERIES_MAX },
    'series',
    'of one counter',
    'all further ones are counted together, as `other`',
  ),
  limit(
    'control/metrics/cells.ts',
    { HISTOGRAM_SERIES_MAX },
    'series',
    'of one histogram',
    'all further ones are counted together, as `other`',
  ),
  limit('control/metrics/now.ts', { LEVELS_MAX }, 'rules', 'whose limits are shown as metrics', 'not shown'),
  limit(
    'control/metrics/machine.ts',
    { LOOP_LOOK_MS },
    'ms',
    'between two looks at how late the event loop is',
    'a shorter delay may go unseen',
  ),
  limit(
    'control/metrics/machine.ts',
    { DISK_ANSWER_MS },
    'ms',
    'a scrape that waits for how much the disk has left',
    'it tells what the disk said last',
  ),
  limit(
    'control/traces/queue.ts',
    { TRACES_WAITING_MAX },
    'calls',
    'traced, that wait for the collector',
    'dropped, and counted',
  ),
  limit('control/traces/queue.ts', { TRACES_BATCH_MAX }, 'calls', 'told the collector at a time', 'the next batch'),
  limit('control/traces/queue.ts', { TRACES_EVERY_MS }, 'ms', 'that a traced call waits for company', 'told'),
  limit('control/otlp/every.ts', { METRICS_EVERY_MS }, 'ms', 'between two pushes of metrics', 'pushed'),
];
