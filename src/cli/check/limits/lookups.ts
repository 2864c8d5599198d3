import {
  LOOKUP_ANSWER_BYTES_MAX,
  LOOKUP_DATABASE_BYTES,
  LOOKUP_HEAP_BYTES,
  LOOKUP_LOST_MAX,
  LOOKUP_RESIDENT_BYTES_MAX,
  LOOKUP_TIMEOUT_MS,
  LOOKUP_TURN_TIMEOUT_MS,
  LOOKUPS_WAITING_EACH_MAX,
  LOOKUPS_WAITING_MAX,
  POLICIES_LOOKED_MAX,
  REVIEW_READ_BYTES_MAX,
  REVIEW_WRITES_KEPT_MAX,
  SEARCH_MAX_MS,
  SEARCH_RECORDS_MAX,
  STOPS_MAX_MS,
  TOLD_RECORDS_MAX,
} from '../../../control/lookup/bounds.ts';
import { HEAD_BYTES_MAX } from '../../../control/lookup/frames.ts';
import { limit, type Limit } from './limit.ts';

const FILE = 'control/lookup/bounds.ts';

/** Looking into the journal for people, in a process beside the door. */
export const LOOKUP_LIMITS: readonly Limit[] = [
  limit(FILE, { LOOKUPS_WAITING_MAX }, 'look-ups', 'look-ups that wait for the one under way', 'refused: 429'),
  limit(FILE, { LOOKUPS_WAITING_EACH_MAX }, 'look-ups', 'of one person', 'refused: 429'),
  limit(FILE, { LOOKUP_TURN_TIMEOUT_MS }, 'ms', 'a look-up that waits for its turn', 'refused: 503'),
  limit(FILE, { LOOKUP_TIMEOUT_MS }, 'ms', 'one look-up', '504; its process ends and another is started'),
  limit(FILE, { LOOKUP_HEAP_BYTES }, 'bytes', 'what JavaScript holds for it', 'its process ends: 503'),
  limit(FILE, { LOOKUP_DATABASE_BYTES }, 'bytes', 'what DuckDB holds for it', 'it fails: 503'),
  limit(FILE, { LOOKUP_RESIDENT_BYTES_MAX }, 'bytes', 'all that its process holds', 'it ends behind its answer'),
  limit(FILE, { LOOKUP_ANSWER_BYTES_MAX }, 'bytes', 'its answer', 'refused: 503'),
  limit(FILE, { SEARCH_RECORDS_MAX }, 'records', 'that a search looks at', 'it says how far it came'),
  limit(FILE, { SEARCH_MAX_MS }, 'ms', 'a search', 'it says how far it came'),
  limit(FILE, { STOPS_MAX_MS }, 'ms', 'looking for the stops of many agents', 'it says whom it did not come to'),
  limit(FILE, { TOLD_RECORDS_MAX }, 'records', 'that are looked through for pages told', 'older ones are left out'),
  limit(
    FILE,
    { REVIEW_READ_BYTES_MAX },
    'bytes',
    'of a journal that is read for who reviews',
    'the warehouse is asked',
  ),
  limit(FILE, { REVIEW_WRITES_KEPT_MAX }, 'calls', 'writes kept for who reviews', 'the warehouse is asked'),
  limit(FILE, { LOOKUP_LOST_MAX }, 'times', 'one look-up is asked anew when its process ended', 'refused: 503'),
  limit(
    FILE,
    { POLICIES_LOOKED_MAX },
    'records',
    'looked back for how long a policy is in force',
    'since then, it says',
  ),
  limit('control/lookup/frames.ts', { HEAD_BYTES_MAX }, 'bytes', 'the line before an answer', 'its process ends: 503'),
];
