import { formatMoney, type Micros, type Money } from '../../std/money.ts';
import { isReadable } from '../../engine/call.ts';
import type { BudgetRule } from '../../engine/guards/budget.ts';
import type { AgentId, CallId } from '../../engine/ids.ts';
import { concerns } from '../../engine/policy.ts';
import { shownWindow } from '../../engine/window.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { named, type Measure } from './measure.ts';
import type { Deed, Doer, Harm, Oracle, OracleWatch } from './oracle.ts';

import { newSpent, type Spent } from './spent.ts';

/**
 * An oracle for every budget, of one agent or of all.
 *
 * A call counts when it was let through, not when the business did it: the door vouches for no more. It holds money back
 * until it hears of the outcome, or no longer waits for it; what a business does later still, nobody can hold it to.
 */
export function budgetOracles({ policy }: LoadedPolicy, measure: Measure): readonly Oracle[] {
  const own = [...policy.agents.values()].flatMap(({ id, rules }) =>
    rules.budgets.map((rule) => ({ rule, agent: id })),
  );
  const all = [...policy.shared.budgets.map((rule) => ({ rule, agent: undefined })), ...own];
  return all.map(({ rule, agent }): Oracle => {
    const limit = `${rule.rule} allows: ${formatMoney(rule.max)} per ${shownWindow(rule.per)}`;
    const isPriced = (by: Doer): boolean => policy.routes.get(by.route)?.amount !== undefined;
    return {
      ...named(rule.rule, 'I2', measure),
      text: `${measure === 'as read' ? 'calls that come to more' : 'more money out'} than ${limit}`,
      watch: () =>
        new BudgetWatch(rule, agent, measure, measure === 'as read' ? amountRead(rule, isPriced) : amountLeft),
    };
  });
}

/** What a deed comes to; `undefined`: nothing. */
type AmountOf = (deed: Deed) => Money | undefined;

const amountLeft: AmountOf = ({ entry }) => entry.moneyOut ?? undefined;

/** The amount that the door read off a call's request, once a call, when it takes effect. */
function amountRead({ max }: BudgetRule, isPriced: (by: Doer) => boolean): AmountOf {
  let last: CallId | undefined;
  return ({ by, entry }) => {
    if (by === null || !entry.write || by.id === last) return undefined;
    last = by.id;
    const { amount } = by;
    return amount !== null && isReadable(amount) && amount.currency === max.currency && isPriced(by)
      ? amount
      : undefined;
  };
}

class BudgetWatch implements OracleWatch {
  readonly #rule: BudgetRule;
  readonly #agent: AgentId | undefined;
  readonly #measure: Measure;
  readonly #amountOf: AmountOf;
  readonly #spent = new Map<string, Spent>();

  constructor(rule: BudgetRule, agent: AgentId | undefined, measure: Measure, amountOf: AmountOf) {
    this.#rule = rule;
    this.#agent = agent;
    this.#measure = measure;
    this.#amountOf = amountOf;
  }

  see(deed: Deed): Harm | undefined {
    const { by } = deed;
    const { routes, max, per } = this.#rule;
    if (by === null || (this.#agent !== undefined && by.agent !== this.#agent)) return undefined;
    if (!concerns(routes, by.route)) return undefined;
    const money = this.#amountOf(deed);
    if (money === undefined || money.micros <= 0n) return undefined;
    if (money.currency !== max.currency) return this.#harm(money, [deed]);
    const owner = this.#agent === undefined ? '' : this.#owner(by);
    let spent = this.#spent.get(owner);
    if (spent === undefined) this.#spent.set(owner, (spent = newSpent(per, max.micros)));
    const deeds = spent.add(deed, by.at, money.micros);
    return deeds && this.#harm({ currency: max.currency, micros: this.#sum(deeds) }, deeds);
  }

  #owner(by: Doer): string {
    const { each } = this.#rule;
    return each === 'agent' ? '' : by[each];
  }

  #harm(sum: Money, deeds: readonly Deed[]): Harm {
    const { rule, max, per } = this.#rule;
    const { name: oracle, ...promise } = named(rule, 'I2', this.#measure);
    const happened = this.#measure === 'as read' ? `calls for ${formatMoney(sum)} took effect` : leftBy(sum, deeds);
    return {
      oracle,
      text: `${happened}, and ${rule} allows ${formatMoney(max)} per ${shownWindow(per)}`,
      deeds,
      ...promise,
    };
  }

  #sum(deeds: readonly Deed[]): Micros {
    return deeds.reduce((sum, { by, entry }) => {
      const money = this.#measure === 'in truth' ? entry.moneyOut : (by?.amount ?? null);
      return sum + (money !== null && isReadable(money) ? money.micros : 0n);
    }, 0n);
  }
}

function leftBy(sum: Money, deeds: readonly Deed[]): string {
  const routes = [...new Set(deeds.flatMap(({ by }) => (by === null ? [] : [by.route])))];
  return `${formatMoney(sum)} left by ${routes.join(' and ')}`;
}
