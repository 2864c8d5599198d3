import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import type { Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import { eachRule, pass, type Guard, type Level, type Monitor } from '../guard.ts';
import type { RuleId } from '../ids.ts';
import type { RouteSet } from '../policy.ts';
import { SlidingLog } from '../sliding-log.ts';

/** At most `max` calls in any window of `perMs`, counted over all the routes together. */
export interface RateRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  readonly max: number;
  readonly perMs: number;
  readonly onTrip: 'deny' | 'freeze' | 'kill';
}

/** Never more than N admitted in any window W: exact, not a bucket. An admitted call counts even if it then fails. */
export const rate: Guard = {
  name: 'rate',
  status: 429,
  install: (policy) =>
    eachRule(
      policy,
      (rules) => rules.rates,
      (rule) => new RateMonitor(rule),
    ),
};

class RateMonitor implements Monitor {
  readonly key: string;
  readonly #rule: RateRule;
  readonly #pass: Finding;
  #admitted: SlidingLog;

  constructor(rule: RateRule) {
    this.key = rule.rule;
    this.#rule = rule;
    this.#pass = pass('rate', rule.rule);
    this.#admitted = new SlidingLog(rule.max);
  }

  check(call: Call): Finding {
    const { max, perMs, rule, onTrip } = this.#rule;
    if (!this.#admitted.full(call.at, perMs)) return this.#pass;
    const retryAt = this.#admitted.fitsAt(call.at, perMs);
    return {
      guard: 'rate',
      rule,
      verdict: 'deny',
      reason: 'rate_exceeded',
      observed: `${max + 1} in ${formatDuration(perMs)}`,
      limit: `${max} per ${formatDuration(perMs)}`,
      retryable: 'after',
      retryAt,
      hint: `Wait ${Math.ceil((retryAt - call.at) / 1000)} s before calling this again.`,
      ...(onTrip === 'deny' ? {} : { trip: onTrip }),
    };
  }

  decided(call: Call, allowed: boolean): void {
    if (allowed) this.#admitted.push(call.at);
  }

  level(at: Instant): Level {
    const { max, perMs, rule, routes } = this.#rule;
    const used = this.#admitted.count(at, perMs);
    return {
      guard: 'rate',
      rule,
      routes,
      limit: String(max),
      remaining: String(max - used),
      windowMs: perMs,
      freesAt: this.#admitted.fitsAt(at, perMs),
      leaves: 'in-turn',
      fill: { unit: 'calls', limit: max, used },
    };
  }

  save(): Json {
    return this.#admitted.times();
  }

  load(state: Json): void {
    this.#admitted = SlidingLog.from(this.#rule.max, state as Instant[]);
  }
}
