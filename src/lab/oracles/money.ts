import type { Currency, Micros, Money } from '../../std/money.ts';
import type { NeverRule } from '../../policy/never.ts';
import { bearingOf, ownerOf } from './concern.ts';
import { moneyText, payeesText } from './harm-text.ts';
import type { Deed, Oracle } from './oracle.ts';
import { DeedWindow, sinceOf, type Since } from './window.ts';

type MoneyRule = Extract<NeverRule, { kind: 'money' }>;

/** Never more money than so much in a window. INVARIANT: of a currency that no limit names, none. */
export function moneyWatch(rule: MoneyRule): Oracle['watch'] {
  const [bearing, since] = [bearingOf(rule), sinceOf(rule.within)];
  const limits = new Map<Currency, Micros>(rule.over.map(({ currency, micros }) => [currency, micros]));
  return (onCame) => {
    const pots = new Map<string, Pot>();
    return {
      see(deed) {
        const its = bearing(deed);
        if (its === 'none') return undefined;
        const money = deed.entry.moneyOut as Money;
        const owner = `${money.currency} ${ownerOf(rule.each, deed)}`;
        let pot = pots.get(owner);
        if (pot === undefined) pots.set(owner, (pot = new Pot(since)));
        pot.add(deed, money.micros);
        if (its !== 'fault') return undefined;
        onCame?.(pot.micros, money.currency);
        if (pot.micros <= (limits.get(money.currency) ?? 0n)) return undefined;
        const [sum, deeds] = [{ micros: pot.micros, currency: money.currency }, pot.deeds()];
        return { oracle: rule.rule, text: moneyText(rule, sum, deeds), deeds };
      },
    };
  };
}

/** What left in the window, in one currency. */
class Pot {
  readonly #window: DeedWindow;
  micros: Micros = 0n;

  constructor(since: Since) {
    this.#window = new DeedWindow(since);
  }

  add(deed: Deed, micros: Micros): void {
    this.#window.add(deed, this.#left);
    this.micros += micros;
  }

  deeds(): readonly Deed[] {
    return this.#window.deeds();
  }

  readonly #left = ({ entry }: Deed): void => {
    this.micros -= (entry.moneyOut as Money).micros;
  };
}

/**
 * Never any money to somebody else. Of `money: out`, what names nobody (a refund goes back where it came from) is passed
 * over; of a route or kind that a rule names, it is harm: nobody knows who got it.
 */
export function payeesWatch(rule: Extract<NeverRule, { kind: 'payees' }>): Oracle['watch'] {
  const bearing = bearingOf(rule);
  const mayBeNobody = rule.deeds.by === 'routes' && rule.deeds.routes === 'all';
  return () => ({
    see(deed) {
      if (bearing(deed) !== 'fault') return undefined;
      const { to } = deed.entry;
      if (to === undefined ? mayBeNobody : rule.only.has(to)) return undefined;
      return { oracle: rule.rule, text: payeesText(rule, deed), deeds: [deed] };
    },
  });
}
