import { BODY_MAX_BYTES } from '../../../control/api.ts';
import {
  CONNECTIONS_EACH_MAX,
  CONNECTIONS_MAX as CONTROL_CONNECTIONS_MAX,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
} from '../../../control/listen.ts';
import { PROMOTION_BODY_MAX_BYTES } from '../../../control/routes/promotions.ts';
import { VALUES_MAX } from '../../../door/operations/declared.ts';
import { PERSON_MAX_CHARACTERS } from '../../../door/operations/erase.ts';
import { EXPIRES_MAX_MS } from '../../../door/operations/grant.ts';
import { NAME_MAX_CHARACTERS, REASON_MAX_CHARACTERS } from '../../../door/operations/parts.ts';
import { LOOK_EVERY_MS, RECORDS_MAX } from '../../../notify/checkpoints/checkpointer.ts';
import { HANGING_MAX } from '../../../notify/checkpoints/directory.ts';
import { ANSWER_READ_BYTES, CONNECTIONS_MAX, REST_TIMEOUT_MS } from '../../../notify/post.ts';
import {
  ATTEMPT_TIMEOUT_MS,
  BACKOFF_FIRST_MS,
  BACKOFF_MAX_MS,
  GIVE_UP_MS,
  RETRY_AFTER_MAX_MS,
} from '../../../notify/retry.ts';
import { PLACES_MAX } from '../../../policy/schema/checkpoints.ts';
import { CHANNELS_MAX } from '../../../policy/schema/notify.ts';
import { ANSWER_TIMEOUT_MS, ERASURE_TIMEOUT_MS } from '../../desk.ts';
import { RESOLVE_TIMEOUT_MS } from '../../whereabouts.ts';
import { limit, type Limit } from './limit.ts';

/** The API for people and their commands. */
export const CONTROL_LIMITS: readonly Limit[] = [
  limit(
    'control/listen.ts',
    { CONNECTIONS_MAX: CONTROL_CONNECTIONS_MAX },
    'connections',
    'connections at a time',
    'the one that rested longest gives way',
  ),
  limit('control/listen.ts', { CONNECTIONS_EACH_MAX }, 'connections', 'of one person, at work', 'refused: 429'),
  limit('control/listen.ts', { HEADERS_TIMEOUT_MS }, 'ms', "a request's headers", '408, and cut'),
  limit('control/listen.ts', { REQUEST_TIMEOUT_MS }, 'ms', 'a whole request', '408, and cut'),
  limit('control/listen.ts', { KEEP_ALIVE_TIMEOUT_MS }, 'ms', 'a connection without a request', 'closed'),
  limit('control/api.ts', { BODY_MAX_BYTES }, 'bytes', 'a body', 'refused: 413'),
  limit(
    'control/routes/promotions.ts',
    { PROMOTION_BODY_MAX_BYTES },
    'bytes',
    'a body with a promotion',
    'refused: 413',
  ),
  limit(
    'cli/desk.ts',
    { ANSWER_TIMEOUT_MS },
    'ms',
    'a command that waits for the door',
    'it says how to stop the process',
  ),
  limit('cli/desk.ts', { ERASURE_TIMEOUT_MS }, 'ms', 'the same, of an erasure', 'it goes on in the door'),
  limit(
    'cli/whereabouts.ts',
    { RESOLVE_TIMEOUT_MS },
    'ms',
    "looking up an upstream's name at the start",
    'goes on without',
  ),
  limit('door/operations/parts.ts', { NAME_MAX_CHARACTERS }, 'characters', 'who does something', 'refused: 400'),
  limit('door/operations/parts.ts', { REASON_MAX_CHARACTERS }, 'characters', 'why', 'refused: 400'),
  limit('door/operations/erase.ts', { PERSON_MAX_CHARACTERS }, 'characters', 'who is erased', 'refused: 400'),
  limit('door/operations/grant.ts', { EXPIRES_MAX_MS }, 'ms', 'a grant', 'refused: 400'),
  limit('door/operations/declared.ts', { VALUES_MAX }, 'values', 'declared for a grant', 'refused: 400'),
];

/** Pages and checkpoints that leave the machine. */
export const NOTIFY_LIMITS: readonly Limit[] = [
  limit('policy/schema/notify.ts', { CHANNELS_MAX }, 'channels', 'channels of a policy', 'an error in the policy'),
  limit(
    'notify/post.ts',
    { CONNECTIONS_MAX },
    'connections',
    'to one channel, and attempts under way',
    'the next page waits',
  ),
  limit('notify/retry.ts', { ATTEMPT_TIMEOUT_MS }, 'ms', 'one attempt', 'failed, and tried again'),
  limit(
    'notify/retry.ts',
    { BACKOFF_FIRST_MS },
    'ms',
    'the first wait between attempts, doubled each time',
    'tried again',
  ),
  limit('notify/retry.ts', { BACKOFF_MAX_MS }, 'ms', 'the longest', 'tried again'),
  limit('notify/retry.ts', { RETRY_AFTER_MAX_MS }, 'ms', "a channel's Retry-After", 'counts as this'),
  limit('notify/retry.ts', { GIVE_UP_MS }, 'ms', 'a page that nobody could be given', 'given up, and recorded so'),
  limit('notify/post.ts', { ANSWER_READ_BYTES }, 'bytes', "a channel's answer", 'the rest is not read'),
  limit('notify/post.ts', { REST_TIMEOUT_MS }, 'ms', "the rest of a channel's answer", 'cut'),
  limit('policy/schema/checkpoints.ts', { PLACES_MAX }, 'places', 'places for checkpoints', 'an error in the policy'),
  limit('notify/checkpoints/checkpointer.ts', { RECORDS_MAX }, 'records', 'without a checkpoint', 'one is made'),
  limit(
    'notify/checkpoints/checkpointer.ts',
    { LOOK_EVERY_MS },
    'ms',
    'between two looks whether one is due',
    'looked',
  ),
  limit(
    'notify/checkpoints/directory.ts',
    { HANGING_MAX },
    'writes',
    'to directories that hang',
    'fails, and is tried again',
  ),
];
