import type { Prng } from '../../std/prng.ts';
import type { Drift } from './drift.ts';
import { operation } from './operation.ts';

/**
 * What goes wrong with one call.
 * - `latency`: everything happens `ms` later. The work is done even when the client has gone by then.
 * - `status`: a gateway answers instead of the API; nothing takes effect.
 * - `crash`: the API's own code breaks, before or after it took effect, and answers 500; idempotency keys remember it.
 *   Only a world that heeds `WorldCall.crash` can act it out.
 * - `hang`: no answer ever; `commit` says whether the call took effect.
 * - `reset`: the connection breaks. `before`: no effect, no byte of an answer. `during`: effect, half the answer's
 *   bytes. `after`: effect, no byte of an answer.
 * - `drift`: the call takes effect, and its answer has another format than the API's document says.
 */
export type Fault =
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterS?: number }
  | { readonly kind: 'crash'; readonly when: 'before' | 'after' }
  | { readonly kind: 'hang'; readonly commit: boolean }
  | { readonly kind: 'reset'; readonly when: 'before' | 'during' | 'after' }
  | ({ readonly kind: 'drift' } & Drift);

/** When a fault strikes. Every condition given must hold; without any, it strikes each time. */
export interface FaultRule {
  /** `POST /v1/refunds`, `GET /v1/charges/{id}`, `* /v1/payouts`. */
  readonly match: string;
  /** Only from this matching call on; the first is 1. */
  readonly from?: number;
  /** Only up to this matching call, included. */
  readonly to?: number;
  /** Only every k-th matching call, counted from `from`. */
  readonly every?: number;
  /** In this share of calls, from 0 to 1, by the plan's own seeded stream. */
  readonly probability?: number;
  /** At most so often in all. */
  readonly times?: number;
  readonly fault: Fault;
}

export interface FaultPlan {
  /** The fault that strikes this call, if any: of several rules the first that strikes. */
  next(method: string, path: string): Fault | undefined;
}

/** Compiles rules into a plan. The same calls in the same order from the same stream meet the same faults. */
export function faultPlan(rules: readonly FaultRule[], random: Prng): FaultPlan {
  const watches = rules.map((rule) => new Watch(rule, random));
  return {
    next(method, path) {
      let struck: Fault | undefined;
      for (const watch of watches) {
        if (watch.counts(method, path) && struck === undefined && watch.strikes()) struck = watch.fault;
      }
      return struck;
    },
  };
}

/** One rule and how often it has matched and struck. */
class Watch {
  readonly fault: Fault;
  readonly #rule: FaultRule;
  readonly #matches: (method: string, path: string) => boolean;
  readonly #random: Prng;
  #seen = 0;
  #struck = 0;
  #lucky = true;

  constructor(rule: FaultRule, random: Prng) {
    const wanted = operation(rule.match);
    this.fault = rule.fault;
    this.#rule = rule;
    this.#matches = (method, path) => wanted.match(method, path) !== undefined;
    this.#random = random;
  }

  /** Counts a matching call, and draws for it: always one number, so that no rule shifts another's luck. */
  counts(method: string, path: string): boolean {
    if (!this.#matches(method, path)) return false;
    this.#seen += 1;
    if (this.#rule.probability !== undefined) this.#lucky = this.#random.next() < this.#rule.probability;
    return true;
  }

  strikes(): boolean {
    const { from = 1, to = Infinity, every = 1, times = Infinity } = this.#rule;
    const due = this.#seen >= from && this.#seen <= to && (this.#seen - from + 1) % every === 0;
    if (!due || !this.#lucky || this.#struck >= times) return false;
    this.#struck += 1;
    return true;
  }
}
