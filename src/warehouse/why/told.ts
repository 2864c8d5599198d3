import type { Effect, Stage } from '../../engine/call.ts';
import type { Finding, Trip, Verdict } from '../../engine/decision.ts';
import type { Effectiveness } from '../../engine/event.ts';
import type { Instant } from '../../std/clock.ts';
import type { FreezeCause, Origin, Rests } from '../../journal/entry.ts';
import type { StandingCause } from '../../journal/standing-entry.ts';
import type { Proof } from '../../journal/user-entry.ts';

/**
 * What `interlock why` found: data in, for every form it is shown in. Texts in it stand as they were recorded; whoever
 * shows them makes them safe. `--json` prints this, with every instant as ISO 8601.
 */
export type Told = CallStory | Account | Choice | Nothing;

/** How to read `--json`; a member may come, none goes or changes its meaning, without another number. */
export const TOLD_VERSION = 1;

/** One call: what it was, why it was decided so, what came of it. */
export interface CallStory {
  readonly kind: 'call';
  /** The answer in a few plain sentences. */
  readonly summary: readonly string[];
  readonly step: Step;
  readonly who: Who;
  readonly policy: PolicyTold;
  /** Where the values of the request came from; none of a call that carries none. */
  readonly values: readonly Traced[];
  readonly findings: readonly FindingTold[];
  readonly sent: Sent;
  readonly answer: AnswerTold | null;
  /** Calls of the same session before it, the oldest first; its reads above all. */
  readonly before: Steps;
  /** Calls of the same session after it. */
  readonly after: Steps;
  /** What the door itself read to judge it. */
  readonly reread: Step | null;
  readonly notes: readonly NoteTold[];
  readonly hold: HoldTold | null;
  readonly rests: Rests | null;
  /** Freezes that this call caused, met or followed by. */
  readonly stops: readonly Stop[];
  /** Where its agent stood, and where it came to stand soon after. */
  readonly standings: readonly StandingTold[];
  readonly assessments: readonly Assessment[];
  /** All that was done to its subject, by anybody. */
  readonly subject: Ledger | null;
  /** What this journal does not hold of it, and why. */
  readonly gaps: readonly string[];
}

/** Everything that was done to a subject or a customer, in a session, under a task or a grant, or by an agent. */
export interface Account {
  readonly kind: 'account';
  readonly of: Meaning;
  readonly summary: readonly string[];
  readonly ledger: Ledger;
  readonly notes: readonly NoteTold[];
  readonly stops: readonly Stop[];
  /** How the agent came to stand where it does; none where it is not asked about. */
  readonly standings: readonly StandingTold[];
  /** The writes that matter most, told whole. */
  readonly stories: readonly CallStory[];
  /** Writes of the ledger that `stories` does not tell. */
  readonly untold: number;
  readonly gaps: readonly string[];
}

export interface Choice {
  readonly kind: 'choice';
  readonly asked: string;
  readonly candidates: readonly Meaning[];
}

export interface Nothing {
  readonly kind: 'nothing';
  readonly asked: string;
  /** What was read out of the question. */
  readonly tried: readonly string[];
  readonly looked: Extent;
  /** Identifiers that differ in a letter or two. */
  readonly nearest: readonly string[];
  /** It said what kind of thing it asks for, and there is no such one. */
  readonly misnamed: Misnamed | null;
}

/** `charge cus_9`, and it is a customer; `wibble cus_9`; `ch_1 ch_2`. */
export interface Misnamed {
  readonly word: string;
  readonly name: string;
  /** Whether the journal knows such a kind of thing. */
  readonly isKind: boolean;
  readonly kinds: readonly string[];
  /** What the name means all the same, and where the word is no kind, what that means. */
  readonly others: readonly Meaning[];
}

/** What a question can mean. `ask`: the word that means this and nothing else. */
export interface Meaning {
  readonly role: 'call' | 'subject' | 'id' | 'session' | 'task' | 'grant' | 'agent' | 'page';
  readonly name: string;
  readonly agent?: string;
  readonly ask: string;
  readonly mentions: number;
}

export interface Extent {
  readonly records: number;
  readonly from: Instant | null;
  readonly to: Instant | null;
}

/** A call as one line. */
export interface Step {
  readonly seq: number;
  readonly call: string;
  readonly at: Instant;
  readonly agent: string;
  readonly session: string;
  readonly task: string;
  readonly stage: Stage;
  readonly route: string;
  readonly effect: Effect;
  readonly upstream: string;
  readonly method: string;
  readonly target: string;
  readonly subject: string | null;
  readonly amount: Amount | null;
  readonly verdict: Verdict;
  /** The finding that decided; `null` on allow. */
  readonly because: FindingTold | null;
  /** `null`: no outcome stands in the journal. */
  readonly end: End | null;
  /** The held call whose approval let this one through. */
  readonly approval: string | null;
  /** The held call, sent: which one it became. */
  readonly became: string | null;
  /** What a human said of the held call, and until when one may; `null`: it is not held. */
  readonly waits: Waits | null;
}

export interface Waits {
  /** The call that a human is asked about. */
  readonly asked: string;
  readonly until: Instant | null;
  /** `null`: nobody has answered. */
  readonly word: 'approved' | 'refused' | null;
}

export interface Amount {
  readonly micros: string;
  readonly currency: string;
  /** `150.00 USD` */
  readonly shown: string;
}

export interface End {
  readonly at: Instant;
  readonly effectiveness: Effectiveness;
  readonly status: number | null;
  readonly failure: string | null;
  readonly durationMs: number;
  readonly origin: Origin | 'real';
  /** Nobody saw it end: the door crashed, and the next start said so. */
  readonly crashed: boolean;
}

export interface Steps {
  readonly steps: readonly Step[];
  /** Those beyond what is shown. */
  readonly omitted: number;
}

export interface Who {
  readonly agent: string;
  readonly session: string;
  readonly task: string;
  /** The grant and those it was narrowed from, its own first; empty where the journal lacks it. */
  readonly grants: readonly GrantTold[];
}

export interface GrantTold {
  readonly grant: string;
  readonly at: Instant;
  readonly by: string;
  readonly environment: string;
  readonly expiresAt: Instant;
  readonly routes: readonly string[] | null;
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly revoked: { readonly at: Instant; readonly by: string } | null;
}

export interface PolicyTold {
  readonly digest: string | null;
  readonly file: string | null;
  /** Since when it was in force, without another between. */
  readonly since: Instant | null;
  /** The lines of the rules that decided, those that passed last. */
  readonly rules: readonly RuleLines[];
}

export interface RuleLines {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly lines: readonly string[];
}

export interface FindingTold extends Pick<Finding, 'verdict' | 'reason' | 'observed' | 'limit' | 'hint' | 'earlier'> {
  readonly guard: string;
  readonly rule: string;
  /** What it found, for somebody who does not know the guard. */
  readonly words: string;
}

export interface Sent {
  /** What became of the request: it reached the business, was kept by the door, or never left. */
  readonly how: 'sent' | 'captured' | 'not_sent';
  readonly upstream: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly opaque: { readonly bytes: number; readonly sha256: string } | null;
}

export interface AnswerTold {
  readonly contentType: string | null;
  readonly text: string | null;
  readonly bytes: number;
  readonly merged: readonly string[];
  readonly unmerged: readonly string[];
}

export interface NoteTold {
  readonly at: Instant;
  readonly text: string;
  /** The call that it names. */
  readonly about: string | null;
  readonly when: 'before' | 'after';
}

export interface HoldTold {
  readonly call: string;
  /** The call that a human is asked about: this one, or the one that it asks for again. */
  readonly asked: string;
  readonly since: Instant;
  readonly expiresAt: Instant | null;
  readonly reviews: readonly {
    readonly at: Instant;
    readonly approved: boolean;
    readonly by: string;
    readonly reason: string;
    readonly proof?: Proof;
  }[];
  readonly pages: readonly PageTold[];
}

/** One page on one channel. */
export interface PageTold {
  readonly page: string;
  readonly channel: string;
  readonly attempts: number;
  readonly outcome: 'sent' | 'failed' | 'abandoned';
  /** When the last attempt was recorded. */
  readonly at: Instant;
  readonly detail: string | null;
}

export interface Stop {
  readonly agent: string;
  readonly at: Instant;
  readonly trip: Trip;
  readonly by: string;
  readonly reason: string;
  readonly cause: FreezeCause | null;
  /** The call whose trip it was. */
  readonly call: string | null;
  readonly severed: readonly string[];
  readonly pages: readonly PageTold[];
  /** How the human who stopped it has shown that it is them; absent as in every record: nobody was asked to. */
  readonly proof?: Proof;
  readonly assents: readonly WordTold[];
  /** `null`: it stands. */
  readonly resumed: WordTold | null;
}

/** Who said that an agent may work again. */
export interface WordTold {
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
  readonly proof?: Proof;
}

/** An agent came to stand at a stage, or soon will at another. */
export interface StandingTold {
  readonly seq: number;
  readonly agent: string;
  readonly at: Instant;
  readonly what: StandingCause['what'];
  readonly was: Stage;
  readonly stands: Stage;
  readonly by: string;
  readonly reason: string;
  /** Of a demotion: what crossed which line. */
  readonly rule: string | null;
  readonly observed: string | null;
  readonly limit: string | null;
  /** The promotion that it is about. */
  readonly promotion: string | null;
  /** When that ends by itself. */
  readonly until: Instant | null;
  readonly pages: readonly PageTold[];
}

export interface Assessment {
  readonly at: Instant;
  readonly opinion: 'sane' | 'wrong' | 'unsure';
  readonly by: string;
  readonly reason: string;
}

export interface Ledger {
  readonly name: string;
  /** The writes, the oldest first. */
  readonly steps: readonly Step[];
  readonly omitted: number;
  readonly reads: number;
  readonly agents: readonly string[];
  readonly totals: readonly Total[];
  /** Why subjects stand here that the question did not name. */
  readonly links: readonly Link[];
}

/** Money by currency and route. `unknown`: nobody saw whether it took effect; `meant`: captured, nothing was sent. */
export interface Total {
  readonly route: string;
  readonly currency: string;
  readonly done: { readonly calls: number; readonly micros: string };
  readonly unknown: { readonly calls: number; readonly micros: string };
  readonly meant: { readonly calls: number; readonly micros: string };
}

/** `charge:ch_2`, because the answer to `call` says so at `path`. */
export interface Link {
  readonly id: string;
  readonly call: string;
  readonly path: string;
}

/** Where one value of a request came from, as far as the journal can tell. */
export interface Traced {
  readonly in: 'path' | 'query' | 'body';
  readonly path: string;
  readonly value: string;
  readonly origin: ValueOrigin;
}

export type ValueOrigin =
  | {
      readonly kind: 'answer';
      readonly earliest: Sighting;
      /** Absent where it is the earliest. */
      readonly latest?: Sighting;
      /** In how many answers. */
      readonly answers: number;
      /** A short number under another name: it may be a coincidence. */
      readonly perhaps?: true;
    }
  /** Only within a longer text that it had read: whoever wrote that text chose the value. */
  | ({ readonly kind: 'text'; readonly seen: Sighting; readonly excerpt: string } & Unread)
  | { readonly kind: 'declared'; readonly name: string; readonly grant: string; readonly by: string }
  /** The words of the task hold it. */
  | { readonly kind: 'task' }
  | { readonly kind: 'note'; readonly at: Instant }
  /** Too short or too usual to say anything. */
  | { readonly kind: 'common' }
  /** Personal data that stands sealed: two of one value cannot be told to be so. */
  | { readonly kind: 'sealed' }
  /** A text of several words that stands nowhere: its own. */
  | ({ readonly kind: 'words' } & Unread)
  | ({ readonly kind: 'nowhere' } & Unread);

/** Answers before it that may have held the value and cannot be looked into whole: sealed, erased, or longer than what is kept. */
export interface Unread {
  /** Absent: none. */
  readonly unread?: number;
}

export interface Sighting {
  readonly call: string;
  readonly at: Instant;
  /** `GET /v1/charges/ch_2` */
  readonly request: string;
  readonly path: string;
  /** An amount in another unit: `150.00` for 15000 cents. */
  readonly as?: string;
  readonly origin: Origin | 'real';
}
