import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import type { Call } from '../call.ts';
import type { Finding, Trip, Verdict } from '../decision.ts';
import type { Event } from '../event.ts';
import { pass, type Guard, type Monitor } from '../guard.ts';
import type { RuleId } from '../ids.ts';
import { concerns, type RouteSet } from '../policy.ts';
import { SlidingLog } from '../sliding-log.ts';

/** An agent that is refused again and again is stopped: it is lost, or it is looking for a door that opens. */
export interface DenialsRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  /** The `count`th refusal within `withinMs` trips. Exact. */
  readonly count: number;
  readonly withinMs: number;
  readonly onTrip: Trip;
}

export const denials: Guard = {
  name: 'denials',
  status: 403,
  install: (policy) =>
    [...policy.agents.values()].flatMap((agent) =>
      agent.rules.denials.map((rule) => ({
        monitor: new DenialsMonitor(rule),
        agent: agent.id,
        judges: () => false,
        counts: (route) => concerns(rule.routes, route),
      })),
    ),
};

class DenialsMonitor implements Monitor {
  readonly key: string;
  readonly #rule: DenialsRule;
  readonly #pass: Finding;
  #refused: SlidingLog;
  /** A frozen agent is refused everything, which says nothing new. */
  #isFrozen = false;

  constructor(rule: DenialsRule) {
    this.key = rule.rule;
    this.#rule = rule;
    this.#pass = pass('denials', rule.rule);
    this.#refused = new SlidingLog(rule.count);
  }

  check(): Finding {
    return this.#pass;
  }

  decided(call: Call, _allowed: boolean, verdict: Verdict): void {
    if (verdict === 'deny' && !this.#isFrozen) this.#refused.push(call.at);
  }

  alarm(_call: Call, at: Instant): Finding | undefined {
    const { rule, count, withinMs, onTrip } = this.#rule;
    if (!this.#refused.full(at, withinMs)) return undefined;
    return {
      guard: 'denials',
      rule,
      verdict: 'deny',
      reason: 'denials',
      observed: `${count} calls refused in ${formatDuration(withinMs)}`,
      limit: `fewer than ${count} in ${formatDuration(withinMs)}`,
      retryable: 'if-changed',
      hint: 'You were refused again and again. Stop, and report what you need and may not do.',
      trip: onTrip,
    };
  }

  /** A human looked and resumed: refusals are counted anew. */
  heard(event: Extract<Event, { kind: 'frozen' | 'resumed' }>): void {
    this.#isFrozen = event.kind === 'frozen';
    if (event.kind === 'resumed') this.#refused = new SlidingLog(this.#rule.count);
  }

  save(): Json {
    return { isFrozen: this.#isFrozen, refused: this.#refused.times() };
  }

  load(state: Json): void {
    const { isFrozen, refused } = state as unknown as { isFrozen: boolean; refused: Instant[] };
    this.#isFrozen = isFrozen;
    this.#refused = SlidingLog.from(this.#rule.count, refused);
  }
}
