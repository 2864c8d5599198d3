import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';
import type { Call } from './call.ts';
import type { Finding, Trip } from './decision.ts';
import type { AnswerFacts, Effectiveness, Event } from './event.ts';
import { pass, type Installed, type Monitor } from './guard.ts';
import type { AgentId, RuleId } from './ids.ts';
import { concerns, type Policy, type RouteSet } from './policy.ts';
import { RatioWindow, type Ratio } from './ratio-window.ts';

/** A share of an agent's outcomes that stops it. */
export interface RatioRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  readonly withinMs: number;
  /** With fewer outcomes in the window nothing is concluded. */
  readonly minimum: number;
  readonly onTrip: Trip;
}

/** What one kind of trigger makes of outcomes. */
export interface RatioKind<Rule extends RatioRule> {
  readonly guard: string;
  /** Whether an outcome is a bad one; `undefined`: it says nothing. */
  readonly isBad: (rule: Rule, effectiveness: Effectiveness, answer: AnswerFacts | undefined) => boolean | undefined;
  readonly crosses: (rule: Rule, ratio: Ratio) => boolean;
  readonly words: (rule: Rule, ratio: Ratio) => Pick<Finding, 'reason' | 'observed' | 'limit' | 'hint'>;
}

/** One trigger per rule. It judges no call: it stops the agent at the outcome that crosses its threshold. */
export function ratioTriggers<Rule extends RatioRule>(
  kind: RatioKind<Rule>,
  policy: Policy,
  rulesOf: (agent: AgentId) => readonly Rule[],
): Installed[] {
  return [...policy.agents.keys()].flatMap((agent) =>
    rulesOf(agent).map((rule) => ({
      monitor: new RatioTrigger(kind, rule),
      agent,
      judges: () => false,
      counts: (route) => concerns(rule.routes, route),
    })),
  );
}

class RatioTrigger<Rule extends RatioRule> implements Monitor {
  readonly key: string;
  readonly #kind: RatioKind<Rule>;
  readonly #rule: Rule;
  readonly #pass: Finding;
  readonly #window: RatioWindow;

  constructor(kind: RatioKind<Rule>, rule: Rule) {
    this.key = rule.rule;
    this.#kind = kind;
    this.#rule = rule;
    this.#pass = pass(kind.guard, rule.rule);
    this.#window = new RatioWindow(rule.withinMs);
  }

  check(): Finding {
    return this.#pass;
  }

  ended(_call: Call, at: Instant, effectiveness: Effectiveness, answer: AnswerFacts | undefined): void {
    // What was made up without asking the business says nothing of how it answers.
    if (answer?.made === 'whole') return;
    const bad = this.#kind.isBad(this.#rule, effectiveness, answer);
    if (bad !== undefined) this.#window.add(at, bad);
  }

  alarm(_call: Call, at: Instant): Finding | undefined {
    const { rule, minimum, onTrip } = this.#rule;
    const ratio = this.#window.count(at);
    if (ratio.total < minimum || !this.#kind.crosses(this.#rule, ratio)) return undefined;
    const words = this.#kind.words(this.#rule, ratio);
    return { guard: this.#kind.guard, rule, verdict: 'deny', ...words, retryable: 'if-changed', trip: onTrip };
  }

  /** A human looked and resumed: what came before is no reason to stop the agent again. */
  heard(event: Extract<Event, { kind: 'frozen' | 'resumed' }>): void {
    if (event.kind === 'resumed') this.#window.clear();
  }

  save(): Json {
    return this.#window.save();
  }

  load(state: Json): void {
    this.#window.load(state);
  }
}
