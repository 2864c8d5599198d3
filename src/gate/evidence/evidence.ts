import type { Effect, Stage } from '../../engine/call.ts';
import type { AgentId, CallId, RouteId } from '../../engine/ids.ts';
import type { Instant } from '../../std/clock.ts';
import type { Mix } from '../statistics/drift-alarm.ts';

/** Everything that a verdict is made of. A JSON value, but for its bigints: there are none. The same inputs give the same evidence. */
export interface GateEvidence {
  readonly agent: AgentId;
  /** The stage whose calls are looked at, and the one that is asked for. */
  readonly from: Stage;
  readonly to: Stage;
  /** The step that is asked for; `null`: the stage has no ramp. */
  readonly step: number | null;
  readonly basis: Basis;
  readonly journal: JournalEvidence;
  readonly classes: readonly ClassEvidence[];
  readonly sessions: SessionEvidence;
  readonly days: DaysEvidence;
  readonly faults: { readonly calls: number; readonly shown: readonly CallId[] };
  readonly review: { readonly chosen: number; readonly reviewed: number };
  readonly freezes: readonly {
    readonly at: Instant;
    readonly by: string;
    readonly reason: string;
    readonly open: boolean;
  }[];
  readonly upstream: {
    readonly sent: number;
    readonly failed: number;
    readonly baseline: { readonly sent: number; readonly failed: number } | null;
  };
  /**
   * Whether the agent stayed as it was: of each session, in the order in which they ended, its calls by `route verdict`, by half of the
   * window. Sessions and not calls, since the calls of one session hang together, and no alarm may take them for independent.
   */
  readonly mix: { readonly first: readonly Mix[]; readonly second: readonly Mix[] };
  /** Per session: how many calls, how long, how much money; beside a baseline of the same time where there is one. */
  readonly load: readonly LoadMeasure[];
  readonly scenarios: ScenarioEvidence | null;
  readonly probe: ProbeEvidence | null;
  readonly efficacy: EfficacyEvidence | null;
  /** The files that all this was read from. */
  readonly files: readonly EvidenceFile[];
}

/** What the evidence is of: with another of these it would be of something else. */
export interface Basis {
  readonly policyDigest: string;
  /** The rules alone, whoever the agent is and whatever a promotion asks. */
  readonly rulesDigest: string;
  readonly identityDigest: string;
  /** What the policy says of who it is; `null`: it does not. `prompt` is a SHA-256 (hex). */
  readonly identity: {
    readonly version: string | null;
    readonly model: string | null;
    readonly prompt: string | null;
  };
  /** OpenAPI documents, by path. */
  readonly documents: Readonly<Record<string, string>>;
  readonly engine: string;
  /** Since when journal and policy agree in all that matters, and why not before: `the model changed`. `null`: no record does. */
  readonly since: Instant | null;
  readonly reset: string | null;
}

export interface JournalEvidence {
  readonly dir: string;
  /** The last record. `null`: the journal is empty. */
  readonly head: { readonly seq: number; readonly hash: string; readonly at: Instant } | null;
  /** Calls decided again by this engine, and those that came out otherwise. */
  readonly redecided: {
    readonly calls: number;
    readonly differences: number;
    readonly recorded: string;
    readonly now: string;
    /** The first that came out otherwise, and how: `allow` → `deny rate refunds-bot.rates[0]`. */
    readonly first: { readonly call: CallId; readonly recorded: string; readonly now: string } | null;
  };
  /** What `audit verify` found wrong; empty: nothing. */
  readonly problems: readonly string[];
}

/** One class of action: a route that writes. There is one for each that the policy lets the agent use, used or not. */
export interface ClassEvidence {
  readonly route: RouteId;
  readonly effect: Effect;
  /** What the agent meant and no guard stopped. */
  readonly meant: number;
  readonly stopped: number;
  /** Sessions, in the order in which they ended, of which somebody knows whether they did harm in this class. */
  readonly judged: readonly JudgedSession[];
  /** What people did where the agent meant this, or thought of what it meant. `null`: nobody said. */
  readonly agreement: {
    readonly with: 'actuals' | 'reviewers';
    readonly clusters: readonly { readonly events: number; readonly total: number }[];
  } | null;
  readonly amounts: readonly { readonly band: string; readonly meant: number }[];
  readonly weekdays: number;
  readonly weekend: number;
  readonly shown: readonly CallId[];
}

export interface JudgedSession {
  readonly session: string;
  readonly at: Instant;
  /** Writes of this class that somebody judged, and those found wrong. */
  readonly judged: number;
  readonly harmful: number;
  /** The first wrong one. */
  readonly call: CallId | null;
}

export interface SessionEvidence {
  readonly writing: number;
  readonly all: number;
  /** Tasks that ran several times, and in how many of them every run did the same: for pass^k. */
  readonly repeated: readonly { readonly task: string; readonly runs: number; readonly clean: number }[];
}

export interface DaysEvidence {
  /** The policy's. */
  readonly timeZone: string;
  readonly first: Instant | null;
  readonly last: Instant | null;
  /** Calendar days (of that zone) with calls, weekdays and weekend days apart. */
  readonly weekdays: number;
  readonly weekend: number;
  /** Those days, in order: `2026-03-01`, with the sessions that made their first call then, and all calls and intended writes. */
  readonly calendar: readonly {
    readonly day: string;
    readonly sessions: number;
    readonly calls: number;
    readonly writes: number;
  }[];
}

export interface LoadMeasure {
  readonly name: 'calls' | 'duration' | 'money';
  readonly agent: readonly number[];
  readonly baseline: readonly number[] | null;
}

export interface ScenarioEvidence {
  readonly engine: string;
  /** The names of all that there are, run or not. */
  readonly known: readonly string[];
  readonly results: readonly { readonly name: string; readonly held: boolean }[];
  /** Journals that were decided again, and those that came out otherwise. */
  readonly redecided: { readonly journals: number; readonly differing: readonly string[] };
}

export interface ProbeEvidence {
  readonly engine: string;
  readonly policyDigest: string;
  readonly rulesDigest: string;
  readonly seed: number;
  readonly runs: number;
  readonly calls: number;
  readonly found: readonly string[];
}

export interface EfficacyEvidence {
  readonly labels: number;
  readonly harmful: number;
  readonly caught: number;
  readonly good: number;
  readonly stoppedWrongly: number;
}

export interface EvidenceFile {
  readonly name: string;
  readonly file: string;
  /** Hex; of a directory, over its files in order. */
  readonly sha256: string;
}
