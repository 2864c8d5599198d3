import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import { formatShare, reaches, WHOLE_PPM, type Ppm } from '../../std/share.ts';
import type { Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import type { AnswerFacts, Effectiveness, Event } from '../event.ts';
import { pass, type Guard, type Level, type Monitor } from '../guard.ts';
import type { AgentId, CallId, RuleId } from '../ids.ts';
import { concerns, type RouteSet } from '../policy.ts';

/** Answers that depart from their OpenAPI response too often stop whoever relies on them. */
export interface ContractRule {
  readonly rule: RuleId;
  /** Every route of the upstream. */
  readonly routes: RouteSet;
  /** The share of checked answers that depart at which it is drift. */
  readonly drift: Ppm;
  readonly withinMs: number;
  /** Fewer checked answers than this say nothing. */
  readonly minimum: number;
  readonly onTrip: 'deny' | 'freeze' | 'kill';
}

/** The window holds at most so many answers, the newest: enough for any ratio, and a bound on memory and snapshots. */
export const ANSWERS_MAX = 4_096;

/** The day the API changes its format: its answers no longer are what agents were made for, so nobody acts on them. */
export const contract: Guard = {
  name: 'contract',
  status: 503,
  install: (policy) =>
    policy.shared.contracts.map((rule) => ({
      monitor: new ContractMonitor(rule),
      agent: 'all',
      judges: (route) => concerns(rule.routes, route),
    })),
};

/** One checked answer. */
interface Checked {
  readonly at: Instant;
  /** Where it departs first, or `null`. */
  readonly departure: string | null;
  /** How many that came before it departed, ever. */
  readonly brokenBefore: number;
}

/** What lies in the window (at − within, at]. */
interface View {
  readonly first: number;
  readonly checked: number;
  readonly broken: number;
}

/** One upstream's answers, whoever asked for them. */
class ContractMonitor implements Monitor {
  readonly key: string;
  readonly #rule: ContractRule;
  readonly #pass: Finding;
  /** In time order; those before `#head` have left. */
  #answers: Checked[] = [];
  #head = 0;
  /** How many departed, ever. */
  #broken = 0;
  /** The call whose answer crossed the threshold last. */
  #crossedBy: CallId | undefined;
  /** Agents that this rule froze and no human has resumed. */
  readonly #stopped = new Set<AgentId>();

  constructor(rule: ContractRule) {
    this.key = rule.rule;
    this.#rule = rule;
    this.#pass = pass('contract', rule.rule);
  }

  check(call: Call): Finding {
    const view = this.#view(call.at);
    return this.#drifts(view) ? this.#drift(call.at, view) : this.#pass;
  }

  ended(call: Call, at: Instant, _effectiveness: Effectiveness, answer: AnswerFacts | undefined): void {
    if (!counts(answer)) return;
    const drifted = this.#drifts(this.#view(at));
    this.#forget(at);
    this.#enter(at, answer.contract[0] ?? null);
    if (!drifted && this.#drifts(this.#view(at))) this.#crossedBy = call.id;
  }

  alarm(call: Call, at: Instant): Finding | undefined {
    if (call.id !== this.#crossedBy || this.#rule.onTrip === 'deny') return undefined;
    const view = this.#view(at);
    return this.#drifts(view) ? this.#drift(at, view) : undefined;
  }

  /** A human looked and resumed an agent that this rule stopped: the answers are counted anew. */
  heard(event: Extract<Event, { kind: 'frozen' | 'resumed' }>): void {
    if (event.kind === 'frozen') {
      if (event.freeze.by === `guard:${this.key}`) this.#stopped.add(event.freeze.agent);
    } else if (this.#stopped.delete(event.agent)) {
      this.#answers = [];
      this.#head = 0;
      this.#broken = 0;
      this.#crossedBy = undefined;
    }
  }

  level(at: Instant): Level {
    const { rule, routes, withinMs, drift } = this.#rule;
    const { first, checked, broken } = this.#view(at);
    return {
      guard: 'contract',
      rule,
      routes,
      limit: formatShare(drift),
      remaining: `${broken} of ${checked} answers depart`,
      windowMs: withinMs,
      freesAt: (this.#answers[first]?.at ?? at) + withinMs,
      leaves: 'in-turn',
      fill: { unit: 'other', limit: drift / WHOLE_PPM, used: checked === 0 ? 0 : broken / checked },
    };
  }

  save(): Json {
    const live = this.#answers.slice(this.#head);
    return { answers: live.map(({ at, departure }): Json => [at, departure]), stopped: [...this.#stopped] };
  }

  load(state: Json): void {
    const { answers, stopped } = state as unknown as { answers: [Instant, string | null][]; stopped: AgentId[] };
    for (const [at, departure] of answers) this.#enter(at, departure);
    for (const agent of stopped) this.#stopped.add(agent);
  }

  /** O(log {@link ANSWERS_MAX}). */
  #view(at: Instant): View {
    let low = this.#head;
    let high = this.#answers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#hasLeft(this.#answers[middle] as Checked, at)) low = middle + 1;
      else high = middle;
    }
    const before = this.#answers[low]?.brokenBefore ?? this.#broken;
    return { first: low, checked: this.#answers.length - low, broken: this.#broken - before };
  }

  #drifts({ checked, broken }: Pick<View, 'checked' | 'broken'>): boolean {
    return checked >= this.#rule.minimum && reaches(broken, checked, this.#rule.drift);
  }

  #drift(at: Instant, view: View): Finding {
    const { rule, drift, withinMs, onTrip } = this.#rule;
    const departure = this.#mostFrequent(view);
    const retry =
      onTrip === 'deny'
        ? ({ retryable: 'after', retryAt: this.#calmAt(at, view) } as const)
        : ({ retryable: 'if-changed', trip: onTrip } as const);
    return {
      guard: 'contract',
      rule,
      verdict: 'deny',
      reason: 'contract_drift',
      observed: `${view.broken} of ${view.checked} answers, mostly ${departure}`,
      limit: `${formatShare(drift)} in ${formatDuration(withinMs)}`,
      ...retry,
      hint:
        `This API no longer answers as it is documented (${departure}). Do not act on what it told you; ` +
        'report it to a human.',
    };
  }

  /** The first moment at which the window, if nothing more comes, shows no drift. */
  #calmAt(at: Instant, { first }: View): Instant {
    for (const { at: came } of this.#answers.slice(first)) {
      const gone = came + this.#rule.withinMs;
      if (!this.#drifts(this.#view(gone))) return gone;
    }
    return at;
  }

  #mostFrequent({ first }: View): string {
    const counted = new Map<string, number>();
    let most = '';
    for (const { departure } of this.#answers.slice(first)) {
      if (departure === null) continue;
      const count = (counted.get(departure) ?? 0) + 1;
      counted.set(departure, count);
      if (count > (counted.get(most) ?? 0)) most = departure;
    }
    return most;
  }

  #hasLeft(answer: Checked, at: Instant): boolean {
    return answer.at <= at - this.#rule.withinMs;
  }

  #enter(at: Instant, departure: string | null): void {
    this.#answers.push({ at, departure, brokenBefore: this.#broken });
    if (departure !== null) this.#broken += 1;
  }

  /** Drops what has left the window, and the oldest where it is full. Amortised O(1). */
  #forget(at: Instant): void {
    this.#head = Math.max(this.#view(at).first, this.#answers.length - ANSWERS_MAX + 1);
    // The dead half is dropped once it is the larger one.
    if (this.#head * 2 <= this.#answers.length) return;
    this.#answers = this.#answers.slice(this.#head);
    this.#head = 0;
  }
}

/** A confirmed answer that was checked. What an API says of a failure is too often described by nobody. */
function counts(answer: AnswerFacts | undefined): answer is AnswerFacts & { readonly contract: readonly string[] } {
  if (answer === undefined || answer.contract === null || answer.status === null) return false;
  return answer.status >= 200 && answer.status < 300;
}
