import { LINES_MAX } from '../../../control/contract/live.ts';
import {
  AT_ONCE_EVERY_MS,
  CALLS_EVERY_MS,
  OVERVIEW_EVERY_MS,
  WATCHERS_EACH_MAX,
  WATCHERS_MAX,
} from '../../../control/live/feed.ts';
import { SAMPLE_EVERY_MS, SAMPLES_KEPT, STEPS_MAX } from '../../../control/live/pace.ts';
import { AWAITED_MAX, EVERY_MAX, OUTCOMES_KEPT } from '../../../control/live/shown.ts';
import { BEHIND_BYTES, BYE_MS, SLOW_MS } from '../../../control/live/watcher.ts';
import { limit, type Limit } from './limit.ts';

const FEED = 'control/live/feed.ts';
const PACE = 'control/live/pace.ts';
const SHOWN = 'control/live/shown.ts';
const WATCHER = 'control/live/watcher.ts';

/** What is told to those who watch. */
export const LIVE_LIMITS: readonly Limit[] = [
  limit(FEED, { WATCHERS_MAX }, 'streams', 'who watches at a time', 'refused: 503'),
  limit(FEED, { WATCHERS_EACH_MAX }, 'streams', 'of one person', 'refused: 503'),
  limit('control/contract/live.ts', { LINES_MAX }, 'calls', 'shown in one event', 'a sample, and how many there were'),
  limit(FEED, { CALLS_EVERY_MS }, 'ms', 'between two events of calls', 'gathered'),
  limit(FEED, { OVERVIEW_EVERY_MS }, 'ms', 'between two looks at a door that changes', 'the last one counts'),
  limit(FEED, { AT_ONCE_EVERY_MS }, 'ms', 'between two looks that records cause', 'the second waits its while'),
  limit(SHOWN, { EVERY_MAX }, 'calls', 'that wait for a watcher of every call', 'left out, and counted'),
  limit(SHOWN, { OUTCOMES_KEPT }, 'outcomes', 'that wait for the next event', 'the oldest is not told'),
  limit(SHOWN, { AWAITED_MAX }, 'calls', 'shown, whose end is still to be told', 'the oldest’s is not told'),
  limit(PACE, { SAMPLE_EVERY_MS }, 'ms', 'between two looks at how fast a limit fills', 'looked'),
  limit(PACE, { SAMPLES_KEPT }, 'samples', 'of each limit', 'the oldest is forgotten'),
  limit(PACE, { STEPS_MAX }, 'steps', 'to find when a limit is used up', 'no time is claimed'),
  limit(WATCHER, { BEHIND_BYTES }, 'bytes', 'that wait for one watcher', 'passed over; calls are counted'),
  limit(WATCHER, { SLOW_MS }, 'ms', 'a watcher that is behind', 'told to come again'),
  limit(WATCHER, { BYE_MS }, 'ms', 'the last word to a watcher', 'cut'),
];
