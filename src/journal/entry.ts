import type { Instant } from '../std/clock.ts';
import type { Call, Effect, Particulars, Stage } from '../engine/call.ts';
import type { Finding, Verdict } from '../engine/decision.ts';
import type { AnswerFacts, Effectiveness, TripCause } from '../engine/event.ts';
import type { AgentId, CallId, GrantId, RouteId } from '../engine/ids.ts';
import type { Trip } from '../engine/decision.ts';
import type { StandingEntry } from './standing-entry.ts';
import type { Proven, SignInEntry, UserEntry } from './user-entry.ts';
import type { PageKind } from '../policy/notify.ts';

/**
 * What one line of the journal says, by `kind`. The writer adds `seq` (from 1, no gaps) in front and `hash` at the end.
 * Every field is JSON as it stands; amounts are strings of micro-units.
 */
export type Entry =
  | RecoveryEntry
  | PolicyEntry
  | GrantEntry
  | RevokeEntry
  | CallEntry
  | RefusalEntry
  | OutcomeEntry
  | FreezeEntry
  | AssentEntry
  | ResumeEntry
  | ReviewEntry
  | StandingEntry
  | AssessmentEntry
  | PageEntry
  | NoteEntry
  | CheckpointEntry
  | UnrecordedEntry
  | EraseEntry
  | UserEntry
  | SignInEntry;

/** An entry as it stands in the journal. */
export type Recorded<E extends Entry = Entry> = E & {
  readonly seq: number;
  /** Everything before it was on the disk when it was written. Absent where it rode in one batch with the one before. */
  readonly synced?: true;
  readonly hash: string;
};

/** A writer took the journal. Whatever was open is unknown from here on and stays counted as spent (I3). */
export interface RecoveryEntry {
  readonly kind: 'recovery';
  readonly at: Instant;
  /** The fencing epoch: one more than the last writer's. */
  readonly epoch: number;
  readonly unknown: readonly CallId[];
  /** The version of the engine that decides from here on; absent: it was one that did not say. */
  readonly engine?: string;
  /** The machine's clocks at that moment; absent where the writer was given a time of its own. */
  readonly clock?: { readonly boot: string; readonly uptimeMs: number; readonly wall: Instant };
  /** Mocks answer for the upstreams, in this journal from its first record to its last; absent: it is no journal of mocks. */
  readonly mocked?: true;
  /** A torn tail that was moved aside, and how much of it. */
  readonly quarantined?: { readonly file: string; readonly bytes: number };
  /**
   * What tells the vault's key of pseudonyms from another, since the first start that had one: with another key, rules
   * would recognise nobody.
   */
  readonly vault?: string;
  /** Those of earlier starts that crashed before they could record them; oldest first. */
  readonly quarantinedBefore?: readonly { readonly file: string; readonly bytes: number }[];
}

/** The policy that decides from here on, whole, so that the journal can be decided again without any other file. */
export interface PolicyEntry extends Proven {
  readonly kind: 'policy';
  readonly at: Instant;
  readonly digest: string;
  readonly file: string;
  readonly text: string;
  /** The texts of the files it includes, by their names as written; absent where there are none. */
  readonly includes?: Readonly<Record<string, string>>;
  /** SHA-256 (hex) of the documents it goes by, by their paths as written; absent where there are none. */
  readonly documents?: Readonly<Record<string, string>>;
  /** The channels that tell people from here on, by name, and what of; absent where there are none. */
  readonly channels?: Readonly<Record<string, readonly PageKind[]>>;
  /** Who had it loaded while the door was open: `human:NAME`. Absent: it came with a start. */
  readonly by?: string;
}

export interface GrantEntry extends Proven {
  readonly kind: 'grant';
  readonly at: Instant;
  readonly grant: GrantId;
  /** SHA-256 (hex) of the token. The token itself is shown once and kept nowhere. */
  readonly tokenHash: string;
  readonly agent: AgentId;
  readonly task: string;
  readonly environment: string;
  /** `null`: every route its agent has. */
  readonly routes: readonly RouteId[] | null;
  /** What the human who made it declared for its task, by name: `payee` → `acct_1`. Absent: nothing. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** The thumbprint (`x5t#S256`) of the client certificate that it is good with alone; absent: it is good without any. */
  readonly certificate?: string;
  readonly expiresAt: Instant;
  /** The grant this one was narrowed from. */
  readonly parent: GrantId | null;
  /** The digest of its agent's identity when it was made; absent: the policy declared none. With another it is no good. */
  readonly identity?: string;
  readonly by: string;
}

export interface RevokeEntry extends Proven {
  readonly kind: 'revoke';
  readonly at: Instant;
  readonly grant: GrantId;
  readonly by: string;
}

/** A call and what was decided of it: the intent. Durable before any write is sent (I1). */
export interface CallEntry {
  readonly kind: 'call';
  readonly at: Instant;
  readonly call: CallId;
  readonly agent: AgentId;
  readonly grant: GrantId;
  readonly task: string;
  readonly session: string;
  readonly stage: Stage;
  readonly route: RouteId;
  readonly effect: Effect;
  readonly upstream: string;
  readonly method: string;
  /** Path and query as judged and sent, without the upstream's prefix. */
  readonly target: string;
  /** The headers that were judged and sent, without credentials; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body's text; bytes that are not UTF-8 never get this far. */
  readonly body: string | null;
  /** What proves which bytes went, of a body that nobody reads: its length and SHA-256 (hex). Absent: it stands in `body`. */
  readonly opaque?: { readonly bytes: number; readonly sha256: string };
  readonly facts: FactsJson;
  readonly verdict: Verdict;
  /** Rules that passed are named alone; every other finding is whole. */
  readonly findings: readonly (string | Finding)[];
  readonly trips: readonly TripCause[];
  /** The held call whose approval let this one through. */
  readonly approval?: CallId;
  /** The write that the door made this read for, to judge its precondition. Absent: an agent's own call. */
  readonly before?: CallId;
  /** What its session was shown before that is not so: the decision may rest on it. Absent: all was real. */
  readonly rests?: Rests;
}

/**
 * How a call may rest on answers that no upstream gave: the strongest way that holds.
 * - `value`: it carries a value that was made up, an id of something that does not exist
 * - `subject`: it acts on something that the session changed, as far as the session knows
 * - `session`: it merely comes later than the first such answer
 */
export interface Rests {
  readonly how: 'value' | 'subject' | 'session';
  /** The captured writes that those answers came of, the oldest first; at most {@link RESTS_KEPT}. */
  readonly on: readonly CallId[];
}

/** Enough to find the others by: each of these calls has a `rests` of its own. */
export const RESTS_KEPT = 8;

export interface FactsJson {
  readonly subject: string | null;
  /** `{ micros, currency }`, `{ fault }`, or `null` where the route moves no money. */
  readonly amount: { readonly micros: string; readonly currency: string } | { readonly fault: string } | null;
  readonly items: number | null;
  readonly fingerprint: string;
  /** Absent where no rule could hold the call. */
  readonly envelope?: string;
  /** Absent where the call carries no idempotency key. */
  readonly key?: string;
  /** Absent where an honest answer can be made to the write of an agent in shadow, and for all other calls. */
  readonly unanswerable?: NonNullable<Call['unanswerable']>;
  readonly granted: boolean;
  readonly conditions: Call['conditions'];
  /** Absent where no rule asks for any. */
  readonly particulars?: Particulars;
}

/** A request that never became a call: unreadable, unauthenticated, or ambiguous. */
export interface RefusalEntry {
  readonly kind: 'refusal';
  readonly at: Instant;
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
  readonly agent: AgentId | null;
  readonly grant: GrantId | null;
  readonly method: string | null;
  readonly target: string | null;
  /** In a flood, one record a second stands for so many refusals alike since `since`. Absent: it stands for itself. */
  readonly flood?: { readonly count: number; readonly since: Instant };
}

export interface OutcomeEntry {
  readonly kind: 'outcome';
  readonly at: Instant;
  readonly call: CallId;
  readonly effectiveness: Effectiveness;
  /** What the upstream answered; `null` where no status arrived. */
  readonly status: number | null;
  /** Why there is no whole answer: `refused`, `reset`, `timeout`, `killed`, `client_gone`, `not_sent`, … */
  readonly failure: string | null;
  readonly durationMs: number;
  readonly contentType: string | null;
  /** The start of the answer's text, at most {@link ANSWER_KEPT_BYTES}. */
  readonly answer: string | null;
  readonly answerBytes: number;
  /** What rules took from the answer; absent where none came, or from writers that did not know them. */
  readonly facts?: AnswerFactsJson;
  /** Where the answer came from; absent: the upstream, as it stands. */
  readonly origin?: Origin;
  /** Captured writes of the session that this answer shows; absent: none. */
  readonly merged?: readonly CallId[];
  /** Captured writes of the session that this answer should show and does not; absent: none. */
  readonly unmerged?: readonly CallId[];
}

/**
 * Where an answer came from that no upstream gave as it stands.
 * - `overlay`: the upstream's, with captured writes of the session merged in, or made of them alone
 * - `synthetic`: made up, as the answer to a captured write
 * - `recorded`: of a recording; what happened there happened without this door, also where the call is denied or held here
 *
 * INVARIANT: a call that was not let through (denied, held) has an outcome only where it is `recorded`, and no rule hears of it.
 */
export type Origin = 'overlay' | 'synthetic' | 'recorded';

/** {@link AnswerFacts} without what the outcome says anyway; what is absent is `null`, or none. */
export type AnswerFactsJson = Partial<Omit<AnswerFacts, 'status'>>;

export interface FreezeEntry extends Proven {
  readonly kind: 'freeze';
  readonly at: Instant;
  readonly agent: AgentId;
  readonly trip: Trip;
  readonly by: string;
  readonly reason: string;
  /** The call whose trip caused it. */
  readonly call: CallId | null;
  /** In-flight calls that it severed. */
  readonly severed: readonly CallId[];
  /** What the rule that tripped saw; absent where no rule did. */
  readonly cause?: FreezeCause;
  /** The agent's last calls, the oldest first: what led to it. */
  readonly trail?: readonly TrailCall[];
  /** How full the agent's limits were. */
  readonly levels?: readonly LevelJson[];
}

export interface FreezeCause {
  readonly guard: string;
  readonly rule: string;
  readonly reason: string;
  readonly observed?: string;
  readonly limit?: string;
}

/** One of an agent's calls, as a person skims it. */
export interface TrailCall {
  readonly call: CallId;
  readonly at: Instant;
  readonly route: RouteId;
  readonly subject: string | null;
  /** `50.00 USD` */
  readonly amount: string | null;
  readonly verdict: Verdict;
}

export interface LevelJson {
  readonly guard: string;
  readonly rule: string;
  readonly limit: string;
  readonly remaining: string;
}

/** The first of the two people that an agent's policy asks for said that it may work again. It stays frozen. */
export interface AssentEntry extends Proven {
  readonly kind: 'assent';
  readonly at: Instant;
  readonly agent: AgentId;
  readonly by: string;
  readonly reason: string;
  /** When the freeze began that this is about. */
  readonly freeze: Instant;
}

export interface ResumeEntry extends Proven {
  readonly kind: 'resume';
  readonly at: Instant;
  readonly agent: AgentId;
  readonly by: string;
  readonly reason: string;
}

/** A human's word on a held call. */
export interface ReviewEntry extends Proven {
  readonly kind: 'review';
  readonly at: Instant;
  /** The call that was held. */
  readonly call: CallId;
  readonly agent: AgentId;
  readonly approved: boolean;
  readonly by: string;
  readonly reason: string;
}

/** What a reviewer thinks of what an agent meant to do. It changes nothing but what is known of the agent's judgement. */
export interface AssessmentEntry extends Proven {
  readonly kind: 'assessment';
  readonly at: Instant;
  /** The call that was looked at. */
  readonly call: CallId;
  readonly agent: AgentId;
  readonly opinion: 'sane' | 'wrong' | 'unsure';
  readonly by: string;
  readonly reason: string;
}

/** One attempt to tell a person. What is to be told needs no record of its own: the record of the cause is the page. */
export interface PageEntry {
  readonly kind: 'page';
  readonly at: Instant;
  /** Made from the record of its cause: `page_17_9f86d081884c`. */
  readonly page: string;
  /** As the policy names it. */
  readonly channel: string;
  /** From 1. */
  readonly attempt: number;
  /** `failed` is tried again; `sent` and `abandoned` are the end. */
  readonly outcome: 'sent' | 'failed' | 'abandoned';
  /** What the channel answered; absent where no answer came. */
  readonly status?: number;
  /** Why it is not sent; absent where it is. Never anything of the channel's secret. */
  readonly detail?: string;
}

/** A human had a person's data erased. What stood sealed before this can be read no more. */
export interface EraseEntry extends Proven {
  readonly kind: 'erase';
  readonly at: Instant;
  /** The person's pseudonym: whoever has the vault's key and a name can look whether it was that person's. */
  readonly person: string;
  /** The keys that were destroyed; none where nothing was kept. */
  readonly keys: readonly string[];
  /** How many values they had encrypted. */
  readonly values: number;
  readonly by: string;
  readonly reason: string;
}

/** What an agent says it decided, and why. */
export interface NoteEntry {
  readonly kind: 'note';
  readonly at: Instant;
  readonly agent: AgentId;
  readonly grant: GrantId;
  readonly session: string;
  readonly call: CallId | null;
  readonly text: string;
}

/** What the journal held right before this record, signed: whoever keeps the note elsewhere can tell if it was changed since. */
export interface CheckpointEntry {
  readonly kind: 'checkpoint';
  readonly at: Instant;
  /** How many records it covers: all before this one. */
  readonly size: number;
  /** The root (base64) of the RFC 6962 Merkle tree over their lines. */
  readonly root: string;
  /** The C2SP checkpoint that says so. */
  readonly note: string;
}

/**
 * What was turned away with a 503 while the journal had no room for a record of it: nothing of it was sent, and no limit knows
 * of it. It stands behind the last of them.
 */
export interface UnrecordedEntry {
  readonly kind: 'unrecorded';
  readonly at: Instant;
  /** When the first was turned away. */
  readonly since: Instant;
  /** Why the first was. */
  readonly why: 'disk_full' | 'disk_behind';
  readonly calls: number;
  readonly refusals: number;
  readonly notes: number;
}

/** Enough of an answer to tell what happened; the rest is counted, not kept. */
export const ANSWER_KEPT_BYTES = 16_384;
