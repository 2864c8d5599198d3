import type { Instant } from '../std/clock.ts';

/** How the bound on a class's harm came down as sessions were judged: what a reader looks at before a number. */
export interface HarmCourse {
  readonly class: string;
  /** What the bound must come under; of 1. `null`: the policy does not demand it. */
  readonly limit: number | null;
  /** Of 1. */
  readonly confidence: number;
  /** `continuous`: the bound holds at every session at once. A number: only at that many, where somebody looks once. */
  readonly look: 'continuous' | number;
  /** In time order, at most {@link POINTS_MAX}; every session with harm, the first and the last among them. */
  readonly points: readonly CoursePoint[];
}

export interface CoursePoint {
  /** Sessions judged up to here, and those of them with harm. */
  readonly sessions: number;
  readonly harmful: number;
  readonly at: Instant;
  /** Harm per session, bounded from above; of 1. */
  readonly bound: number;
}

/** As many as a screen shows. */
export const POINTS_MAX = 200;
