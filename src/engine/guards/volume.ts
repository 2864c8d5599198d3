import type { Json } from '../../std/canonical-json.ts';
import { calendar } from '../../std/calendar.ts';
import type { Instant } from '../../std/clock.ts';
import { formatShare, wholeWithin, type Ppm } from '../../std/share.ts';
import type { Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import { tellsAll, type AnswerFacts, type Effectiveness } from '../event.ts';
import { pass, type Guard, type Level, type Monitor } from '../guard.ts';
import type { RouteId, RuleId } from '../ids.ts';
import { concerns, type RouteSet } from '../policy.ts';
import { DayPot, RollingPot, type Pot } from '../pot.ts';
import { subjectsSeen, type SubjectsSeen } from '../subjects-seen.ts';
import { DAY_MS, shownWindow, type Window } from '../window.ts';
import { sameness } from './once.ts';

/** How much of something is too much for this agent: against its baseline, or a share of what it has read. */
export interface VolumeRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  readonly limit: VolumeLimit;
  readonly per: Window;
  readonly onTrip: 'hold' | 'deny' | 'freeze' | 'kill';
  /** How long a held call waits for a human. */
  readonly expiresMs: number;
}

export type VolumeLimit =
  /** At most `free`, and this share of the distinct subjects that the agent has read by `of` in the window. */
  | { readonly kind: 'share'; readonly share: Ppm; readonly of: ReadonlySet<RouteId>; readonly free: number }
  /** At most `max` calls; `words` say what that was made from: `3x the baseline of 9 per 1h`. */
  | { readonly kind: 'baseline'; readonly max: number; readonly words: string };

/**
 * "Wait, that is a lot of refunds." Calls are counted as a budget counts money: under way, effective and unknown count;
 * what surely had no effect is given back. So admitted calls never exceed the limit, except those that a human approved.
 */
export const volume: Guard = {
  name: 'volume',
  status: 403,
  install: (policy) =>
    [...policy.agents.values()].flatMap((agent) =>
      agent.rules.volume.map((rule) => ({
        monitor: new VolumeMonitor(rule),
        agent: agent.id,
        judges: (route) => concerns(rule.routes, route),
        counts: (route) => !concerns(rule.routes, route) && isRead(rule, route),
      })),
    ),
};

function isRead({ limit }: VolumeRule, route: RouteId): boolean {
  return limit.kind === 'share' && limit.of.has(route);
}

class VolumeMonitor implements Monitor {
  readonly key: string;
  readonly #rule: VolumeRule;
  readonly #pass: Finding;
  /** Calls, one unit each. */
  #done: Pot;
  #read: SubjectsSeen;

  constructor(rule: VolumeRule) {
    this.key = rule.rule;
    this.#rule = rule;
    this.#pass = pass('volume', rule.rule);
    this.#done = newPot(rule.per);
    this.#read = subjectsSeen(rule.per);
  }

  check({ at }: Call): Finding {
    const done = Number(this.#done.committed(at));
    const { limit } = this.#rule;
    // What is free needs no count of what was read.
    if (limit.kind === 'share' && done < limit.free) return this.#pass;
    if (done < this.#max(at)) return this.#pass;
    const { rule, onTrip, per, expiresMs } = this.#rule;
    const read = limit.kind === 'share' ? `, ${this.#read.count(at)} read` : '';
    const found = {
      guard: 'volume',
      rule,
      reason: 'volume_exceeded',
      observed: `${done + 1} per ${shownWindow(per)}${read}`,
      limit: shownLimit(limit, this.#max(at)),
    };
    if (onTrip === 'hold') {
      const hint =
        'This is more than usual, so a human has to approve it. Wait, then send exactly the same call again.';
      return { ...found, verdict: 'hold', retryable: 'if-changed', hint, expiresAt: at + expiresMs };
    }
    const hint = 'This is more than usual. Stop, check whether all of it is meant, and report to a human.';
    if (onTrip !== 'deny') return { ...found, verdict: 'deny', retryable: 'if-changed', hint, trip: onTrip };
    return { ...found, verdict: 'deny', retryable: 'after', retryAt: this.#done.freesAt(at), hint };
  }

  decided({ at, route }: Call, allowed: boolean): void {
    this.#done.advance(at);
    if (allowed && concerns(this.#rule.routes, route)) this.#done.reserve(1n);
  }

  ended({ route, subject, before }: Call, at: Instant, effectiveness: Effectiveness, answer?: AnswerFacts): void {
    // What the door reads for itself, no agent has looked at.
    const looked = before === undefined && subject !== null && answer !== undefined && tellsAll(answer);
    if (isRead(this.#rule, route) && looked) {
      this.#read.see(sameness(subject), at);
    }
    if (!concerns(this.#rule.routes, route)) return;
    if (effectiveness === 'ineffective') this.#done.release(1n);
    else this.#done.settle(1n, at);
  }

  level(at: Instant): Level {
    const { rule, routes, per } = this.#rule;
    const max = this.#max(at);
    const used = Number(this.#done.committed(at));
    return {
      guard: 'volume',
      rule,
      routes,
      limit: String(max),
      remaining: String(Math.max(0, max - used)),
      windowMs: per.kind === 'day' ? DAY_MS : per.ms,
      freesAt: this.#done.freesAt(at),
      leaves: per.kind === 'day' ? 'at-once' : 'in-turn',
      fill: { unit: 'calls', limit: max, used },
    };
  }

  save(): Json {
    return { done: this.#done.save(), read: this.#read.save() };
  }

  load(state: Json): void {
    const { done, read } = state as { done: Json; read: Json };
    this.#done = newPot(this.#rule.per, done);
    this.#read = subjectsSeen(this.#rule.per, read);
  }

  #max(at: Instant): number {
    const { limit } = this.#rule;
    return limit.kind === 'baseline' ? limit.max : limit.free + wholeWithin(this.#read.count(at), limit.share);
  }
}

function shownLimit(limit: VolumeLimit, max: number): string {
  if (limit.kind === 'baseline') return `${max}: ${limit.words}`;
  return `${max}: ${limit.free} free and ${formatShare(limit.share)} of what was read by ${[...limit.of].join(', ')}`;
}

function newPot(per: Window, state?: Json): Pot {
  return per.kind === 'day' ? new DayPot(calendar(per.timeZone), state) : new RollingPot(per.ms, state);
}
