import { GLASS_MAX_MS } from '../../../door/operations/standing/break-glass.ts';
import { ASSENT_MS } from '../../../engine/assents.ts';
import { FAILING_MAX, FORGOTTEN_AFTER_MS, RETRY_AFTER_MAX_MS } from '../../../engine/guards/backoff.ts';
import { CHANGES_MAX } from '../../../engine/guards/change-watch.ts';
import { ANSWERS_MAX } from '../../../engine/guards/contract.ts';
import { READS_MAX } from '../../../engine/guards/fresh.ts';
import { PAYMENTS_PER_DAY_MAX } from '../../../engine/guards/payment.ts';
import { VALUE_LENGTH_MAX, VALUES_KEPT } from '../../../engine/guards/provenance.ts';
import { ATTEMPTS_NOTED_MAX } from '../../../engine/guards/runaway.ts';
import { KEPT_MAX, PENDING_MAX } from '../../../engine/holds.ts';
import { KEY_KEPT_MS, KEYS_MAX } from '../../../engine/keys.ts';
import { BUCKETS_MAX } from '../../../engine/ratio-window.ts';
import { PEOPLE_MAX } from '../../../door/privacy/sealer.ts';
import { SUBJECTS_MAX } from '../../../engine/subjects-seen.ts';
import { ANSWER_KEPT_BYTES } from '../../../journal/entry.ts';
import { LINE_BYTES_MAX } from '../../../journal/chain.ts';
import { GRANT_DEPTH_MAX } from '../../../journal/grants.ts';
import { SNAPSHOT_EVERY } from '../../../journal/journal.ts';
import { ATTEMPTS_MAX } from '../../../journal/lock.ts';
import { PAGES_MAX } from '../../../journal/outbox.ts';
import { SEGMENT_BYTES_MAX } from '../../../journal/segments.ts';
import { SNAPSHOTS_KEPT } from '../../../journal/snapshot.ts';
import { KEPT_FOR_STARTS_BYTES, RESERVE_BYTES } from '../../../journal/reserve.ts';
import { PROBE_MS } from '../../../journal/room.ts';
import { KEYS_HELD_MAX } from '../../../journal/vault/keys.ts';
import { FILE_BYTES_MAX } from '../../../journal/vault/values.ts';
import { BATCH_MAX, GATHER_MS, PENDING_MAX as SEALING_MAX, WRITTEN_KEPT } from '../../../journal/vault/vault.ts';
import { COMPANY_DELAY_MS, HELD_FOR_MS, IDLE_DELAY_MS, PENDING_BYTES_MAX } from '../../../journal/writer.ts';
import { PATTERNED_LENGTH_MAX } from '../../../policy/openapi/pattern.ts';
import { HEADER_CHARACTERS_MAX } from '../../../policy/payment.ts';
import { STATES_MAX } from '../../../policy/router.ts';
import { DENIALS_MAX } from '../../../policy/rules/denials.ts';
import { RATE_MAX } from '../../../policy/rules/rate.ts';
import { REPEATS_MAX } from '../../../policy/rules/runaway.ts';
import { VALUES_PER_ANSWER_MAX, VISITS_MAX } from '../../../policy/sources.ts';
import { SUBJECT_LENGTH_MAX } from '../../../policy/subject.ts';
import { limit, type Limit } from './limit.ts';

/** What guards remember. */
export const GUARD_LIMITS: readonly Limit[] = [
  limit('policy/rules/rate.ts', { RATE_MAX }, 'instants', 'one rate rule', 'an error in the policy'),
  limit('policy/rules/runaway.ts', { REPEATS_MAX }, 'instants', 'one repeated call', 'an error in the policy'),
  limit(
    'engine/guards/runaway.ts',
    { ATTEMPTS_NOTED_MAX },
    'attempts',
    'different calls that one rule remembers, in each of two generations',
    'the older generation goes',
  ),
  limit('policy/rules/denials.ts', { DENIALS_MAX }, 'instants', 'one rule on denials', 'an error in the policy'),
  limit('engine/ratio-window.ts', { BUCKETS_MAX }, 'buckets', 'one window of a ratio', 'coarser buckets'),
  limit('engine/guards/fresh.ts', { READS_MAX }, 'reads', 'what one rule saw read', 'the oldest go: read again'),
  limit(
    'engine/guards/change-watch.ts',
    { CHANGES_MAX },
    'writes',
    'what was written since',
    'the oldest go: read again',
  ),
  limit('engine/guards/backoff.ts', { FAILING_MAX }, 'calls', 'calls that failed', 'the oldest go'),
  limit('engine/guards/backoff.ts', { FORGOTTEN_AFTER_MS }, 'ms', 'one of them', 'forgotten'),
  limit('engine/guards/backoff.ts', { RETRY_AFTER_MAX_MS }, 'ms', "an upstream's Retry-After", 'counts as this'),
  limit(
    'engine/guards/contract.ts',
    { ANSWERS_MAX },
    'answers',
    'answers that one rule looks back on',
    'the oldest goes',
  ),
  limit(
    'engine/subjects-seen.ts',
    { SUBJECTS_MAX },
    'subjects',
    'subjects that one rule counts exactly',
    'counted as seen no more',
  ),
  limit(
    'engine/guards/provenance.ts',
    { VALUES_KEPT },
    'values',
    'values of one trusted source',
    'the oldest go: held',
  ),
  limit('engine/guards/provenance.ts', { VALUE_LENGTH_MAX }, 'characters', 'one of them', 'trusted by no rule'),
  limit('engine/guards/payment.ts', { PAYMENTS_PER_DAY_MAX }, 'payments', 'payments of a rule in a day', 'refused'),
  limit(
    'engine/holds.ts',
    { PENDING_MAX },
    'calls',
    "an agent's calls that wait for a human",
    'refused: 429 too_many_holds',
  ),
  limit(
    'engine/holds.ts',
    { KEPT_MAX },
    'calls',
    "an agent's holds in any state",
    'the oldest goes: a human is asked again',
  ),
  limit(
    'engine/keys.ts',
    { KEYS_MAX },
    'keys',
    'idempotency keys remembered, in each of two generations',
    'the older generation goes',
  ),
  limit('engine/keys.ts', { KEY_KEPT_MS }, 'ms', 'one of them', 'forgotten'),
  limit('engine/assents.ts', { ASSENT_MS }, 'ms', "the first of two people's word", 'said for nothing'),
  limit(
    'door/operations/standing/break-glass.ts',
    { GLASS_MAX_MS },
    'ms',
    'how long broken glass lets an agent out',
    'refused',
  ),
  limit(
    'policy/subject.ts',
    { SUBJECT_LENGTH_MAX },
    'characters',
    "a call's subject",
    'no subject: refused where rules need it',
  ),
  limit(
    'policy/payment.ts',
    { HEADER_CHARACTERS_MAX },
    'characters',
    "a call's payment",
    'refused: 422 payment_unreadable',
  ),
  limit(
    'policy/sources.ts',
    { VALUES_PER_ANSWER_MAX },
    'values',
    'values taken from one answer',
    'the rest is not trusted',
  ),
  limit('policy/sources.ts', { VISITS_MAX }, 'values', 'looked at for them', 'the rest is not trusted'),
  limit(
    'policy/openapi/pattern.ts',
    { PATTERNED_LENGTH_MAX },
    'characters',
    'a text held against a pattern',
    'refused',
  ),
  limit('policy/router.ts', { STATES_MAX }, 'states', "the router's table", 'an error in the policy'),
];

/** What waits for the disk, and how much is read at a time. */
export const JOURNAL_LIMITS: readonly Limit[] = [
  limit(
    'journal/writer.ts',
    { PENDING_BYTES_MAX },
    'bytes',
    'records that wait for the disk',
    'calls are refused with 503; kills and outcomes are still taken',
  ),
  limit('journal/writer.ts', { IDLE_DELAY_MS }, 'ms', 'a record that nobody waits for', 'written'),
  limit('journal/writer.ts', { COMPANY_DELAY_MS }, 'ms', 'a batch that waits for company', 'written'),
  limit(
    'journal/writer.ts',
    { HELD_FOR_MS },
    'ms',
    'how long one look at the lock counts',
    'looked again before anything is admitted',
  ),
  limit(
    'journal/reserve.ts',
    { RESERVE_BYTES },
    'bytes',
    'disk kept for the day it is full',
    'writes are refused; kills and outcomes are written',
  ),
  limit(
    'journal/reserve.ts',
    { KEPT_FOR_STARTS_BYTES },
    'bytes',
    'of it, what a running door leaves',
    'kept for starts, and kills without a door',
  ),
  limit('journal/room.ts', { PROBE_MS }, 'ms', 'between two looks whether a full disk has room', 'looked'),
  limit('journal/chain.ts', { LINE_BYTES_MAX }, 'bytes', 'one record', 'a fault of ours: refused'),
  limit('journal/segments.ts', { SEGMENT_BYTES_MAX }, 'bytes', 'one segment', 'the next begins'),
  limit('journal/journal.ts', { SNAPSHOT_EVERY }, 'records', 'folded at a start', 'a snapshot is taken'),
  limit('journal/snapshot.ts', { SNAPSHOTS_KEPT }, 'snapshots', 'snapshots on the disk', 'the oldest goes'),
  limit('journal/entry.ts', { ANSWER_KEPT_BYTES }, 'bytes', 'an answer in the journal', 'cut there'),
  limit('journal/lock.ts', { ATTEMPTS_MAX }, 'attempts', 'taking the journal over', 'the door does not start'),
  limit('journal/grants.ts', { GRANT_DEPTH_MAX }, 'grants', 'narrowing, one of another', 'gives no right'),
  limit(
    'journal/outbox.ts',
    { PAGES_MAX },
    'pages',
    'pages that nobody has got',
    'the oldest are given up, and recorded so',
  ),
];

/** Personal data that is sealed beside the journal. */
export const VAULT_LIMITS: readonly Limit[] = [
  limit(
    'journal/vault/vault.ts',
    { PENDING_MAX: SEALING_MAX },
    'characters',
    'values that wait to be sealed',
    'lost, counted and told; no call waits',
  ),
  limit('journal/vault/vault.ts', { GATHER_MS }, 'ms', 'values that gather', 'sealed'),
  limit('journal/vault/vault.ts', { BATCH_MAX }, 'values', 'sealed in one go', 'the next turn'),
  limit('journal/vault/vault.ts', { WRITTEN_KEPT }, 'values', 'known to have been written', 'written again'),
  limit('journal/vault/keys.ts', { KEYS_HELD_MAX }, 'keys', 'keys in memory', 'read again'),
  limit('journal/vault/values.ts', { FILE_BYTES_MAX }, 'bytes', 'one file of values', 'the next begins'),
  limit('door/privacy/sealer.ts', { PEOPLE_MAX }, 'calls', 'calls whose person is remembered', 'the oldest goes'),
];

/** What no constant bounds, and what does. */
export const GROWING: readonly { readonly what: string; readonly by: string }[] = [
  {
    what: 'the journal on the disk',
    by: 'a record for each call and outcome, as I4 asks; denials by FREE_ANSWERS_PER_SECOND',
  },
  { what: 'grants in memory', by: 'what people create' },
  { what: 'budgets per grant or task', by: 'those with money in their window; others are forgotten' },
  {
    what: 'subjects of a `once` rule',
    by: 'calls that took effect in its window; for ever where it says so, as I5 asks',
  },
  { what: 'calls under way', by: '`connections` of each upstream and WAITING_MAX' },
];
