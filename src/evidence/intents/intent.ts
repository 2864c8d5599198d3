import type { Instant } from '../../std/clock.ts';
import type { Money } from '../../std/money.ts';
import type { Effect, Stage } from '../../engine/call.ts';
import type { Verdict } from '../../engine/decision.ts';
import type { Effectiveness } from '../../engine/event.ts';
import type { AgentId, CallId, RouteId } from '../../engine/ids.ts';
import type { Origin, Rests } from '../../journal/entry.ts';

/** One write that an agent meant to do, whatever became of it. */
export interface Intent {
  readonly call: CallId;
  readonly at: Instant;
  readonly agent: AgentId;
  readonly task: string;
  readonly session: string;
  readonly stage: Stage;
  readonly route: RouteId;
  readonly effect: Exclude<Effect, 'read'>;
  readonly subject: string | null;
  /** `null` where it moves no money, or where its amount could not be read. */
  readonly amount: Money | null;
  /** "The same call": method, upstream, target and body. */
  readonly fingerprint: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string | null;
  readonly contentType: string | null;
  readonly verdict: Verdict;
  /** The held call whose approval let it through. */
  readonly approval: CallId | null;
  readonly rests: Rests | null;
  /** Values whose origin a provenance rule asks for, by rule: `payee`. */
  readonly values: Readonly<Record<string, string>>;
  /** `null`: it never ended, or never went anywhere. */
  readonly effectiveness: Effectiveness | null;
  readonly origin: Origin | null;
  /** Why no answer came, as its outcome has it: `timeout`, `unanswerable`; `null`: one did, or it never ended. */
  readonly failure: string | null;
}

/** What agents did with whom, and meant to do: the writes of a journal, and which cases it knows of at all. */
export interface Intents {
  /** In the journal's order. */
  readonly writes: readonly Intent[];
  /** Whatever a call of an agent's own named, reads included. */
  readonly sessions: ReadonlySet<string>;
  readonly tasks: ReadonlySet<string>;
  readonly subjects: ReadonlySet<string>;
  /** The effect of every route that was called. */
  readonly routes: ReadonlyMap<string, Effect>;
}
