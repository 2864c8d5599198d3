import type { Instant } from '../../std/clock.ts';

/**
 * A recording is NDJSON, one of these a line. A call's line is written before it is sent, its answer's when it ended, so answers
 * of calls under way together stand in another order than their calls. Nothing here is a secret that the recorder knew.
 */
export type RecordedLine = BeginningLine | CallLine | AnswerLine | RefusedLine | GapLine | EndLine;

/** The first of each file. */
export interface BeginningLine {
  /** The form of what follows. */
  readonly interlock_recording: 1;
  readonly at: Instant;
  /** The upstreams' addresses, by name. */
  readonly upstreams: Readonly<Record<string, string>>;
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** A request as it was sent on. */
export interface CallLine {
  /** The run it belongs to. */
  readonly trace_id: string;
  readonly id: string;
  /** When it was whole, and left; never earlier than that of the call before. */
  readonly at: Instant;
  readonly http: {
    readonly method: string;
    /** The upstream's whole address. */
    readonly path: string;
    readonly headers: readonly NamedValue[];
    /** Its text, exactly but for secrets; absent: it has none, or one that is no text or too long for a line. */
    readonly body?: string;
    /** What stands for a body that is not here. */
    readonly body_bytes?: number;
    readonly body_sha256?: string;
  };
  /** How many secrets were taken out of it; absent: none. */
  readonly redacted?: number;
}

/** What came back. */
export interface AnswerLine {
  readonly answer_to: string;
  readonly at: Instant;
  readonly duration_ms: number;
  /** `null`: none arrived. */
  readonly status: number | null;
  readonly headers: readonly NamedValue[];
  /** Its text, or its beginning; `null`: it is none, or could not be kept without a secret. */
  readonly text: string | null;
  /** Whether `text` is all of it. */
  readonly whole: boolean;
  readonly bytes: number;
  /** Why there is no whole answer: `refused`, `reset`, `timeout`, `invalid`, `client_gone`, `closed`. */
  readonly failure: string | null;
  readonly redacted?: number;
}

/** A request that the door would not have taken, and that was not sent. */
export interface RefusedLine {
  readonly refused: {
    readonly at: Instant;
    readonly status: number;
    readonly reason: string;
    readonly detail: string;
    readonly method: string | null;
    readonly path: string | null;
    /** So many before it are not written down: a flood. Absent: none. */
    readonly unwritten?: number;
  };
}

/** Lines that the disk did not take: what they told of happened, and is not here. */
export interface GapLine {
  readonly gap: { readonly since: Instant; readonly until: Instant; readonly lines: number; readonly why: string };
}

/** The recorder was closed, and every call has its answer. */
export interface EndLine {
  readonly ended: { readonly at: Instant; readonly calls: number };
}
