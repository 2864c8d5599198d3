import type { Instant } from '../std/clock.ts';
import type { Money } from '../std/money.ts';
import type { AgentId, CallId, GrantId, RouteId, RuleId } from './ids.ts';

/** What a route does to the business. Everything but `read` is a write. */
export type Effect = 'read' | 'write' | 'money' | 'destructive';

/** Where in its rollout an agent is. */
export type Stage = 'sandbox' | 'staging' | 'shadow' | 'limited' | 'production';

/** What a condition said of the call; `error` where it could not be evaluated, which denies. */
export type Truth = boolean | 'error';

/** The amount a money call moves, or why it could not be read. */
export type AmountFact = Money | { readonly fault: 'missing' | 'malformed' | 'currency' };

/**
 * One intended request, reduced to every fact a decision may depend on.
 *
 * INVARIANT: a decision is a function of the calls and events before it and of these fields alone,
 * so a journal that keeps them can be decided again (I8) even when bodies are redacted.
 */
export interface Call {
  readonly id: CallId;
  /** When the door judged it, by the door's clock; never decreases along a journal. */
  readonly at: Instant;
  readonly agent: AgentId;
  readonly grant: GrantId;
  /** The task the grant was made for. */
  readonly task: string;
  /** The run this call belongs to. */
  readonly session: string;
  readonly route: RouteId;
  readonly effect: Effect;
  /** What it acts on, `charge:ch_1`; `null` where the route names none or the call lacks it. */
  readonly subject: string | null;
  /** `null` where the route moves no money. */
  readonly amount: AmountFact | null;
  /** How many items a bulk call carries; `null` where the route is no bulk call. */
  readonly items: number | null;
  /** SHA-256 (hex, first 32 digits) over method, upstream, target and body: what "the same call" means. */
  readonly fingerprint: string;
  /** False where the grant was made for fewer routes than its agent has. */
  readonly granted: boolean;
  /** Every `when` that concerns this agent and route, by rule. */
  readonly conditions: Readonly<Record<RuleId, Truth>>;
}

export function isWrite(effect: Effect): boolean {
  return effect !== 'read';
}

export function isReadable(amount: AmountFact): amount is Money {
  return !('fault' in amount);
}
