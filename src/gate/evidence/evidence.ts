import type { Effect, Stage } from '../../engine/call.ts';
import type { AgentId, CallId, RouteId } from '../../engine/ids.ts';
import type { Instant } from '../../std/clock.ts';
import type { Share } from '../../evidence/statistics/share.ts';
import type { Mix } from '../statistics/drift-alarm.ts';

/** Everything that a verdict is made of. A JSON value, but for its bigints: there are none. The same inputs give the same evidence. */
export interface GateEvidence {
  readonly agent: AgentId;
  /** The stage whose calls are looked at, and the one that is asked for. */
  readonly from: Stage;
  readonly to: Stage;
  /** The step that is asked for; `null`: the stage has no ramp. */
  readonly step: number | null;
  /** Where it stands by the end of the journal; `null`: the policy has no such agent. */
  readonly standing: { readonly stage: Stage; readonly step: number | null } | null;
  readonly basis: Basis;
  readonly journal: JournalEvidence;
  readonly classes: readonly ClassEvidence[];
  readonly sessions: SessionEvidence;
  readonly days: DaysEvidence;
  readonly faults: { readonly calls: number; readonly shown: readonly CallId[] };
  /** Of what was drawn, `reviewed` are those of which somebody is sure. */
  readonly review: { readonly chosen: number; readonly reviewed: number };
  readonly freezes: readonly {
    readonly at: Instant;
    readonly by: string;
    readonly reason: string;
    readonly open: boolean;
  }[];
  readonly upstream: Answered & { readonly baseline: Answered | null };
  /**
   * Whether the agent stayed as it was: of each session, in the order in which they ended, its calls by what they were (`deedOf` in
   * `src/gate/deed.ts`), by half of the window. Sessions and not calls, since the calls of one session hang together, and no alarm may take them for independent.
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

/** Calls that reached an upstream, and those that failed there. */
export interface Answered {
  readonly sent: number;
  readonly failed: number;
  /** The same by session, in the order in which they began: what one outage fails hangs together. */
  readonly sessions: readonly Share[];
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
  /** Since when the journal's records are of this agent under these rules. `null`: none are, and nothing counts. */
  readonly since: Instant | null;
  /** Until when, where another policy came after it; `null`: to the journal's end. */
  readonly until: Instant | null;
  /** Why nothing before that counts: `the model changed`, `it was demoted`. `null`: there is nothing before it. */
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
  /** Calls of the stretch that counts, of this agent at this stage, which were imported from a recording: they count for nothing. */
  readonly imported: number;
  /** The versions of the engine that wrote what counts; `null`: one that did not say. */
  readonly engines: readonly (string | null)[];
  /** What `audit verify` found wrong; empty: nothing. Of a journal with any, nothing counts. */
  readonly problems: readonly string[];
}

/** One class of action: a route that writes. There is one for each that the policy lets the agent use, used or not. */
export interface ClassEvidence {
  readonly route: RouteId;
  readonly effect: Effect;
  /** What the agent meant and no guard stopped. */
  readonly meant: number;
  readonly stopped: number;
  /** Sessions, in the order of their first writes of it, of which somebody knows whether they did harm in this class. */
  readonly judged: readonly JudgedSession[];
  /**
   * Sessions in which nothing wrong was found so far and not every write was judged, and which do not stand in `judged` for that:
   * each counts there with the chance that a wrong write of it would have been seen.
   */
  readonly undecided: number;
  /** What people did where the agent meant this, or thought of what it meant. `null`: nobody said. */
  readonly agreement: {
    readonly with: 'actuals' | 'reviewers';
    readonly clusters: readonly { readonly events: number; readonly total: number }[];
  } | null;
  /** Every band from the smallest to the largest amount that was meant or that it may ask for alone, none left out between. */
  readonly amounts: readonly AmountBandEvidence[];
  readonly weekdays: number;
  readonly weekend: number;
  readonly shown: readonly CallId[];
}

export interface AmountBandEvidence {
  /** `10–100 USD` */
  readonly band: string;
  readonly meant: number;
  /** Whether the policy lets the agent into it alone. What a person approved may lie beyond. */
  readonly allowed: boolean;
}

export interface JudgedSession {
  readonly session: string;
  /** Its first write of this class: nobody moves that by going on in the session. */
  readonly at: Instant;
  /** Writes of this class that it meant. */
  readonly writes: number;
  /** Writes of this class that somebody judged, and those found wrong. */
  readonly judged: number;
  readonly harmful: number;
  /** The first wrong one. */
  readonly call: CallId | null;
}

export interface SessionEvidence {
  readonly writing: number;
  readonly all: number;
  /** Tasks of which several sessions were judged whole, and how many of those did no harm: for pass^k. */
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
  /** Calls; milliseconds from the first to the last; whole units of the main currency; its upstream answers' median in ms. */
  readonly name: 'calls' | 'duration' | 'money' | 'latency';
  /** One number for each session; of more than a person needs, a draw. */
  readonly agent: readonly number[];
  readonly baseline: readonly number[] | null;
}

export interface ScenarioEvidence {
  readonly engine: string;
  /** The names of all that there are, run or not. */
  readonly known: readonly string[];
  /** `rulesDigest`: of the policy that its journal names; `null`: there is no journal, or this version cannot read its policy. */
  readonly results: readonly { readonly name: string; readonly held: boolean; readonly rulesDigest: string | null }[];
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
