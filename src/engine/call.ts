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
  /** `null` where the route moves no money, or this call none of it: one that carries no payment. */
  readonly amount: AmountFact | null;
  /** How many items a bulk call carries; `null` where the route is no bulk call. */
  readonly items: number | null;
  /** SHA-256 (hex, first 32 digits) over method, upstream, target and body: what "the same call" means. */
  readonly fingerprint: string;
  /** What its headers add to that for a person who has to approve it; absent where no rule could hold it. */
  readonly envelope?: string;
  /** SHA-256 (hex, first 32 digits) over the upstream and the write's idempotency key; absent where it carries none. */
  readonly key?: string;
  /** Why no honest answer can be made to it, were it captured; absent: one can, or its agent's writes are not captured. */
  readonly unanswerable?: { readonly reason: string; readonly detail: string; readonly hint: string };
  /** False where the grant was made for fewer routes than its agent has. */
  readonly granted: boolean;
  /** Every `when` that concerns this agent and route, by rule. */
  readonly conditions: Readonly<Record<RuleId, Truth>>;
  /** `null` where the policy asks for none of them: most calls. */
  readonly particulars: Particulars | null;
  /** The write that the door makes this read for. Absent: an agent's own call, whose answer the agent sees. */
  readonly before?: CallId;
}

/** Facts that only some rules ask for; each empty or `null` where none does. */
export interface Particulars {
  /** Where the request departs from its OpenAPI operation, `body.amount: must be integer`; empty: nowhere. */
  readonly shape: readonly string[];
  /** Values whose origin matters, by the provenance rule that asks. */
  readonly parameters: Readonly<Record<RuleId, Parameter>>;
  /** What decides whether the call lies in its agent's segment; `null` where the request lacks it. */
  readonly segment: string | null;
  /** What the door saw when it read the subject again just before sending; `null` where the route has no precondition. */
  readonly precondition: PreconditionFact | null;
  /** The payment that the request carries (x402); `null` where it carries none. */
  readonly payment: PaymentFact | null;
}

/** One value of a request, and whether the task declared it. `null`: the request lacks it, or it is no single text. */
export interface Parameter {
  readonly value: string | null;
  readonly declared: boolean;
}

export type PreconditionFact =
  /** Not read yet: what the call is judged with first, so that a call which is refused anyway costs no read. */
  | { readonly kind: 'unread' }
  /** Not read, for something else refuses or holds the call already. INVARIANT: such a call is never let through. */
  | { readonly kind: 'deferred' }
  /** The read itself was refused, or gave no answer that could be judged. */
  | { readonly kind: 'unreadable'; readonly why: string; readonly read: CallId | null }
  | {
      readonly kind: 'read';
      /** The read that the door made. */
      readonly read: CallId;
      readonly truth: Truth;
      /** What differs from the answer this session read last: `refunded: false is now true`; at most a few. */
      readonly changed: readonly string[];
    };

/** A payment as its header states it, decoded once. `amount` is in the asset's smallest unit, a decimal integer. */
export type PaymentFact =
  | {
      readonly version: 1 | 2;
      readonly scheme: string;
      /** CAIP-2: `eip155:8453`. */
      readonly network: string;
      /** In lower case; empty where the header states none (x402 v1). */
      readonly asset: string;
      /** In lower case. */
      readonly payTo: string;
      readonly amount: string;
      /** What makes this payment one and not another: its authorization's nonce or, lacking one, the header's digest. */
      readonly nonce: string;
      /** When what was signed ends. */
      readonly validUntil: Instant;
    }
  | { readonly fault: string };

/** The same call with another precondition fact; one without a precondition stays as it is. */
export function withPrecondition(call: Call, precondition: PreconditionFact): Call {
  const { particulars } = call;
  return particulars?.precondition == null ? call : { ...call, particulars: { ...particulars, precondition } };
}

export function isWrite(effect: Effect): boolean {
  return effect !== 'read';
}

export function isReadable(amount: AmountFact): amount is Money {
  return !('fault' in amount);
}
