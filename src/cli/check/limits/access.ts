import {
  IDLE_MS,
  SESSION_MS,
  SESSIONS_EACH_MAX,
  SESSIONS_MAX,
  SWEEP_EVERY_MS,
} from '../../../control/access/sessions.ts';
import { PROVIDER_TIMEOUT_MS } from '../../../control/access/oidc.ts';
import { ERRAND_MS } from '../../../control/access/sealed-errand.ts';
import { NEXT_MAX_CHARACTERS, SIGN_IN_BODY_MAX_BYTES } from '../../../control/access/sign-in.ts';
import {
  ADDRESSES_MAX,
  FAILURES_MAX,
  FAILURES_WITHIN_MS,
  FAMILIAR_MAX,
  LOCK_RECORD_EVERY_MS,
  LOCKED_MS,
  STRANGERS_PER_SECOND,
} from '../../../control/access/throttle.ts';
import { SUBJECT_MAX_CHARACTERS, USER_NAME_MAX_CHARACTERS, USERS_MAX } from '../../../door/operations/users.ts';
import { limit, type Limit } from './limit.ts';

/** People, their sessions, and how fast they may try. */
export const ACCESS_LIMITS: readonly Limit[] = [
  limit('door/operations/users.ts', { USERS_MAX }, 'people', 'people on record', 'refused: 409'),
  limit('door/operations/users.ts', { USER_NAME_MAX_CHARACTERS }, 'characters', "a person's name", 'refused: 400'),
  limit(
    'door/operations/users.ts',
    { SUBJECT_MAX_CHARACTERS },
    'characters',
    'what a provider calls them',
    'refused: 400',
  ),
  limit('control/access/sessions.ts', { IDLE_MS }, 'ms', 'a session that asks for nothing', 'ends'),
  limit('control/access/sessions.ts', { SESSION_MS }, 'ms', 'a session', 'ends'),
  limit('control/access/sessions.ts', { SESSIONS_EACH_MAX }, 'sessions', 'of one person', 'the oldest ends'),
  limit('control/access/sessions.ts', { SESSIONS_MAX }, 'sessions', 'of all', 'the oldest ends'),
  limit('control/access/sessions.ts', { SWEEP_EVERY_MS }, 'ms', 'a live stream whose session has ended', 'cut'),
  limit('control/access/sign-in.ts', { SIGN_IN_BODY_MAX_BYTES }, 'bytes', 'the sign-in form', 'refused: 413'),
  limit('control/access/sign-in.ts', { NEXT_MAX_CHARACTERS }, 'characters', 'where to go after it', 'goes to /'),
  limit('control/access/oidc.ts', { PROVIDER_TIMEOUT_MS }, 'ms', 'what the identity provider answers', 'refused: 503'),
  limit('control/access/sealed-errand.ts', { ERRAND_MS }, 'ms', 'somebody’s stay at the provider', 'begins anew'),
  limit('control/access/throttle.ts', { FAILURES_MAX }, 'failures', 'wrong tokens from one address', 'refused: 429'),
  limit('control/access/throttle.ts', { FAILURES_WITHIN_MS }, 'ms', 'in which they are counted', 'counted anew'),
  limit('control/access/throttle.ts', { LOCKED_MS }, 'ms', 'such an address is kept out', 'may try again'),
  limit(
    'control/access/throttle.ts',
    { STRANGERS_PER_SECOND },
    'attempts a second',
    'from new addresses',
    'refused: 429',
  ),
  limit(
    'control/access/throttle.ts',
    { ADDRESSES_MAX },
    'addresses',
    'whose failures are counted',
    'the oldest is forgotten',
  ),
  limit(
    'control/access/throttle.ts',
    { FAMILIAR_MAX },
    'addresses',
    'that people came from',
    'the oldest is forgotten',
  ),
  limit('control/access/throttle.ts', { LOCK_RECORD_EVERY_MS }, 'ms', 'between two records of locks', 'counted'),
];
