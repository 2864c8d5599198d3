import { assert } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import type { Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import type { Event } from '../event.ts';
import { eachRule, pass, type Guard, type Monitor } from '../guard.ts';
import type { AgentId, RuleId } from '../ids.ts';
import type { RouteSet } from '../policy.ts';
import { SlidingLog } from '../sliding-log.ts';

/** Different calls remembered, in each of two generations: more than an agent makes while it loops. */
export const ATTEMPTS_NOTED_MAX = 100_000;

/** The `count`th attempt at the same thing within `withinMs` trips. */
export interface RunawayRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  /** What "the same" means: the same bytes, the same subject on a route, or just the same route. */
  readonly same: 'call' | 'subject' | 'route';
  readonly count: number;
  readonly withinMs: number;
  readonly onTrip: 'deny' | 'freeze' | 'kill';
}

/** An agent caught in a loop. Attempts count whether they were allowed or not: a loop against a denial is a loop. */
export const runaway: Guard = {
  name: 'runaway',
  status: 403,
  install: (policy) =>
    eachRule(
      policy,
      (rules) => rules.runaway,
      (rule, agent) => new RunawayMonitor(rule, agent),
    ),
};

class RunawayMonitor implements Monitor {
  readonly key: string;
  readonly #rule: RunawayRule;
  readonly #agent: AgentId;
  readonly #pass: Finding;
  /** Attempts by what they repeat: the instant itself while there was one, a log from the second on. */
  #current = new Map<string, Instant | SlidingLog>();
  #previous = new Map<string, Instant | SlidingLog>();
  #turnedAt: Instant = 0;
  /** What was looked for last, and what was there: a call is counted right after it was judged, and the maps are large. */
  #sought: string | undefined;
  #there: Instant | SlidingLog | undefined;

  constructor(rule: RunawayRule, agent: AgentId) {
    assert(rule.count >= 2, 'nothing repeats at its first attempt');
    this.key = rule.rule;
    this.#rule = rule;
    this.#agent = agent;
    this.#pass = pass('runaway', rule.rule);
  }

  check(call: Call): Finding {
    const { count, withinMs, onTrip, rule, same } = this.#rule;
    if (!this.#full(this.#find(this.#sameness(call)), call.at)) return this.#pass;
    return {
      guard: 'runaway',
      rule,
      verdict: 'deny',
      reason: 'runaway',
      observed: `${count} times the same ${same} in ${formatDuration(withinMs)}`,
      limit: `fewer than ${count} in ${formatDuration(withinMs)}`,
      retryable: 'if-changed',
      hint: `You are repeating the same ${same}. Stop, and report what you were trying to reach.`,
      ...(onTrip === 'deny' ? {} : { trip: onTrip }),
    };
  }

  decided(call: Call): void {
    this.#turn(call.at);
    this.#count(this.#sameness(call), call.at);
  }

  /** A human looked and resumed: the loop is counted anew. */
  heard(event: Extract<Event, { kind: 'frozen' | 'resumed' }>): void {
    if (event.kind !== 'resumed' || event.agent !== this.#agent) return;
    this.#current.clear();
    this.#previous.clear();
    this.#sought = undefined;
  }

  save(): Json {
    const live = new Map([...this.#previous, ...this.#current]);
    return [...live].map(([same, attempts]): Json => [
      same,
      attempts instanceof SlidingLog ? attempts.times() : [attempts],
    ]);
  }

  load(state: Json): void {
    for (const [same, times] of state as [string, Instant[]][]) for (const at of times) this.#count(same, at);
  }

  /** Whether every attempt short of the `count`th already lies in the window that ends now. */
  #full(attempts: Instant | SlidingLog | undefined, at: Instant): boolean {
    const { count, withinMs } = this.#rule;
    if (attempts instanceof SlidingLog) return attempts.full(at, withinMs);
    return attempts !== undefined && count === 2 && attempts > at - withinMs;
  }

  #count(same: string, at: Instant): void {
    const attempts = this.#find(same);
    this.#sought = undefined;
    if (attempts instanceof SlidingLog) {
      attempts.push(at);
      this.#current.set(same, attempts);
    } else if (attempts === undefined) {
      this.#current.set(same, at);
    } else {
      this.#current.set(same, SlidingLog.from(this.#rule.count - 1, [attempts, at]));
    }
  }

  #find(same: string): Instant | SlidingLog | undefined {
    if (same === this.#sought) return this.#there;
    this.#sought = same;
    return (this.#there = this.#current.get(same) ?? this.#previous.get(same));
  }

  #sameness(call: Call): string {
    const { same } = this.#rule;
    if (same === 'call') return call.fingerprint;
    return same === 'subject' ? `${call.route} ${call.subject}` : call.route;
  }

  /** What was not repeated for a whole window is forgotten, a generation at a time; sooner where too much is different. */
  #turn(at: Instant): void {
    if (at < this.#turnedAt + this.#rule.withinMs && this.#current.size < ATTEMPTS_NOTED_MAX) return;
    this.#previous = this.#current;
    this.#current = new Map();
    this.#sought = undefined;
    this.#turnedAt = at;
  }
}
