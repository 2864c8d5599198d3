import type { Instant } from '../../std/clock.ts';
import type { Level } from '../../engine/guard.ts';
import type { AgentId } from '../../engine/ids.ts';
import { usedOf, type Pace } from './gauges.ts';

/** How often each limit is looked at. */
export const SAMPLE_EVERY_MS = 5_000;
/** Over how many samples the pace is taken: the faster of the last minute's and the last five minutes'. */
const SPANS = [12, 60] as const;
export const SAMPLES_KEPT = 60;
/** Fewer show no pace yet. */
const SAMPLES_MIN = 3;
/** Steps towards the moment when a window that frees in turn is full: each costs a look at the agent's limits. */
export const STEPS_MAX = 24;
/** A moment that is known to so much of its distance is known well enough. */
const NEAR_ENOUGH = 1.01;

export type Levels = (agent: AgentId, at: Instant) => readonly Level[];

/**
 * How fast limits fill, and when they will be used up if it goes on like that.
 *
 * What came in since the last sample is what is used now less what of the former amount would be left by now: limits are
 * functions of the moment they are asked of, so the engine itself says how much will have left by then. Nothing is kept of
 * single calls.
 */
export class Paces {
  readonly #levels: Levels;
  readonly #agents = new Map<AgentId, Sampled>();

  constructor(levels: Levels) {
    this.#levels = levels;
  }

  /** Looks at an agent's limits; to be called every {@link SAMPLE_EVERY_MS}, a little late at times. */
  sample(agent: AgentId, at: Instant): void {
    const before = this.#agents.get(agent);
    const dueAt = before?.dueAt ?? at;
    const later = byRule(this.#levels(agent, at + SAMPLE_EVERY_MS));
    const limits = new Map<string, Filling>();
    for (const level of this.#levels(agent, Math.min(dueAt, at))) {
      const rule = ruleOf(level);
      const next = later.get(rule);
      if (next === undefined || level.fill.unit === 'other') continue;
      const filling = before?.limits.get(rule) ?? new Filling();
      filling.sampled(usedOf(level.fill), usedOf(next.fill), at);
      limits.set(rule, filling);
    }
    this.#agents.set(agent, { dueAt: at + SAMPLE_EVERY_MS, limits });
    for (const [rule, level] of byRule(this.#levels(agent, at)))
      limits.get(rule)?.foresee(this.#emptyAt(agent, level, limits.get(rule), at));
  }

  /** Forgets agents that there are no more. */
  keep(agents: { has(agent: AgentId): boolean }): void {
    for (const agent of this.#agents.keys()) if (!agents.has(agent)) this.#agents.delete(agent);
  }

  of(agent: AgentId, level: Level, at: Instant): Pace | undefined {
    const filling = this.#agents.get(agent)?.limits.get(ruleOf(level));
    const perMs = filling?.perMs ?? 0;
    if (filling === undefined || perMs <= 0) return undefined;
    const { emptyAt } = filling;
    return { perMinute: perMs * 60_000, emptyInMs: emptyAt === null ? null : Math.max(0, Math.ceil(emptyAt - at)) };
  }

  /**
   * The first moment at which what is left of now and what comes in reach the limit. Where the window turns at once, what
   * comes after that is another day's. Where it frees in turn, nothing is claimed beyond a whole window: then what came in
   * leaves again as well.
   */
  #emptyAt(agent: AgentId, level: Level, filling: Filling | undefined, at: Instant): Instant | null {
    const perMs = filling?.perMs ?? 0;
    if (perMs <= 0) return null;
    const { fill, leaves, freesAt, windowMs } = level;
    const limit = Number(fill.limit);
    let inMs = Math.max(0, (limit - usedOf(fill)) / perMs);
    if (leaves === 'at-once') return at + inMs < freesAt ? at + inMs : null;
    // What is left shrinks with time, so each step errs on the early side and the next one is later: the first such moment
    // is never passed over.
    for (let step = 0; step < STEPS_MAX && inMs < windowMs; step += 1) {
      const then = byRule(this.#levels(agent, at + Math.floor(inMs))).get(ruleOf(level));
      if (then === undefined) return null;
      const better = Math.max(inMs, (limit - usedOf(then.fill)) / perMs);
      if (better <= inMs * NEAR_ENOUGH + 1) return at + inMs;
      inMs = better;
    }
    return null;
  }
}

interface Sampled {
  readonly dueAt: Instant;
  readonly limits: ReadonlyMap<string, Filling>;
}

/** The last samples of one limit: what came in, and when it was seen. */
class Filling {
  emptyAt: Instant | null = null;
  perMs = 0;
  readonly #came = new Float64Array(SAMPLES_KEPT);
  /** One more than samples: the first one's beginning. */
  readonly #seenAt = new Float64Array(SAMPLES_KEPT + 1);
  #count = -1;
  #expected = 0;

  /** @param expected what of all this will be left when the next sample is due */
  sampled(used: number, expected: number, at: Instant): void {
    this.#count += 1;
    this.#seenAt[this.#count % (SAMPLES_KEPT + 1)] = at;
    // Less than nothing: a reservation was given back.
    if (this.#count > 0) this.#came[this.#count % SAMPLES_KEPT] = used - this.#expected;
    this.#expected = expected;
    this.perMs = this.#count < SAMPLES_MIN ? 0 : Math.max(...SPANS.map((span) => this.#over(span)));
  }

  foresee(emptyAt: Instant | null): void {
    this.emptyAt = emptyAt;
  }

  #over(span: number): number {
    const samples = Math.min(span, this.#count);
    let came = 0;
    for (let back = 0; back < samples; back += 1) came += this.#came[(this.#count - back) % SAMPLES_KEPT] as number;
    const from = this.#seenAt[(this.#count - samples) % (SAMPLES_KEPT + 1)] as number;
    const to = this.#seenAt[this.#count % (SAMPLES_KEPT + 1)] as number;
    return to > from ? came / (to - from) : 0;
  }
}

function ruleOf({ guard, rule }: Level): string {
  return `${guard} ${rule}`;
}

function byRule(levels: readonly Level[]): Map<string, Level> {
  return new Map(levels.map((level) => [ruleOf(level), level]));
}
