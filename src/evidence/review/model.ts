import type { Instant } from '../../std/clock.ts';
import type { Verdict } from '../../engine/decision.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Estimate } from '../statistics/share.ts';

export type Opinion = 'sane' | 'wrong' | 'unsure';

/**
 * What the opinions on one call come to. `disputed`: one says sane, another wrong. Who is unsure is outvoted by who is not.
 */
export type Consensus = Opinion | 'disputed';

/** What reviewers think of an agent's decisions, and how much of them they have seen. A JSON value. */
export interface ReviewSummary {
  readonly agent: string | null;
  readonly seed: number;
  /** Writes the agent meant to do. */
  readonly population: number;
  /** Chosen for review: the sample and every anomaly. */
  readonly chosen: number;
  /** Of the chosen, those with an opinion. */
  readonly reviewed: number;
  readonly strata: readonly StratumReview[];
  readonly anomalies: readonly AnomalyReview[];
  /** Calls with an opinion, chosen or not, by what the opinions come to. */
  readonly consensus: Readonly<Record<Consensus, number>>;
  readonly agreement: {
    /** Sane among the calls that somebody was sure about (`disputed` is not sane), as reviewed. */
    readonly raw: Estimate;
    /** The same, every chosen call weighted by how many it stands for: what it would be over all intended writes. */
    readonly weighted: WeightedShare;
  };
  readonly reviewers: Reviewers;
  /** Calls that are wrong or disputed, the newest first; at most {@link CALLS_LISTED_MAX}. */
  readonly wrong: readonly ReviewedCall[];
  readonly wrongMore: number;
  /** Assessments that count for nothing: of a call that is not in the journal, or of a read. */
  readonly stray: number;
}

/** A share of the whole population, from a stratified sample of it. */
export interface WeightedShare {
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The part of the population whose strata have at least one sure opinion: the share speaks of these alone. */
  readonly covered: number;
  readonly population: number;
}

/** Calls alike in what a reviewer should see some of each of. */
export interface Stratum {
  readonly route: string;
  /** `none`, `< 10 USD`, `10–100 USD`, … */
  readonly amount: string;
  readonly days: 'weekday' | 'weekend';
  readonly verdict: Verdict;
  /** Anomalies are strata of their own, of which all are chosen. */
  readonly anomalous: boolean;
}

export interface StratumReview extends Stratum {
  readonly population: number;
  readonly chosen: number;
  /** Of the chosen. */
  readonly reviewed: number;
  readonly sane: number;
  readonly wrong: number;
  readonly unsure: number;
  readonly disputed: number;
  /** How many calls each chosen one stands for: `population / chosen`. */
  readonly weight: number;
  /** Sane among the sure. */
  readonly agreement: Estimate;
}

/** Why a call needs a human even when no draw chose it. */
export type AnomalyKind =
  'large_amount' | 'repeated' | 'rests_on_synthetic' | 'refused_then_retried' | 'first_seen_value';

export interface AnomalyReview {
  readonly kind: AnomalyKind;
  readonly calls: number;
  readonly reviewed: number;
  readonly wrong: number;
}

/** How far reviewers agree with each other, on calls that at least two of them have assessed. */
export interface Reviewers {
  readonly names: readonly ReviewerCount[];
  /** Calls with opinions of at least two. */
  readonly shared: number;
  /** Pairs of opinions on one call that are the same, among all such pairs. */
  readonly percent: number | null;
  /** Cohen's kappa; `null` unless exactly two have shared calls, or where chance alone explains all. */
  readonly kappa: number | null;
  /** Krippendorff's alpha (nominal); `null` where nothing is shared or all say the same. */
  readonly alpha: number | null;
}

export interface ReviewerCount {
  readonly by: string;
  readonly calls: number;
  readonly sane: number;
  readonly wrong: number;
  readonly unsure: number;
}

export interface ReviewedCall {
  readonly call: CallId;
  readonly at: Instant;
  readonly route: string;
  readonly subject: string | null;
  /** `50.00 USD` */
  readonly amount: string | null;
  readonly verdict: Verdict;
  readonly consensus: Consensus;
  readonly opinions: readonly GivenOpinion[];
}

/** The last word of one reviewer on one call. */
export interface GivenOpinion {
  readonly by: string;
  readonly opinion: Opinion;
  readonly reason: string;
  readonly at: Instant;
}

/** Nobody reads more than this; the rest is counted. */
export const CALLS_LISTED_MAX = 1_000;
