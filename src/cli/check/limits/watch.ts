import {
  JUDGED_SESSIONS_KEPT,
  OPEN_SESSIONS_MAX,
  QUIET_MS,
  REVIEWERS_KEPT,
  SESSION_MS,
  UNDER_WAY_MAX,
  WRITES_KEPT,
} from '../../../gate/demotion/bounds.ts';
import { WAITING_MAX } from '../../../gate/demotion/demoter.ts';
import { ADVICE_KEPT_MS } from '../../standing-lines.ts';
import { limit, type Limit } from './limit.ts';

const BOUNDS = 'gate/demotion/bounds.ts';

/** What is kept of each promoted agent, to see whether it still is what was promoted. */
export const WATCH_LIMITS: readonly Limit[] = [
  limit(
    'cli/standing-lines.ts',
    { ADVICE_KEPT_MS },
    'ms',
    'how long what a gate said lacks is taken for its last word',
    'read again',
  ),
  limit(
    BOUNDS,
    { WRITES_KEPT },
    'writes',
    'of which a review counts, at least the last',
    'an older one’s demotes nobody',
  ),
  limit(
    BOUNDS,
    { JUDGED_SESSIONS_KEPT },
    'sessions',
    'that a later review can still change, at least the last',
    'an older one stays counted as it was; another review of it counts as another session',
  ),
  limit(
    BOUNDS,
    { REVIEWERS_KEPT },
    'reviewers',
    'of one write, each with the last word',
    'further ones change nothing',
  ),
  limit(
    BOUNDS,
    { OPEN_SESSIONS_MAX },
    'sessions',
    'under way at once, at least',
    'those that were quiet the longest count as over',
  ),
  limit(
    BOUNDS,
    { QUIET_MS },
    'ms',
    'without a call, of a session',
    'it is over, and counted, at the latest after twice that',
  ),
  limit(BOUNDS, { SESSION_MS }, 'ms', 'of one session', 'it is counted, and what follows is another'),
  limit(
    BOUNDS,
    { UNDER_WAY_MAX },
    'calls',
    'under way, of all such agents',
    'the oldest’s outcome is in no error rate',
  ),
  limit(
    'gate/demotion/demoter.ts',
    { WAITING_MAX },
    'records',
    'that wait while the journal is read at a start',
    'they are read from the disk again',
  ),
];
