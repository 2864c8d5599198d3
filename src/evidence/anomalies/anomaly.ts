import type { Instant } from '../../std/clock.ts';
import type { Money } from '../../std/money.ts';
import type { Behind } from '../shadow/behind.ts';

/** What found it. */
export type AnomalyTest =
  | 'trip'
  | 'refused_then_through'
  | 'kept_trying'
  | 'after_failed_read'
  | 'rests_on_made_up'
  | 'repeated_in_session'
  | 'near_limit'
  | 'large_amount'
  | 'new_payee'
  | 'burst'
  | 'without_reading'
  | 'busy_hour'
  | 'new_route'
  | 'long_session'
  | 'repeated_across_sessions';

/** How far up each test's findings stand, before their own strength: from what a guard would have stopped the agent for downwards. */
export const WEIGHT: Readonly<Record<AnomalyTest, number>> = {
  trip: 90,
  refused_then_through: 80,
  after_failed_read: 75,
  rests_on_made_up: 70,
  repeated_in_session: 65,
  kept_trying: 60,
  near_limit: 55,
  large_amount: 50,
  new_payee: 50,
  without_reading: 45,
  burst: 45,
  busy_hour: 40,
  new_route: 35,
  long_session: 30,
  repeated_across_sessions: 25,
};

/** Something that a reviewer should look at, and why. It is no verdict. */
export interface Anomaly {
  readonly test: AnomalyTest;
  /** 0 to 99: {@link WEIGHT}, and up to 9 for how strong it is of its kind. */
  readonly score: number;
  /** What is there to see, in one sentence. */
  readonly what: string;
  /** Why that is unusual, with its figures. */
  readonly why: string;
  readonly at: Instant;
  readonly route: string | null;
  readonly subject: string | null;
  readonly session: string | null;
  readonly money: readonly Money[];
  readonly behind: Behind;
}

/** What one test found: how much in all, and the strongest of it. */
export interface TestResult {
  readonly test: AnomalyTest;
  readonly found: number;
  readonly strongest: readonly Anomaly[];
}

/** The strongest of each test that are kept; the rest are counted. */
export const KEPT_EACH = 25;

/** Strength as the points that it adds: `0` as weak as it may be, 9 at ten times that and beyond. */
export const points = (ratio: number): number => Math.max(0, Math.min(9, Math.floor(ratio)));
