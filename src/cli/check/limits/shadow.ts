import { STEPS_MAX } from '../../../stages/overlay/json-patch.ts';
import { ITEM_BYTES_MAX, SESSION_BYTES_MAX, SESSION_WRITES_MAX } from '../../../stages/overlay/session.ts';
import {
  AGENT_SESSIONS_MAX,
  FORGOTTEN_MAX,
  READING_MAX,
  SESSION_IDLE_MS,
  SESSIONS_MAX,
  SHADOW_BYTES_MAX,
} from '../../../stages/overlay/sessions.ts';
import { limit, type Limit } from './limit.ts';

const SESSIONS = 'stages/overlay/sessions.ts';
const SESSION = 'stages/overlay/session.ts';
const REFUSED = 'the write is refused, and the hint says why';

/** What agents in shadow may leave in memory. */
export const SHADOW_LIMITS: readonly Limit[] = [
  limit(SESSIONS, { SESSIONS_MAX }, 'sessions', 'with captured writes', `one that is over makes room; else ${REFUSED}`),
  limit(
    SESSIONS,
    { SHADOW_BYTES_MAX },
    'bytes',
    'of captured writes, over all sessions',
    `the same, for a new session`,
  ),
  limit(SESSIONS, { AGENT_SESSIONS_MAX }, 'sessions', 'of one agent among them', 'the same'),
  limit(
    SESSIONS,
    { READING_MAX },
    'sessions',
    'without a captured write, of which is remembered what they read',
    'the least recently used has to read again before it updates',
  ),
  limit(SESSIONS, { SESSION_IDLE_MS }, 'ms', 'that a silent session is surely kept', 'it may make room for another'),
  limit(
    SESSIONS,
    { FORGOTTEN_MAX },
    'sessions',
    'that made room and are known as such',
    'one that comes back sees the real world as if it had written nothing',
  ),
  limit(SESSION, { SESSION_WRITES_MAX }, 'writes', 'captured in one session', REFUSED),
  limit(
    SESSION,
    { SESSION_BYTES_MAX },
    'bytes',
    'of captured writes and items read, in one session',
    `what was only read is forgotten first; then ${REFUSED}`,
  ),
  limit(
    SESSION,
    { ITEM_BYTES_MAX },
    'bytes',
    'of an item that is remembered, for its update to be answered from',
    'it is not, and the update is refused',
  ),
  limit('stages/overlay/json-patch.ts', { STEPS_MAX }, 'operations', 'of a JSON Patch', REFUSED),
];
