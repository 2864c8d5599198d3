import type { Level } from '../../src/engine/guard.ts';
import type { BudgetTerms, Terms } from './terms.ts';

/** Money that truly moved, and the call that moved it. */
export interface Spent {
  readonly agent: string;
  readonly route: string;
  /** When the door let it through, by the door's clock. */
  readonly at: number;
  readonly order: number;
  readonly cents: number;
  readonly subject: string;
  /** What was in force then. */
  readonly terms: Terms;
}

/** What truly happened at the business, and what may have happened at most. */
export class Ledger {
  readonly #entries: Spent[] = [];
  readonly #break: (promise: string, what: string) => void;

  constructor(onBroken: (promise: string, what: string) => void) {
    this.#break = onBroken;
  }

  get length(): number {
    return this.#entries.length;
  }

  has(subject: string): boolean {
    return this.#entries.some((entry) => entry.subject === subject);
  }

  enter(spent: Spent): void {
    this.#entries.push(spent);
    this.#checkOnce(spent);
    if (spent.cents === 0) return;
    // A call that was let through before others may take effect behind them: each of them was let through beside it.
    for (const entry of this.#entries) {
      if (entry.order >= spent.order)
        for (const [budget, owner] of budgetsOf(entry)) this.#checkBudget(entry, budget, owner);
    }
  }

  /** The door's own account of each budget: what it says is spent and held may never be less than what was. */
  checkLevels(promise: string, agent: string, levels: readonly Level[], terms: Terms, at: number): void {
    for (const { rule, limit, remaining } of levels) {
      const own = terms.agents.find((one) => one.agent === agent)?.budgets ?? [];
      const index = Number(/\[(\d+)\]$/.exec(rule)?.[1]);
      const isShared = !rule.startsWith(`${agent}.`);
      const budget = (isShared ? terms.shared : own)[index];
      if (budget === undefined) continue;
      const committed = centsOf(limit) - centsOf(remaining);
      const spent = this.#sum(budget, isShared ? undefined : agent, at, Infinity);
      if (committed < spent) this.#break(promise, `${rule} counts ${committed} cents, and ${spent} were spent`);
    }
  }

  #checkBudget(entry: Spent, budget: BudgetTerms, owner: string | undefined): void {
    const sum = this.#sum(budget, owner, entry.at, entry.order);
    if (sum > budget.cents) this.#break('I2', `${sum} cents were spent of ${budget.cents} (${owner ?? 'all'})`);
  }

  #sum(budget: BudgetTerms, owner: string | undefined, at: number, orderMax: number): number {
    let sum = 0;
    for (const entry of this.#entries) {
      if (owner !== undefined && entry.agent !== owner) continue;
      if (entry.order > orderMax || !budget.routes.includes(entry.route)) continue;
      if (isWithin(budget, entry.at, at)) sum += entry.cents;
    }
    return sum;
  }

  #checkOnce({ agent, route, subject, terms }: Spent): void {
    if (terms.agents.find((one) => one.agent === agent)?.once.includes(route) !== true) return;
    const times = this.#entries.filter((entry) => entry.route === route && entry.subject === subject).length;
    if (times > 1) this.#break('I5', `${route} took effect ${times} times on ${subject}`);
  }
}

function budgetsOf({ agent, route, terms }: Spent): readonly (readonly [BudgetTerms, string | undefined])[] {
  const own = terms.agents.find((one) => one.agent === agent)?.budgets ?? [];
  const all = [
    ...own.map((budget) => [budget, agent] as const),
    ...terms.shared.map((budget) => [budget, undefined] as const),
  ];
  return all.filter(([{ routes }]) => routes.includes(route));
}

function isWithin({ per }: BudgetTerms, then: number, at: number): boolean {
  return 'ms' in per ? then > at - per.ms && then <= at : dayOf(then, per.timeZone) === dayOf(at, per.timeZone);
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** The calendar's day, from the platform's own calendar. */
function dayOf(at: number, timeZone: string): string {
  let format = FORMATS.get(timeZone);
  if (format === undefined)
    FORMATS.set(timeZone, (format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })));
  return format.format(at);
}

function centsOf(text: string): number {
  return Math.round(Number(text.split(' ', 1)[0]) * 100);
}
