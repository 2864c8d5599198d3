import { REFOLD_MAX_MS, REFOLD_MEMORY_MAX_MB } from '../../../journal/refold/apart.ts';
import { HEARD_MAX } from '../../../journal/refold/follow.ts';
import { RELOAD_TIMEOUT_MS } from '../../desk.ts';
import { limit, type Limit } from './limit.ts';

/** What bounds the loading of another policy into a running door: beyond any of them it keeps the one it has. */
export const RELOAD_LIMITS: readonly Limit[] = [
  limit('journal/refold/apart.ts', { REFOLD_MAX_MS }, 'ms', 'reading the journal under it', 'it is not loaded'),
  limit(
    'journal/refold/apart.ts',
    { REFOLD_MEMORY_MAX_MB },
    'MiB',
    'what the thread that reads it takes',
    'it is not loaded',
  ),
  limit(
    'journal/refold/follow.ts',
    { HEARD_MAX },
    'records',
    'that come while its engine catches up',
    'it is not loaded',
  ),
  limit('cli/desk.ts', { RELOAD_TIMEOUT_MS }, 'ms', 'how long a command waits for it', 'said to be unknown'),
];
