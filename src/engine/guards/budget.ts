import type { Json } from '../../std/canonical-json.ts';
import { calendar } from '../../std/calendar.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import { formatMicros, formatMoney, type Micros, type Money } from '../../std/money.ts';
import { isReadable, type Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import type { Effectiveness } from '../event.ts';
import { bookKey, books, pass, type Guard, type Installed, type Level, type Monitor, type Over } from '../guard.ts';
import type { RouteId, RuleId } from '../ids.ts';
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
    const judges = (rule: BudgetRule) => (route: RouteId) =>
      concerns(rule.routes, route) && policy.routes.get(route)?.amount !== undefined;
    const open = (rule: BudgetRule) => (over?: Over<BudgetMonitor>) => new BudgetMonitor(rule, over);
    return [
      ...policy.shared.budgets.flatMap((rule) => books(policy, judges(rule), open(rule))),
      ...[...policy.agents.values()].flatMap(({ id, rules }) =>
        rules.budgets.map((rule): Installed => ({ monitor: open(rule)(), agent: id, judges: judges(rule) })),
      ),
    ];
  },
};

/** Pots before the first look for empty ones; then at every doubling, so that looking costs nothing per call. */
const POTS_UNSWEPT = 64;

class BudgetMonitor implements Monitor {
  readonly key: string;
  readonly #rule: BudgetRule;
  readonly #pass: Finding;
  readonly #real: BudgetMonitor | undefined;
  readonly #pots = new Map<string, Pot>();
  #sweepAt = POTS_UNSWEPT;
  readonly #newPot: (state?: Json) => Pot;

  constructor(rule: BudgetRule, over?: Over<BudgetMonitor>) {
    this.key = bookKey(rule.rule, over);
    this.#real = over?.real;
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
    const owner = this.#owner(call);
    const committed = this.committed(owner, call.at);
    if (committed + amount <= max.micros) return this.#pass;
    const left = formatMicros(max.micros - committed, max.currency);
    // More than the whole budget never fits, however long it waits.
    const freesAt = amount <= max.micros ? this.freesAt(owner, call.at) : undefined;
    return this.#refuse('budget_exceeded', formatMoney({ micros: committed + amount, currency: max.currency }), {
      ...(freesAt === undefined ? { retryable: 'never' } : { retryable: 'after', retryAt: freesAt }),
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

  /** Spent and held, really and as far as captured writes would have. */
  committed(owner: string, at: Instant): Micros {
    return (this.#pots.get(owner)?.committed(at) ?? 0n) + (this.#real?.committed(owner, at) ?? 0n);
  }

  /** The first moment at which something of it could leave; `undefined` where nobody has spent anything. */
  freesAt(owner: string, at: Instant): Instant | undefined {
    const own = this.#pots.get(owner)?.freesAt(at);
    const real = this.#real?.freesAt(owner, at);
    return own === undefined || real === undefined ? (own ?? real) : Math.min(own, real);
  }

  owners(): IterableIterator<string> {
    return this.#pots.keys();
  }

  level(at: Instant, of?: Call): Level {
    const { max, rule, routes, per, each } = this.#rule;
    const [owner, committed] = of === undefined ? this.#fullest(at) : this.#of(this.#owner(of), at);
    return {
      guard: 'budget',
      rule,
      routes,
      limit: formatMoney(max),
      remaining: formatMoney({ micros: max.micros - committed, currency: max.currency }),
      windowMs: per.kind === 'day' ? 86_400_000 : per.ms,
      freesAt: this.freesAt(owner, at) ?? this.#newPot().freesAt(at),
      leaves: per.kind === 'day' ? 'at-once' : 'in-turn',
      fill: { unit: 'money', currency: max.currency, limit: max.micros, used: committed },
      ...(each === 'agent' ? {} : { note: of === undefined ? `the fullest ${each}` : `of this ${each}` }),
    };
  }

  #of(owner: string, at: Instant): readonly [owner: string, committed: Micros] {
    return [owner, this.committed(owner, at)];
  }

  #fullest(at: Instant): readonly [owner: string, committed: Micros] {
    let fullest: readonly [string, Micros] = ['', 0n];
    for (const owner of [...this.#pots.keys(), ...(this.#real?.owners() ?? [])]) {
      const its = this.#of(owner, at);
      if (its[1] > fullest[1]) fullest = its;
    }
    return fullest;
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
