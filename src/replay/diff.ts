/**
 * What a candidate policy would have made of recorded calls, beside what was made of them. JSON as it stands, for a page,
 * a table or a program; `run.ts` makes it.
 */
export interface ReplayReport {
  readonly recorded: RecordedJson;
  /** In the order they were named. All were folded over the same recording. */
  readonly candidates: readonly CandidateDiff[];
}

/** What was replayed. */
export interface RecordedJson {
  /** Data directories, as named. */
  readonly sources: readonly string[];
  readonly calls: number;
  readonly sessions: number;
  readonly agents: readonly string[];
  /** Epoch milliseconds of the first and the last record; `null` where there is none. */
  readonly from: number | null;
  readonly to: number | null;
  /** The policies that were in force, in their order. */
  readonly policies: readonly { readonly file: string; readonly digest: string; readonly calls: number }[];
}

/**
 * How sure it is that this very call would have been made, and judged so.
 * - `exact`: nothing before it changed what its agent saw or what its rules counted
 * - `own_session`: its session was answered otherwise before; what the agent would have done then, nobody knows
 * - `shared_state`: another session changed, and may have changed what this call's rules count (a budget, a `once`)
 */
export type Certainty = 'exact' | 'own_session' | 'shared_state';

/**
 * - `blocked`: was let through (or held), would be denied
 * - `allowed`: was denied or held, would be let through
 * - `held`: was let through or denied, would wait for a human
 * - `captured`, `sent`: let through both times, but in shadow the one time and for real the other
 */
export type ChangeKind = 'blocked' | 'allowed' | 'held' | 'captured' | 'sent';
export const CHANGE_KINDS: readonly ChangeKind[] = ['blocked', 'allowed', 'held', 'captured', 'sent'];

/** On what terms the candidate was folded: what is assumed where the recording says nothing. */
export interface ReplayTerms {
  /** `apart`: sessions meet in what rules count, and not in the business's data. `together`: they may meet in both. */
  readonly sessions: 'apart' | 'together';
  /** `candidate`: stages count as the candidate gives them. `neutral`: what the other guards say, whatever the stage. */
  readonly stages: 'candidate' | 'neutral';
  /** How a call ends that was never sent and now would be. */
  readonly outcomes: 'effective' | 'ineffective' | 'unknown';
}

export interface CandidateDiff {
  readonly policy: { readonly file: string; readonly digest: string };
  readonly terms: ReplayTerms;
  /** Every call, by what the candidate makes of it: `allow`, `deny`, `hold`, `capture`, and `unjudged`. */
  readonly verdicts: Readonly<Record<'allow' | 'deny' | 'hold' | 'capture' | 'unjudged', number>>;
  /** Every call, changed or not, by how sure that is. */
  readonly certainty: Readonly<Record<Certainty, number>>;
  /** Calls whose verdict is another one. */
  readonly changes: Readonly<Record<ChangeKind, TallyJson>>;
  /** The same calls, cut six ways. A row without any change is left out; the largest rows first, days in their order. */
  readonly by: Readonly<Record<Cut, readonly CutRow[]>>;
  /** The worst first, by money and then by time; at most {@link EXAMPLES_MAX} of each kind. */
  readonly examples: Readonly<Record<ChangeKind, readonly Example[]>>;
  /** Refused both times, but told something else: the agent may have gone another way from there. */
  readonly toldDifferently: number;
  /** Where the recording does not hold what a rule asks for. Such a call counts as unchanged, and its session as uncertain. */
  readonly unjudged: readonly UnjudgedRow[];
  /** Freezes that the candidate's own rules would have begun. Humans' freezes and resumes are facts, and happen as recorded. */
  readonly freezes: readonly FreezeJson[];
  /** What folded it: `columns`, or the engine itself, and why. */
  readonly how: {
    readonly judge: 'columns' | 'engine';
    readonly why: string;
    readonly bodiesRead: number;
    /** By recording, in the order they were named. */
    readonly read: readonly ReadFrom[];
  };
}

/** {@link ReadFrom.why} where there is nothing but lines. */
export const NOTHING_SEALED = 'nothing is sealed';

/** Where a recording was read from. */
export interface ReadFrom {
  /** Calls that were taken from what `interlock seal` made; all others came from the journal's lines. */
  readonly columns: number;
  /** Why so many. */
  readonly why: string;
}

/** Of what a row is: the guard or rule that decides (of the candidate, or of the recording where nothing does any more). */
export type Cut = 'guard' | 'rule' | 'route' | 'agent' | 'stage' | 'day';
export const CUTS: readonly Cut[] = ['guard', 'rule', 'route', 'agent', 'stage', 'day'];

/** Money is a decimal string of micro-units, by ISO 4217 code. */
export type MoneyJson = Readonly<Record<string, string>>;

export interface TallyJson {
  readonly calls: number;
  readonly money: MoneyJson;
  readonly certainty: Readonly<Record<Certainty, number>>;
}

export interface CutRow {
  /** The guard, rule, route, agent or stage, or the UTC day, `2026-01-15`. */
  readonly name: string;
  /** Only kinds that occur. */
  readonly changes: Readonly<Partial<Record<ChangeKind, TallyJson>>>;
}

export interface Example {
  /** For `interlock why`. */
  readonly call: string;
  readonly at: number;
  readonly agent: string;
  readonly session: string;
  readonly route: string;
  readonly subject: string | null;
  /** `250.00 USD`; `null` where it moves none that can be read. */
  readonly amount: string | null;
  readonly certainty: Certainty;
  /** It acts on an id that the door made up in shadow: what a rule says of that subject says nothing of production. */
  readonly madeUp: boolean;
  readonly recorded: VerdictJson;
  readonly candidate: VerdictJson;
}

/** A verdict and the finding that decided it; guard, rule and reason are `null` where nothing stood against the call. */
export interface VerdictJson {
  readonly verdict: 'allow' | 'deny' | 'hold' | 'capture';
  readonly guard: string | null;
  readonly rule: string | null;
  readonly reason: string | null;
}

export interface UnjudgedRow {
  /** The rule or fact that could not be judged: `bot.allow[1]`, `subject of create_refund`. */
  readonly rule: string;
  /** `body erased or sealed`, `body cut`, `body absent`, `never read`, … */
  readonly why: string;
  readonly calls: number;
  /** A few of them. */
  readonly examples: readonly string[];
}

export interface FreezeJson {
  readonly agent: string;
  readonly at: number;
  readonly rule: string;
  readonly reason: string;
  readonly call: string;
  /** Whether the recorded policy froze the agent at the same call, too: then it is nothing new, and a resume that was recorded ends it. */
  readonly recorded: boolean;
}

/** Of each kind: enough to look at, and no book. */
export const EXAMPLES_MAX = 20;
