import type { Json } from '../../std/canonical-json.ts';
import { folded, isFolded } from '../../std/folded.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import type { Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import type { Effectiveness } from '../event.ts';
import { pass, type Guard, type Installed, type Monitor } from '../guard.ts';
import type { CallId, RouteId, RuleId } from '../ids.ts';
import { captures } from '../policy.ts';

/** At most one effect of `route` per subject, within a window or for ever. */
export interface OnceRule {
  readonly rule: RuleId;
  readonly route: RouteId;
  /** `undefined`: for ever. */
  readonly withinMs: number | undefined;
}

/**
 * One refund per charge. In flight and unknown count as done; only an outcome known to be without effect frees the
 * subject (I5). What any agent did counts: two agents with the same right still refund a charge once.
 */
export const once: Guard = {
  name: 'once',
  status: 409,
  install: (policy) => {
    const monitors = new Map<string, OnceMonitor>();
    const installed: Installed[] = [];
    for (const agent of policy.agents.values()) {
      for (const rule of agent.rules.once) {
        const key = `once:${rule.route}:${rule.withinMs ?? 'ever'}`;
        const only = (route: RouteId): boolean => route === rule.route;
        let real = monitors.get(key);
        if (real === undefined) {
          monitors.set(key, (real = new OnceMonitor(key, rule)));
          installed.push({ monitor: real, agent: 'all', judges: () => false, counts: only });
        }
        const over = captures(agent) ? new OnceMonitor(`${rule.rule} captured`, rule) : undefined;
        installed.push({ monitor: new OnceJudge(rule, real, over), agent: agent.id, judges: only });
        if (over !== undefined)
          installed.push({ monitor: over, agent: agent.id, judges: () => false, counts: only, hears: 'captured' });
      }
    }
    return installed;
  },
};

/** Subjects that are loaded in one step: well below a millisecond. */
const SUBJECTS_STEP = 2_000;

interface Done {
  readonly call: CallId;
  readonly at: Instant;
}

/** What was done: really, by all agents, or as far as one agent's captured writes would have. */
class OnceMonitor implements Monitor {
  readonly key: string;
  readonly #withinMs: number | undefined;
  /** In flight, first call first: done for as long as it takes. Several, where an agent without this rule joins in. */
  readonly #open = new Map<string, readonly Done[]>();
  /** Ended, in two generations, so that what has left a window is forgotten a generation at a time. */
  #current = new Map<string, Done>();
  #previous = new Map<string, Done>();
  #turnedAt: Instant = 0;

  constructor(key: string, rule: OnceRule) {
    this.key = key;
    this.#withinMs = rule.withinMs;
  }

  check(call: Call): Finding {
    return pass('once', call.route as string as RuleId);
  }

  decided(call: Call, allowed: boolean): void {
    if (!allowed || call.subject === null) return;
    this.#begin(sameness(call.subject), { call: call.id, at: call.at });
  }

  ended(call: Call, at: Instant, effectiveness: Effectiveness): void {
    if (call.subject === null) return;
    const subject = sameness(call.subject);
    const others = this.#open.get(subject)?.filter((open) => open.call !== call.id) ?? [];
    if (others.length > 0) this.#open.set(subject, others);
    else this.#open.delete(subject);
    if (effectiveness === 'ineffective') return;
    this.#turn(at);
    this.#current.set(subject, { call: call.id, at });
  }

  save(): Json {
    const row = (subject: string, { call, at }: Done): Json => [subject, call, at];
    const ended = new Map([...this.#previous, ...this.#current]);
    return {
      open: [...this.#open].flatMap(([subject, all]) => all.map((done) => row(subject, done))),
      ended: [...ended].map(([subject, done]) => row(subject, done)),
    };
  }

  *loading(state: Json): Generator<void> {
    const { open, ended } = state as unknown as Record<'open' | 'ended', [string, CallId, Instant][]>;
    for (const [subject, call, at] of open) this.#begin(subject, { call, at });
    for (const [index, [subject, call, at]] of ended.entries()) {
      this.#current.set(subject, { call, at });
      if (index % SUBJECTS_STEP === SUBJECTS_STEP - 1) yield;
    }
  }

  #begin(subject: string, done: Done): void {
    this.#open.set(subject, [...(this.#open.get(subject) ?? []), done]);
  }

  /** What stands against another effect, and whether it is still under way. */
  standing(subject: string, at: Instant): Standing | undefined {
    const open = this.#open.get(subject)?.[0];
    if (open !== undefined) return { ...open, open: true };
    const ended = this.#current.get(subject) ?? this.#previous.get(subject);
    const left = ended !== undefined && this.#withinMs !== undefined && ended.at <= at - this.#withinMs;
    return ended === undefined || left ? undefined : { ...ended, open: false };
  }

  #turn(at: Instant): void {
    if (this.#withinMs === undefined || at < this.#turnedAt + this.#withinMs) return;
    this.#previous = this.#current;
    this.#current = new Map();
    this.#turnedAt = at;
  }
}

interface Standing extends Done {
  readonly open: boolean;
}

/** `captured`: in shadow, so nothing of it was sent. */
interface Met extends Standing {
  readonly captured: boolean;
}

/** One agent's rule, over what really happened and, where its writes are captured, over these. */
class OnceJudge implements Monitor {
  readonly key: string;
  readonly #rule: OnceRule;
  readonly #done: readonly OnceMonitor[];
  readonly #pass: Finding;

  constructor(rule: OnceRule, real: OnceMonitor, captured: OnceMonitor | undefined) {
    this.key = rule.rule;
    this.#rule = rule;
    this.#done = captured === undefined ? [real] : [real, captured];
    this.#pass = pass('once', rule.rule);
  }

  check(call: Call): Finding {
    const { rule, withinMs } = this.#rule;
    if (call.subject === null) {
      const hint = 'Name what this call acts on in the field the API documents.';
      return { guard: 'once', rule, verdict: 'deny', reason: 'subject_missing', retryable: 'if-changed', hint };
    }
    const done = this.#last(sameness(call.subject), call.at);
    if (done === undefined) return this.#pass;
    const finding: Finding = {
      guard: 'once',
      rule,
      verdict: 'deny',
      reason: 'already_done',
      observed: call.subject,
      limit: withinMs === undefined ? 'once' : `once in ${formatDuration(withinMs)}`,
      earlier: done.call,
      retryable: 'never',
      hint: `${call.route} was already ${done.captured ? 'captured' : 'sent'} for ${call.subject} (${done.call}). Read its state instead of repeating it.`,
    };
    if (withinMs === undefined || done.open) return finding;
    return { ...finding, retryable: 'after', retryAt: done.at + withinMs };
  }

  /** What is under way before what has ended; of two, the one that stands longer. */
  #last(subject: string, at: Instant): Met | undefined {
    let last: Met | undefined;
    for (const [index, done] of this.#done.entries()) {
      const found = done.standing(subject, at);
      if (found === undefined || last?.open === true) continue;
      if (last === undefined || found.open || found.at > last.at) last = { ...found, captured: index > 0 };
    }
    return last;
  }
}

/**
 * Upstreams differ in what they take for the same id: some trim, some databases ignore case. So `ch_1`, `CH_1` and `ch_1 `
 * count as one: refusing a different charge whose id differs only so is the safe side.
 */
export function sameness(subject: string): string {
  return isFolded(subject) ? subject : folded(subject).replaceAll(/\s/g, '');
}
