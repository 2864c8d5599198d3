import { formatMoney, type Currency, type Money } from '../../std/money.ts';
import { isReadable, type Call } from '../call.ts';
import type { Finding, Remedy } from '../decision.ts';
import { pass, type Guard, type Installed, type Monitor } from '../guard.ts';
import type { RouteId, RuleId } from '../ids.ts';
import { concerns, type RouteSet } from '../policy.ts';

/** Bounds on one call by itself. */
export interface CollarRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  /** The smallest amount; below it, zero and negative included, is refused. Absent: anything above zero. */
  readonly min?: Money | undefined;
  readonly max?: Money | undefined;
  readonly currencies?: ReadonlySet<Currency> | undefined;
  /** The most items that a bulk call may carry. */
  readonly itemsMax?: number | undefined;
}

/** Per-call sanity: fat fingers, wrong signs, wrong currencies. Money routes have a collar even if the policy names none. */
export const collar: Guard = {
  name: 'collar',
  status: 422,
  install(policy) {
    const installed: Installed[] = [];
    for (const agent of policy.agents.values()) {
      const bare = { rule: `${agent.of ?? agent.id}.collar` as RuleId, routes: 'all' } satisfies CollarRule;
      const collared = (route: RouteId): boolean => agent.rules.collar.some((rule) => concerns(rule.routes, route));
      const moves = (route: RouteId): boolean => policy.routes.get(route)?.amount !== undefined;
      const isBulk = (route: RouteId): boolean => policy.routes.get(route)?.items !== undefined;
      installed.push({
        monitor: new CollarMonitor(bare, isBulk),
        agent: agent.id,
        judges: (route) => moves(route) && !collared(route),
      });
      for (const rule of agent.rules.collar) {
        const judges = (route: RouteId): boolean => concerns(rule.routes, route);
        installed.push({ monitor: new CollarMonitor(rule, isBulk), agent: agent.id, judges });
      }
    }
    return installed;
  },
};

class CollarMonitor implements Monitor {
  readonly key: string;
  readonly #rule: CollarRule;
  readonly #isBulk: (route: RouteId) => boolean;
  readonly #pass: Finding;

  constructor(rule: CollarRule, isBulk: (route: RouteId) => boolean) {
    this.key = rule.rule;
    this.#rule = rule;
    this.#isBulk = isBulk;
    this.#pass = pass('collar', rule.rule);
  }

  check(call: Call): Finding {
    const { itemsMax } = this.#rule;
    const refused = itemsMax === undefined ? undefined : this.#items(call, itemsMax);
    if (refused !== undefined) return refused;
    return call.amount === null ? this.#pass : this.#amount(call.amount);
  }

  #items({ items, route }: Call, itemsMax: number): Finding | undefined {
    if (items === null) {
      if (!this.#isBulk(route)) return undefined;
      const hint = 'Send the items as one list, in the field the API documents.';
      return this.#refuse('items_unreadable', 'not a list', `at most ${itemsMax} items`, hint);
    }
    if (items <= itemsMax) return undefined;
    const hint = 'Send fewer items in one call.';
    return this.#refuse('too_many_items', String(items), String(itemsMax), hint, { kind: 'items', atMost: itemsMax });
  }

  #amount(amount: NonNullable<Call['amount']>): Finding {
    const { min, max, currencies } = this.#rule;
    if (!isReadable(amount)) {
      const hint = 'State the amount and currency in the fields the API documents, as plain numbers.';
      return this.#refuse('amount_unreadable', amount.fault, 'a readable amount', hint);
    }
    const bounds = [min, max].filter((bound) => bound !== undefined);
    const comparable = bounds.every((bound) => bound.currency === amount.currency);
    if (!comparable || currencies?.has(amount.currency) === false) {
      const codes = [...(currencies ?? bounds.map((bound) => bound.currency))];
      const allowed = codes.join(', ');
      const remedy: Remedy = { kind: 'amount', currencies: codes };
      return this.#refuse('currency_not_allowed', amount.currency, allowed, `Use one of: ${allowed}.`, remedy);
    }
    if (min === undefined ? amount.micros <= 0n : amount.micros < min.micros) {
      const limit = min === undefined ? 'above zero' : formatMoney(min);
      const remedy: Remedy | undefined = min && { kind: 'amount', atLeast: limit };
      return this.#refuse(
        'amount_too_small',
        formatMoney(amount),
        limit,
        `The amount must be at least ${limit}.`,
        remedy,
      );
    }
    if (max !== undefined && amount.micros > max.micros) {
      const limit = formatMoney(max);
      return this.#refuse(
        'amount_too_large',
        formatMoney(amount),
        limit,
        `One call may move at most ${limit}; ask a human for more.`,
        { kind: 'amount', atMost: limit },
      );
    }
    return this.#pass;
  }

  #refuse(reason: string, observed: string, limit: string, hint: string, remedy?: Remedy): Finding {
    const { rule } = this.#rule;
    const more = remedy === undefined ? {} : { remedy };
    return { guard: 'collar', rule, verdict: 'deny', reason, observed, limit, retryable: 'if-changed', hint, ...more };
  }
}
