import { assert } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import type { Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import type { AnswerFacts, Effectiveness, Event } from '../event.ts';
import { eachRule, pass, type Guard, type Monitor } from '../guard.ts';
import type { AgentId, CallId, RouteId, RuleId } from '../ids.ts';
import type { RouteSet } from '../policy.ts';
import { Recent } from '../recent.ts';

/** After a failure the same call waits, longer each time, and is tried so many times at most. */
export interface BackoffRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  /** The wait after the first failure. */
  readonly initialMs: number;
  /** How much longer each further wait is; at least 1. */
  readonly factor: number;
  /** No wait is longer, unless the upstream asks for it. */
  readonly maxMs: number;
  /** After so many failures in a row the same call is refused. */
  readonly attempts: number;
  /** What the attempt beyond them does. */
  readonly onTrip: 'deny' | 'freeze' | 'kill';
}

/** Failures in a row are forgotten a day after the last of them: whatever was down then is another matter now. */
export const FORGOTTEN_AFTER_MS = 86_400_000;
/** No `Retry-After` holds calls longer: a mistaken date must not stop an agent for a year. */
export const RETRY_AFTER_MAX_MS = 3_600_000;
/** Failing calls remembered per rule; with as many, a call that none of them is waits too: nothing goes uncounted. */
export const FAILING_MAX = 100_000;

const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;

/**
 * A retry waits its turn. The same call is the same bytes to the same target: headers do not count, so a new
 * idempotency key makes no new call. Exponential, as Ethernet and every client library since; jitter is the client's
 * affair, for the door answers each at its own time.
 */
export const backoff: Guard = {
  name: 'backoff',
  status: 429,
  install: (policy) =>
    eachRule(
      policy,
      (rules) => rules.backoff,
      (rule, agent) => new BackoffMonitor(rule, agent),
    ),
};

/** Failures of one call, in a row. */
type Failures = {
  readonly count: number;
  /** When the last of them ended. */
  readonly at: Instant;
  readonly retryAt: Instant;
  /** Nobody saw whether the last of them took effect. */
  readonly unknown: boolean;
  readonly call: CallId;
};

class BackoffMonitor implements Monitor {
  readonly key: string;
  readonly #rule: BackoffRule;
  readonly #agent: AgentId;
  readonly #pass: Finding;
  /** The wait after the nth failure, from 0. Multiplied one by one: every machine gets the same. */
  readonly #waitsMs: readonly number[];
  readonly #failing = new Recent<Failures>(FORGOTTEN_AFTER_MS);
  /** Attempts on their way, by fingerprint. */
  readonly #open = new Map<string, readonly CallId[]>();
  /** Routes whose upstream asked this agent to wait (429), and until when. */
  readonly #held = new Map<RouteId, Instant>();

  constructor(rule: BackoffRule, agent: AgentId) {
    assert(rule.attempts >= 1 && rule.factor >= 1, `${rule.rule} has waits that grow, and at least one`);
    this.key = rule.rule;
    this.#rule = rule;
    this.#agent = agent;
    this.#pass = pass('backoff', rule.rule);
    const waitsMs = [Math.min(rule.initialMs, rule.maxMs)];
    while (waitsMs.length < rule.attempts) waitsMs.push(Math.min(rule.maxMs, (waitsMs.at(-1) ?? 0) * rule.factor));
    this.#waitsMs = waitsMs.map(Math.ceil);
  }

  check({ fingerprint, route, at }: Call): Finding {
    const { attempts, initialMs } = this.#rule;
    const failures = this.#failuresOf(fingerprint, at);
    if (failures !== undefined && failures.count >= attempts) return this.#exhausted(failures);
    const open = this.#open.get(fingerprint)?.[0];
    if (open !== undefined) {
      const hint = 'The same call is on its way. Wait for its answer instead of sending it again.';
      return this.#wait(at, at + initialMs, { observed: `${open} is under way`, earlier: open, hint });
    }
    if (failures !== undefined && at < failures.retryAt) return this.#backOff(failures, at);
    const heldUntil = this.#held.get(route) ?? at;
    if (at < heldUntil) {
      const hint = `The upstream asked to wait before any further call of ${route}. Wait ${seconds(heldUntil - at)} s.`;
      return this.#wait(at, heldUntil, { observed: 'the upstream asked to wait (429)', hint });
    }
    if (failures === undefined && this.#failing.size >= FAILING_MAX) return this.#tooMany(at);
    return this.#pass;
  }

  decided({ fingerprint, id }: Call, allowed: boolean): void {
    if (allowed) this.#open.set(fingerprint, [...(this.#open.get(fingerprint) ?? []), id]);
  }

  ended(call: Call, at: Instant, effectiveness: Effectiveness, answer: AnswerFacts | undefined): void {
    const { fingerprint, route, id } = call;
    const others = this.#open.get(fingerprint)?.filter((open) => open !== id) ?? [];
    if (others.length > 0) this.#open.set(fingerprint, others);
    else this.#open.delete(fingerprint);
    if (!hasFailed(effectiveness, answer)) return this.#failing.delete(fingerprint);

    const count = (this.#failuresOf(fingerprint, at)?.count ?? 0) + 1;
    const askedMs = askedWaitMs(answer);
    const waitMs = Math.max(this.#waitsMs[count - 1] ?? this.#rule.maxMs, askedMs);
    const unknown = effectiveness === 'unknown';
    this.#failing.set(fingerprint, { count, at, retryAt: at + waitMs, unknown, call: id }, at);
    if (answer?.status !== TOO_MANY_REQUESTS || askedMs === 0) return;
    this.#held.set(route, Math.max(this.#held.get(route) ?? 0, at + askedMs));
  }

  /** A human looked and resumed: failures are counted anew. What an upstream asked for still holds. */
  heard(event: Extract<Event, { kind: 'frozen' | 'resumed' }>): void {
    if (event.kind === 'resumed' && event.agent === this.#agent) this.#failing.clear();
  }

  save(): Json {
    const open = [...this.#open].map(([fingerprint, calls]): Json => [fingerprint, calls]);
    return { failing: this.#failing.save(), open, held: [...this.#held] };
  }

  load(state: Json): void {
    const { failing, open, held } = state as unknown as {
      failing: Json;
      open: [string, CallId[]][];
      held: [RouteId, Instant][];
    };
    this.#failing.load(failing);
    for (const [fingerprint, calls] of open) this.#open.set(fingerprint, calls);
    for (const [route, until] of held) this.#held.set(route, until);
  }

  #failuresOf(fingerprint: string, at: Instant): Failures | undefined {
    const failures = this.#failing.get(fingerprint);
    return failures === undefined || at >= failures.at + FORGOTTEN_AFTER_MS ? undefined : failures;
  }

  #backOff({ count, at: failedAt, retryAt, unknown, call }: Failures, at: Instant): Finding {
    const again = `Wait ${seconds(retryAt - at)} s before attempt ${count + 1} of ${this.#rule.attempts}.`;
    const doubt = `Nobody saw whether ${call} took effect: read the state first.`;
    return this.#wait(at, retryAt, {
      observed: `failed ${times(count)}, the last time ${formatDuration(at - failedAt)} ago`,
      earlier: call,
      hint: unknown ? `${doubt} ${again}` : again,
    });
  }

  #wait(at: Instant, retryAt: Instant, more: Pick<Finding, 'observed' | 'hint' | 'earlier'>): Finding {
    const limit = `wait ${formatDuration(retryAt - at)}`;
    return { ...this.#denied('backing_off'), limit, retryable: 'after', retryAt, ...more };
  }

  #exhausted({ count, call }: Failures): Finding {
    const { attempts, onTrip } = this.#rule;
    return {
      ...this.#denied('attempts_exhausted'),
      observed: `failed ${times(count)} in a row`,
      limit: times(attempts),
      earlier: call,
      retryable: 'if-changed',
      hint: 'This call keeps failing. Stop sending it, and report to a human what it was for and how it failed.',
      ...(onTrip === 'deny' ? {} : { trip: onTrip }),
    };
  }

  #tooMany(at: Instant): Finding {
    const hint = 'Far too many different calls of yours have failed today. Stop, and report it to a human.';
    const retryAt = Math.max(at, this.#failing.turnsAt);
    const limit = `fewer than ${FAILING_MAX}`;
    return { ...this.#denied('too_many_failing'), observed: String(this.#failing.size), limit, retryAt, hint };
  }

  #denied(reason: string): Finding {
    return { guard: 'backoff', rule: this.#rule.rule, verdict: 'deny', reason, retryable: 'after' };
  }
}

/** Whether trying again is a retry. A definite refusal (4xx) is an answer: the same call would get it again. */
export function hasFailed(effectiveness: Effectiveness, answer: AnswerFacts | undefined): boolean {
  if (effectiveness === 'unknown') return true;
  const status = answer?.status ?? null;
  // An effect that was confirmed is no failure, even where the record says no more than that.
  if (status === null) return effectiveness !== 'effective';
  return status >= 500 || status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS;
}

/** How long the upstream asks to wait, where its status gives the header that meaning (RFC 9110 §10.2.3, RFC 6585 §4). */
export function askedWaitMs(answer: AnswerFacts | undefined): number {
  if (answer?.status !== TOO_MANY_REQUESTS && answer?.status !== UNAVAILABLE) return 0;
  return Math.min(RETRY_AFTER_MAX_MS, answer.retryAfterMs ?? 0);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
