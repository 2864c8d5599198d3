import type { AmountFact, Call, Effect, Particulars, Stage } from '../../engine/call.ts';
import type { Trip, Verdict } from '../../engine/decision.ts';
import type { Effectiveness } from '../../engine/event.ts';
import type { Answers } from './answers.ts';
import type { LargeWords } from './large-words.ts';
import type { TextColumn, Words } from './words.ts';

/** What happened, by code: `EVENTS[tape.events.kind[i]]`. */
export const EventKind = { call: 0, ended: 1, frozen: 2, resumed: 3, reviewed: 4 } as const;

export const VERDICTS = ['allow', 'deny', 'hold', 'capture'] as const satisfies readonly Verdict[];
export const ALLOW = 0;
export const DENY = 1;
export const HOLD = 2;
export const CAPTURE = 3;
/** Of a candidate alone: the recording does not hold what its rules ask for. */
export const UNJUDGED = 4;

export const EFFECTIVENESSES = ['effective', 'ineffective', 'unknown'] as const satisfies readonly Effectiveness[];
export const STAGES = ['sandbox', 'staging', 'shadow', 'limited', 'production'] as const satisfies readonly Stage[];
export const EFFECTS = ['read', 'write', 'money', 'destructive'] as const satisfies readonly Effect[];

/** Of `currency`: the call moves no money, or an amount that no number here holds exactly (see `amounts`). */
export const NO_AMOUNT = 0;
export const ODD_AMOUNT = 1;

/**
 * A recording in columns: everything that a replay needs, decoded once, for any number of candidates. Texts are numbers
 * of dictionaries; 0 stands for a text that is not there. Nothing changes it once it is whole.
 */
export interface Tape {
  /** In the journal's order. */
  readonly events: Events;
  readonly calls: Calls;
  readonly dictionaries: Dictionaries;
  /** The policies that were in force; a call's `policy` is its place here. */
  readonly policies: readonly RecordedPolicyPlace[];
  readonly freezes: readonly RecordedFreeze[];
  readonly reviews: readonly RecordedReview[];
}

export interface Events {
  readonly size: number;
  readonly kind: Uint8Array;
  readonly at: Float64Array;
  /** Of a call or its end: the call's row. Of a freeze or a review: its place in the list. Of a resume: the agent. */
  readonly ref: Uint32Array;
  /** Of an end: its {@link EFFECTIVENESSES}. */
  readonly effectiveness: Uint8Array;
  /** Of an end: its place in `answers`; 0 where nobody saw one. */
  readonly answer: Uint32Array;
}

export interface Calls {
  readonly size: number;
  readonly id: TextColumn;
  readonly seq: Float64Array;
  readonly at: Float64Array;
  readonly policy: Uint32Array;
  readonly agent: Uint32Array;
  readonly grant: Uint32Array;
  readonly task: Uint32Array;
  readonly session: Uint32Array;
  /** The session as its grant's own: one run. */
  readonly run: Uint32Array;
  readonly stage: Uint8Array;
  readonly route: Uint32Array;
  readonly upstream: Uint32Array;
  readonly effect: Uint8Array;
  /** As it stands, and in the form in which upstreams may confuse it. */
  readonly subject: Uint32Array;
  readonly same: Uint32Array;
  readonly currency: Uint32Array;
  /** Safe integers. */
  readonly micros: Float64Array;
  readonly amounts: ReadonlyMap<number, AmountFact>;
  /** −1: no bulk call. */
  readonly items: Int32Array;
  readonly fingerprint: Uint32Array;
  readonly key: Uint32Array;
  readonly envelopes: ReadonlyMap<number, string>;
  readonly granted: Uint8Array;
  readonly conditions: Uint32Array;
  readonly particulars: ReadonlyMap<number, Particulars>;
  readonly unanswerable: ReadonlyMap<number, NonNullable<Call['unanswerable']>>;
  readonly befores: ReadonlyMap<number, string>;
  readonly verdict: Uint8Array;
  /** The finding that decided: 0 where none stood against the call. */
  readonly found: Uint32Array;
  /** NaN: none. */
  readonly retryAt: Float64Array;
  /** What the guards but the stage said, where that is another verdict. */
  readonly neutral: ReadonlyMap<number, { readonly verdict: number; readonly found: number }>;
}

export interface Dictionaries {
  readonly agents: Words;
  readonly grants: Words;
  readonly tasks: Words;
  readonly sessions: LargeWords;
  readonly runs: LargeWords;
  readonly routes: Words;
  readonly upstreams: Words;
  readonly subjects: LargeWords;
  readonly sames: LargeWords;
  readonly currencies: Words;
  readonly fingerprints: LargeWords;
  readonly keys: LargeWords;
  /** JSON. */
  readonly conditions: Words;
  /** Guard, rule and reason, a tab between them. */
  readonly founds: Words;
  readonly answers: Answers;
}

export interface RecordedPolicyPlace {
  readonly digest: string;
  /** The data directory whose journal it stands in. */
  readonly source: number;
}

export interface RecordedFreeze {
  readonly agent: number;
  readonly trip: Trip;
  readonly by: string;
  readonly reason: string;
}

export interface RecordedReview {
  readonly call: string;
  readonly approved: boolean;
  readonly by: string;
  readonly reason: string;
}

export function foundText(guard: string, rule: string, reason: string): string {
  return `${guard}\t${rule}\t${reason}`;
}
