import type { Instant } from '../../std/clock.ts';

/** A request as a foreign file tells of it: not read yet, let alone believed. */
export interface RecordedRequest {
  readonly method: string;
  /** The whole address where the file has one, `https://api.shop.example/v2/orders?limit=3`; else path and query. */
  readonly address: string;
  /** Names and values in turn, in the order they came. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** Whether the file does not say what its body was, or whether it had one. Absent: `body` is it. */
  readonly bodyUnknown?: true;
}

/** What came back, as far as the file tells. */
export interface RecordedAnswer {
  /** `null`: none was seen, so nobody knows whether the call took effect. */
  readonly status: number | null;
  /** Why there is no whole answer, where the file says: `timeout`, `reset`, `refused`. */
  readonly failure?: string | undefined;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly contentType: string | null;
  /** The text, whole or its beginning; `null` where the file keeps none. */
  readonly text: string | null;
  /** Whether `text` is all of it: rules that look into answers look into whole ones only. */
  readonly whole: boolean;
  readonly bytes: number;
}

/** A request and its answer. */
export interface Exchange {
  /** Where it stands in the file: `entry 4`, `line 12`. */
  readonly place: string;
  readonly at: Instant;
  readonly durationMs: number;
  /** The run it belongs to. */
  readonly session: string;
  /** Whose it is, where the file says and somebody asked for it. */
  readonly agent?: string | undefined;
  readonly request: RecordedRequest;
  readonly answer: RecordedAnswer;
}

/**
 * What kind of fault keeps a record out.
 * - `malformed`: it is not what its format says, or says one thing in one place and another elsewhere
 * - `incomplete`: parts of it that its route's rules need were not recorded
 * - `unmatched`: it is no call of an upstream or route of the policy
 * - `ambiguous`: it could be a call of several
 * - `refused`: the door would not have taken it, for it has no one reading
 * - `repeated`: it is another record once more
 * - `beyond_bounds`: it is larger than any call, or one of too many
 */
export type FlawReason =
  'malformed' | 'incomplete' | 'unmatched' | 'ambiguous' | 'refused' | 'repeated' | 'beyond_bounds';

export interface Flaw {
  readonly reason: FlawReason;
  /** For a person: what of the record, and why it matters. */
  readonly why: string;
}

/** A record that is not imported, and why. INVARIANT: whatever is not imported is listed; nothing is guessed. */
export interface Unusable extends Flaw {
  readonly place: string;
}

export const malformed = (why: string): Flaw => ({ reason: 'malformed', why });
export const unmatched = (why: string): Flaw => ({ reason: 'unmatched', why });
export const incomplete = (why: string): Flaw => ({ reason: 'incomplete', why });

/** What one record of a foreign file is. */
export type Reading =
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  | ({ readonly kind: 'unusable' } & Unusable)
  /** It tells of something else than a call on an API: a thought, a sum done in the head. */
  | { readonly kind: 'no_call' };

/** No call takes longer: a duration beyond it is a slip of the file. */
const DURATION_MAX_MS = 24 * 3_600_000;

/** A duration as a file tells it; absent or below 0 (unknown) it counts as answered at once. */
export function durationOf(ms: number | undefined): number {
  return Math.min(DURATION_MAX_MS, Math.max(0, Math.round(ms ?? 0)));
}

/** The length of an answer as a file tells it; where it tells none that could be, that of what was kept. */
export function lengthOf(told: number | undefined, keptBytes: number): number {
  const bytes = Math.round(told ?? keptBytes);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : keptBytes;
}

/** Longer names of sessions are no names. */
const SESSION_CHARS_MAX = 256;

export function isSession(name: string): boolean {
  return name.length > 0 && name.length <= SESSION_CHARS_MAX;
}
