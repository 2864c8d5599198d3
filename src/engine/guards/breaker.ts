import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import { formatShare, reaches, shownShare, type Ppm } from '../../std/share.ts';
import type { Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import type { AnswerFacts, Effectiveness } from '../event.ts';
import { pass, type Guard, type Installed, type Monitor } from '../guard.ts';
import type { CallId, RouteId, RuleId } from '../ids.ts';
import { RatioWindow, type Ratio } from '../ratio-window.ts';

/** An upstream's route that fails or is slow too often is left alone for a while, by all agents. */
export interface BreakerRule {
  readonly rule: RuleId;
  /** Each of them has a breaker of its own: one endpoint that fails must not close the others. */
  readonly routes: ReadonlySet<RouteId>;
  /** Opens where so many of the answers in the window failed. */
  readonly errors: Ppm;
  /** Opens also where so many of them took longer than this. */
  readonly slow: { readonly overMs: number; readonly share: Ppm } | undefined;
  readonly withinMs: number;
  /** With fewer answers in the window nothing is concluded. */
  readonly minimum: number;
  readonly openMs: number;
  /** How many calls must succeed, one after another or at a time, before it closes again. */
  readonly probes: number;
}

/** Each failed probe doubles the pause, up to this many times `openMs`: a long outage must not be probed every few seconds. */
const PAUSE_MAX = 10;

const TOO_MANY_REQUESTS = 429;

/**
 * A circuit breaker (Nygard, Release It!): closed → open → half-open → closed. It protects the upstream, so what one agent
 * sees counts for all. It opens and closes when an outcome is known, never when a call is judged.
 */
export const breaker: Guard = {
  name: 'breaker',
  status: 503,
  install: (policy) =>
    policy.shared.breakers.flatMap((rule) =>
      [...rule.routes].map((route): Installed => ({
        monitor: new BreakerMonitor(rule, route),
        agent: 'all',
        judges: (one) => one === route,
      })),
    ),
};

/** Open until then; from then on half-open. */
interface Opening {
  readonly until: Instant;
  readonly pauseMs: number;
  readonly why: string;
  /** Probes that have succeeded since it became half-open. */
  readonly succeeded: number;
}

class BreakerMonitor implements Monitor {
  readonly key: string;
  readonly #rule: BreakerRule;
  readonly #route: RouteId;
  readonly #pass: Finding;
  readonly #failures: RatioWindow;
  readonly #slowness: RatioWindow;
  /** `undefined`: closed. */
  #opening: Opening | undefined;
  /** Probes under way, those of an earlier half-open among them. INVARIANT: never more than `probes`. */
  #probes = new Set<CallId>();

  constructor(rule: BreakerRule, route: RouteId) {
    this.key = `${rule.rule}:${route}`;
    this.#rule = rule;
    this.#route = route;
    this.#pass = pass('breaker', rule.rule);
    this.#failures = new RatioWindow(rule.withinMs);
    this.#slowness = new RatioWindow(rule.withinMs);
  }

  check({ at }: Call): Finding {
    const opening = this.#opening;
    if (opening === undefined) return this.#pass;
    if (at < opening.until) return this.#refuse(opening.why, opening.until, at);
    if (this.#probes.size + opening.succeeded < this.#rule.probes) return this.#pass;
    return this.#refuse(`${opening.why}; ${this.#probes.size} probes are under way`, at, at);
  }

  decided(call: Call, allowed: boolean): void {
    // While it is open nothing is admitted, so what is admitted now is a probe.
    if (allowed && this.#opening !== undefined) this.#probes.add(call.id);
  }

  ended(call: Call, at: Instant, effectiveness: Effectiveness, answer: AnswerFacts | undefined): void {
    const failed = hasFailed(effectiveness, answer);
    const slow = this.#isSlow(answer);
    const isProbe = this.#probes.delete(call.id);
    // What was made up without asking the upstream says nothing of it.
    if (answer?.made === 'whole') return;
    const opening = this.#opening;
    if (opening === undefined) {
      this.#failures.add(at, failed);
      this.#slowness.add(at, slow);
      const why = this.#crossed(at);
      if (why !== undefined) this.#open(at, this.#rule.openMs, why);
    } else if (isProbe && at >= opening.until) {
      // Any other outcome is of a call that was sent before it opened, and tells of the past.
      if (failed || slow) this.#open(at, opening.pauseMs * 2, failed ? 'a probe failed' : 'a probe was slow');
      else this.#opening = this.#afterSuccess(opening);
    }
  }

  save(): Json {
    return {
      failures: this.#failures.save(),
      slowness: this.#slowness.save(),
      opening: this.#opening === undefined ? null : { ...this.#opening },
      probes: [...this.#probes],
    };
  }

  load(state: Json): void {
    const { failures, slowness, opening, probes } = state as unknown as {
      failures: Json;
      slowness: Json;
      opening: Opening | null;
      probes: CallId[];
    };
    this.#failures.load(failures);
    this.#slowness.load(slowness);
    this.#opening = opening ?? undefined;
    this.#probes = new Set(probes);
  }

  /** Why it must open; `undefined`: it need not. */
  #crossed(at: Instant): string | undefined {
    const { errors, slow, minimum, withinMs } = this.#rule;
    const over = ({ total, bad }: Ratio, share: Ppm): boolean => total >= minimum && reaches(bad, total, share);
    const shown = ({ total, bad }: Ratio, how: string): string =>
      `${bad} of ${total} calls in ${formatDuration(withinMs)} ${how} (${shownShare(bad, total)})`;
    const failures = this.#failures.count(at);
    if (over(failures, errors)) return shown(failures, 'failed');
    const slowness = this.#slowness.count(at);
    return slow !== undefined && over(slowness, slow.share) ? shown(slowness, 'were slow') : undefined;
  }

  #afterSuccess(opening: Opening): Opening | undefined {
    const succeeded = opening.succeeded + 1;
    return succeeded < this.#rule.probes ? { ...opening, succeeded } : undefined;
  }

  #open(at: Instant, pauseMs: number, why: string): void {
    const pause = Math.min(pauseMs, this.#rule.openMs * PAUSE_MAX);
    this.#opening = { until: at + pause, pauseMs: pause, why, succeeded: 0 };
    this.#failures.clear();
    this.#slowness.clear();
  }

  #isSlow(answer: AnswerFacts | undefined): boolean {
    const { slow } = this.#rule;
    return slow !== undefined && (answer?.latencyMs ?? Infinity) > slow.overMs;
  }

  #refuse(observed: string, retryAt: Instant, at: Instant): Finding {
    const { rule, errors, slow } = this.#rule;
    const tooSlow =
      slow === undefined ? '' : `, or ${formatShare(slow.share)} slower than ${formatDuration(slow.overMs)}`;
    const waitS = Math.max(1, Math.ceil((retryAt - at) / 1000));
    return {
      guard: 'breaker',
      rule,
      verdict: 'deny',
      reason: 'circuit_open',
      observed,
      limit: `${formatShare(errors)} failed${tooSlow}`,
      retryable: 'after',
      retryAt,
      hint: `${this.#route} is failing for everyone and is left alone. Wait ${waitS} s, or do something else meanwhile.`,
    };
  }
}

/**
 * Whether an outcome speaks against the upstream: it broke, did not answer, or asked to be left alone. Any other refusal
 * (4xx) is the caller's own. Nobody's seeing the outcome counts as a failure, whoever stopped waiting for it.
 */
function hasFailed(effectiveness: Effectiveness, answer: AnswerFacts | undefined): boolean {
  if (effectiveness === 'effective') return false;
  const status = answer?.status ?? null;
  return effectiveness === 'unknown' || status === null || status === TOO_MANY_REQUESTS;
}
