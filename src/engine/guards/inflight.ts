import type { Json } from '../../std/canonical-json.ts';
import type { Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import { bookKey, books, eachRule, pass, type Guard, type Monitor, type Over } from '../guard.ts';
import type { RuleId } from '../ids.ts';
import { concerns, type RouteSet } from '../policy.ts';

/** At most `max` calls at a time. */
export interface InflightRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  readonly max: number;
}

/** Concurrency per agent, and per upstream over all agents: a flaky endpoint is not overwhelmed. */
export const inflight: Guard = {
  name: 'inflight',
  status: 429,
  install: (policy) => [
    ...policy.shared.inflight.flatMap((rule) =>
      books<InflightMonitor>(
        policy,
        (route) => concerns(rule.routes, route),
        (over) => new InflightMonitor(rule, over),
      ),
    ),
    ...eachRule(
      policy,
      (rules) => rules.inflight,
      (rule) => new InflightMonitor(rule),
    ),
  ],
};

class InflightMonitor implements Monitor {
  readonly key: string;
  readonly #rule: InflightRule;
  readonly #pass: Finding;
  readonly #real: InflightMonitor | undefined;
  #open = 0;

  constructor(rule: InflightRule, over?: Over<InflightMonitor>) {
    this.key = bookKey(rule.rule, over);
    this.#real = over?.real;
    this.#rule = rule;
    this.#pass = pass('inflight', rule.rule);
  }

  get open(): number {
    return this.#open + (this.#real?.open ?? 0);
  }

  check(call: Call): Finding {
    const { max, rule } = this.#rule;
    if (this.open < max) return this.#pass;
    return {
      guard: 'inflight',
      rule,
      verdict: 'deny',
      reason: 'too_many_in_flight',
      observed: String(this.open + 1),
      limit: String(max),
      retryable: 'after',
      retryAt: call.at,
      hint: 'Wait for your earlier calls to answer before sending more.',
    };
  }

  decided(_call: Call, allowed: boolean): void {
    if (allowed) this.#open += 1;
  }

  ended(): void {
    this.#open -= 1;
  }

  save(): Json {
    return this.#open;
  }

  load(state: Json): void {
    this.#open = state as number;
  }
}
