import type { Instant } from '../../std/clock.ts';

/** A request as a foreign file tells of it: not read yet, let alone believed. */
export interface RecordedRequest {
  readonly method: string;
  /** The whole address where the file has one, `https://api.shop.example/v2/orders?limit=3`; else path and query. */
  readonly address: string;
  /** Names and values in turn, in the order they came. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** What came back, as far as the file tells. */
export interface RecordedAnswer {
  /** `null`: none was seen, so nobody knows whether the call took effect. */
  readonly status: number | null;
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
  readonly request: RecordedRequest;
  readonly answer: RecordedAnswer;
}

/** A record that is not imported, and why. INVARIANT: whatever is not imported is listed; nothing is guessed. */
export interface Unusable {
  readonly place: string;
  readonly why: string;
}

/** What one record of a foreign file is. */
export type Reading =
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  | ({ readonly kind: 'unusable' } & Unusable)
  /** It tells of something else than a call on an API: a thought, a sum done in the head. */
  | { readonly kind: 'no_call' };

/** Longer names of sessions are no names. */
const SESSION_CHARS_MAX = 256;

export function isSession(name: string): boolean {
  return name.length > 0 && name.length <= SESSION_CHARS_MAX;
}
