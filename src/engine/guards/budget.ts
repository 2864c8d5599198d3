import type { Json } from '../../std/canonical-json.ts';
import { calendar } from '../../std/calendar.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import { formatMicros, formatMoney, type Micros, type Money } from '../../std/money.ts';
import { isReadable, type Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import type { Effectiveness } from '../event.ts';
import { pass, type Guard, type Installed, type Level, type Monitor } from '../guard.ts';
import type { AgentId, RuleId } from '../ids.ts';
import { concerns, type RouteSet } from '../policy.ts';
import { DayPot, RollingPot, type Pot } from '../pot.ts';

/** At most `max` leaves in a calendar day of `timeZone`, or in any window of `perMs`. */
export interface BudgetRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  readonly max: Money;
  readonly per: { readonly kind: 'day'; readonly timeZone: string } | { readonly kind: 'rolling'; readonly ms: number };
  /** Who has a pot of their own. */
  readonly each: 'agent' | 'task' | 'grant';
  readonly onTrip: 'deny' | 'freeze' | 'kill';
}

/**
 * Dollar budgets. A call reserves its amount when admitted, and settles or releases it when its outcome is known:
 * spent + held never exceeds the budget, under any concurrency (I2), and an unknown outcome counts as spent (I3).
 */
export const budget: Guard = {
  name: 'budget',
  status: 403,
  install(policy) {
    const install = (rule: BudgetRule, agent: AgentId | 'all'): Installed => ({
      monitor: new BudgetMonitor(rule),
      agent,
      judges: (route) => concerns(rule.routes, route) && policy.routes.get(route)?.amount !== undefined,
    });
    return [
      ...policy.shared.budgets.map((rule) => install(rule, 'all')),
      ...[...policy.agents.values()].flatMap((agent) => agent.rules.budgets.map((rule) => install(rule, agent.id))),
    ];
  },
};

/** Pots before the first look for empty ones; then at every doubling, so that looking costs nothing per call. */
const POTS_UNSWEPT = 64;

class BudgetMonitor implements Monitor {
  readonly key: string;
  readonly #rule: BudgetRule;
  readonly #pass: Finding;
  readonly #pots = new Map<string, Pot>();
  #sweepAt = POTS_UNSWEPT;
  readonly #newPot: (state?: Json) => Pot;

  constructor(rule: BudgetRule) {
    this.key = rule.rule;
    this.#rule = rule;
    this.#pass = pass('budget', rule.rule);
    const { per } = rule;
    const days = per.kind === 'day' ? calendar(per.timeZone) : undefined;
    this.#newPot = (state) => (per.kind === 'day' ? new DayPot(days!, state) : new RollingPot(per.ms, state));
  }

  check(call: Call): Finding {
    const { max } = this.#rule;
    if (call.amount === null) return this.#pass;
    const amount = this.#counted(call);
    if (amount === undefined) {
      const hint = `Only amounts in ${max.currency} can be counted against this budget.`;
      return this.#refuse('amount_not_countable', 'unreadable, or another currency', { retryable: 'never', hint });
    }
    const pot = this.#pots.get(this.#owner(call));
    const committed = pot?.committed(call.at) ?? 0n;
    if (committed + amount <= max.micros) return this.#pass;
    const left = formatMicros(max.micros - committed, max.currency);
    // More than the whole budget never fits, however long it waits.
    const mayFit = pot !== undefined && amount <= max.micros;
    return this.#refuse('budget_exceeded', formatMoney({ micros: committed + amount, currency: max.currency }), {
      ...(mayFit ? { retryable: 'after', retryAt: pot.freesAt(call.at) } : { retryable: 'never' }),
      hint: `The budget is spent (${left} ${max.currency} left). Do not split the amount; report to a human.`,
      ...(this.#rule.onTrip === 'deny' ? {} : { trip: this.#rule.onTrip }),
    });
  }

  decided(call: Call, allowed: boolean): void {
    const owner = this.#owner(call);
    let pot = this.#pots.get(owner);
    pot?.advance(call.at);
    const amount = this.#counted(call);
    if (!allowed || amount === undefined) return;
    if (pot === undefined) {
      this.#sweep(call.at);
      this.#pots.set(owner, (pot = this.#newPot()));
    }
    pot.reserve(amount);
  }

  ended(call: Call, at: Instant, effectiveness: Effectiveness): void {
    const amount = this.#counted(call);
    const pot = this.#pots.get(this.#owner(call));
    if (amount === undefined || pot === undefined) return;
    if (effectiveness === 'ineffective') pot.release(amount);
    else pot.settle(amount, at);
  }

  level(at: Instant): Level {
    const { max, rule, routes, per, each } = this.#rule;
    let fullest = this.#newPot();
    for (const pot of this.#pots.values()) if (pot.committed(at) > fullest.committed(at)) fullest = pot;
    return {
      guard: 'budget',
      rule,
      routes,
      limit: formatMoney(max),
      remaining: formatMoney({ micros: max.micros - fullest.committed(at), currency: max.currency }),
      windowMs: per.kind === 'day' ? 86_400_000 : per.ms,
      freesAt: fullest.freesAt(at),
      ...(each === 'agent' ? {} : { note: `the fullest ${each}` }),
    };
  }

  save(): Json {
    return Object.fromEntries([...this.#pots].map(([owner, pot]) => [owner, pot.save()]));
  }

  load(state: Json): void {
    for (const [owner, saved] of Object.entries(state as Record<string, Json>)) {
      this.#pots.set(owner, this.#newPot(saved));
    }
  }

  /** A pot with nothing spent or held in its window is as good as none: grants and tasks come and go. */
  #sweep(at: Instant): void {
    if (this.#pots.size < this.#sweepAt) return;
    for (const [owner, pot] of this.#pots) if (pot.committed(at) === 0n) this.#pots.delete(owner);
    this.#sweepAt = Math.max(POTS_UNSWEPT, this.#pots.size * 2);
  }

  #owner(call: Call): string {
    const { each } = this.#rule;
    return each === 'agent' ? '' : call[each];
  }

  #counted(call: Call): Micros | undefined {
    const { amount } = call;
    if (amount === null || !isReadable(amount) || amount.currency !== this.#rule.max.currency) return undefined;
    // A negative amount must never refill a budget.
    return amount.micros > 0n ? amount.micros : 0n;
  }

  #refuse(reason: string, observed: string, more: Partial<Finding>): Finding {
    const { rule, max, per } = this.#rule;
    const limit = `${formatMoney(max)} per ${per.kind === 'day' ? `day (${per.timeZone})` : formatDuration(per.ms)}`;
    return { guard: 'budget', rule, verdict: 'deny', reason, observed, limit, ...more };
  }
}
