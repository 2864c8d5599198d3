import type { Instant } from '../../std/clock.ts';
import type { Effect } from '../../engine/call.ts';
import type { Verdict } from '../../engine/decision.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Estimate } from '../statistics/share.ts';

/** An amount in a JSON document: micro-units as text. */
export interface MoneyJson {
  readonly micros: string;
  readonly currency: string;
}

/** Which field of a call says which case it belongs to. */
export type CaseField = 'session' | 'task' | 'subject';
export const CASE_FIELDS: readonly CaseField[] = ['session', 'task', 'subject'];

/**
 * What an agent meant to do, beside what people (or the system that does the work today) did in the same cases. A JSON value.
 *
 * An *action* is one write; its *class* is its route and effect, `create_refund (money)`. A *case* is what both sides had before
 * them: a session, a task or a subject. INVARIANT: a case that only one side knows is neither agreement nor disagreement.
 */
export interface Divergence {
  readonly agent: string | null;
  readonly caseField: CaseField;
  /** How far apart in time two actions may lie and still be the same; `null`: the actuals have no times. */
  readonly withinMs: number | null;
  readonly coverage: Coverage;
  readonly comparison: Comparison;
  /** Where the agent ran a second time; `null`: it did not. */
  readonly noise: Noise | null;
  /** Rows of the actuals that say nothing usable; at most {@link LISTED_MAX}. */
  readonly badRows: readonly BadRow[];
  readonly badRowsMore: number;
  /** Columns of the actuals that mean nothing here. */
  readonly ignoredColumns: readonly string[];
}

/** What was there to compare. */
export interface Coverage {
  /** Cases that both sides know. */
  readonly compared: number;
  /** Cases of the agent's that no row of the actuals names: nobody knows what people did there. */
  readonly withoutActuals: number;
  /** Cases of the actuals that the agent never saw. */
  readonly withoutAgent: number;
  /** Cases with more actions than can be matched with care. */
  readonly tooLarge: number;
  /** Cases of which the actuals have a row that cannot be read: what people did there is not known whole. */
  readonly incomplete: number;
  /** The first of each, at most {@link LISTED_MAX}. */
  readonly listed: {
    readonly withoutActuals: readonly string[];
    readonly withoutAgent: readonly string[];
    readonly tooLarge: readonly string[];
    readonly incomplete: readonly string[];
  };
  /** Intents that count once with a later one: the same write, refused or held, and then tried again. */
  readonly triedAgain: number;
  /** Intents that the upstream itself refused: nothing would have come of them. They are not compared. */
  readonly refusedUpstream: number;
  /** Intents that the door itself, which answers in shadow, had no answer for or answered as refused. They are not compared. */
  readonly refusedInShadow: number;
  /** Intents that match no route: they were refused for that, and are not compared. */
  readonly unrouted: number;
  /** Intents on routes that were left out on purpose. */
  readonly leftOut: number;
  /** Intents in cases that are not compared. */
  readonly intentsElsewhere: number;
}

/** One side beside another, over the cases that both know. */
export interface Comparison {
  readonly cases: {
    /** Every action has its like on the other side, to the amount and the target; or neither did anything. */
    readonly alike: Estimate;
    readonly differing: Estimate;
    /** Cases in which neither did anything. */
    readonly nothingByBoth: number;
  };
  readonly actions: {
    /** Actions of either side, each pair once, that are not exactly the same on both. */
    readonly differing: Estimate;
    /** Actions with one of the same class on the other side. */
    readonly sameClass: Estimate;
    /** Of those pairs, how many have the same amount and target. */
    readonly exact: Estimate;
  };
  readonly classes: readonly ClassRow[];
  readonly money: readonly MoneyRow[];
  readonly confusion: Confusion;
  /** The worst first: by money, then destructive before money before write. At most {@link LISTED_MAX}. */
  readonly disagreements: readonly Disagreement[];
  readonly disagreementsMore: number;
}

/** Agreement on one class of action. */
export interface ClassRow {
  readonly route: string;
  readonly effect: Effect;
  /** Pairs: the agent and people both did it. `exact` + `otherAmount` + `otherTarget` + `ambiguous` = `both`. */
  readonly both: number;
  readonly exact: number;
  readonly otherAmount: number;
  readonly otherTarget: number;
  /** Pairs of which nobody can say who belongs to whom. */
  readonly ambiguous: number;
  readonly onlyAgent: number;
  readonly onlyPeople: number;
  /** `both` among all. */
  readonly agreement: Estimate;
}

/** Money of the compared actions, signed: what the agent would have moved more (or, negative, less) than people did. */
export interface MoneyRow {
  readonly currency: string;
  /** All that the agent meant; of it, what a guard denied and what was left to wait for a person. */
  readonly agentMicros: string;
  readonly agentDeniedMicros: string;
  readonly agentHeldMicros: string;
  readonly peopleMicros: string;
  readonly differenceMicros: string;
  /** Differences that do not cancel out: the sum of their sizes. */
  readonly absoluteMicros: string;
}

/** What the agent did (rows) where people did what (columns). The last of both is {@link NOTHING}. */
export interface Confusion {
  readonly names: readonly string[];
  readonly cells: readonly (readonly number[])[];
}
export const NOTHING = 'nothing';

export type DisagreementKind =
  /** Nobody did what the agent meant to do. */
  | 'only_agent'
  /** The agent did not mean to do what was done. */
  | 'only_people'
  /** Another action in the same place, and only one of each. */
  | 'instead'
  /** The same action on the same target, with another amount. */
  | 'amount'
  /** The same action on another target. */
  | 'target'
  /** Several of each, alike enough that nobody can say who belongs to whom. */
  | 'ambiguous';

export interface Disagreement {
  readonly kind: DisagreementKind;
  readonly case: string;
  /** The most severe of either side. */
  readonly effect: Effect;
  /** What differs: `amount`, `subject`, `body.payee`. */
  readonly differs: readonly string[];
  readonly agent: readonly AgentAction[];
  readonly people: readonly PeopleAction[];
  /** Agent less people, by currency; what is equal is left out. */
  readonly money: readonly MoneyJson[];
}

export interface AgentAction {
  readonly call: CallId;
  readonly at: Instant;
  readonly route: string;
  readonly effect: Effect;
  readonly subject: string | null;
  readonly amount: MoneyJson | null;
  readonly verdict: Verdict;
}

export interface PeopleAction {
  /** Where it stands: `line 12` of the actuals, or a call of the second journal. */
  readonly place: string;
  readonly at: Instant | null;
  readonly route: string;
  readonly effect: Effect;
  readonly subject: string | null;
  readonly amount: MoneyJson | null;
}

/** The agent beside itself, and beside people in the very same cases: "differs from people in 6 %, from itself in 5 %". */
export interface Noise {
  /** Cases that both runs and the actuals know. */
  readonly cases: number;
  readonly people: Comparison;
  readonly itself: Comparison;
}

export interface BadRow {
  /** From 1, as an editor counts. */
  readonly line: number;
  readonly why: string;
}

/** Nobody reads more than this; the rest is counted. */
export const LISTED_MAX = 1_000;
