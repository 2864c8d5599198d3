import type { Instant } from '../../std/clock.ts';
import type { LedgerEntry } from '../world/world.ts';

/** What one scenario came to, both times. Plain data: reports are made from this alone. */
export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly source: string;
  readonly unguarded: RunResult;
  readonly guarded: RunResult;
  /** Every promise that was checked; `held` of the scenario is that of all of them. */
  readonly promises: readonly PromiseCheck[];
  readonly held: boolean;
  /**
   * `found`: a course that a probe found. It goes straight on the businesses only to be shown: what it does there says nothing.
   * `unjudged`: nobody said what harm is, so that of it nothing can be said; `held` is that of the promises.
   */
  readonly about?: 'found' | 'unjudged';
  /** The most that the policy lets leave in this run, `500.00 USD`: its tightest budget, where it has one. */
  readonly limit?: string;
  /** The guards (and the human: `kill`) that stopped something, most often first, what a freeze refused last. */
  readonly stoppedBy: readonly {
    readonly guard: string;
    readonly rule: string;
    readonly reason: string;
    readonly calls: number;
  }[];
  /** How an agent ran otherwise than written, `python3 is not installed; ran in this process`. */
  readonly remarks: readonly string[];
}

export interface RunResult {
  readonly startedAt: Instant;
  readonly durationMs: number;
  /** What truly happened, by the worlds' ledgers. */
  readonly ledger: readonly (LedgerEntry & { readonly upstream: string; readonly harmful: boolean })[];
  /** Everything that left, and everything that changed. */
  readonly money: string;
  readonly writes: number;
  /** Of that, what must never have happened. */
  readonly harm: {
    readonly money: string;
    readonly entries: number;
    /** What was done, in the words of the rules that say it must not be; absent where a scenario judges by itself. */
    readonly texts?: readonly string[];
  };
  /** Requests the agents sent, and those that reached a business. */
  readonly requests: { readonly sent: number; readonly reached: number };
  /** In time order: what a person reads to see what happened. At most {@link TIMELINE_MAX}; `omitted` counts the rest. */
  readonly timeline: readonly TimelineEvent[];
  readonly omitted: number;
}

export interface TimelineEvent {
  readonly at: Instant;
  readonly lane: 'agent' | 'door' | 'business' | 'operator';
  readonly kind: 'call' | 'denied' | 'effect' | 'harm' | 'freeze' | 'resume' | 'failure' | 'note';
  /** One sentence in money and subjects: `refund 50.00 USD of charge:ch_1`. */
  readonly text: string;
  /** How many alike in a row this stands for. */
  readonly count: number;
}

export const TIMELINE_MAX = 400;

export interface PromiseCheck {
  /** `I1` … `I12`, or `oracle`. */
  readonly id: string;
  readonly text: string;
  readonly held: boolean;
  /** What was looked at, or what was found instead. */
  readonly detail: string;
}

/** One run of the sandbox. */
export interface SandboxResult {
  readonly startedAt: string;
  readonly version: string;
  readonly node: string;
  readonly scenarios: readonly ScenarioResult[];
}
