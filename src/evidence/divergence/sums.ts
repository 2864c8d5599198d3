import type { Money } from '../../std/money.ts';
import { byText, type Act } from './act.ts';
import type { MoneyJson } from './model.ts';

/** Amounts by currency: never added up across currencies. */
export class Sums {
  readonly #micros = new Map<string, bigint>();

  add({ micros, currency }: Money): void {
    this.#micros.set(currency, (this.#micros.get(currency) ?? 0n) + micros);
  }

  addAll(acts: readonly Act[]): void {
    for (const { amount } of acts) if (amount !== null) this.add(amount);
  }

  subtractAll(acts: readonly Act[]): void {
    for (const { amount } of acts) if (amount !== null) this.add({ ...amount, micros: -amount.micros });
  }

  of(currency: string): bigint {
    return this.#micros.get(currency) ?? 0n;
  }

  /** In the order of the currencies' names. */
  entries(): readonly (readonly [string, bigint])[] {
    return [...this.#micros].toSorted(([one], [other]) => byText(one, other));
  }
}

export function moneyJson({ micros, currency }: Money): MoneyJson {
  return { micros: micros.toString(), currency };
}

export const magnitude = (micros: bigint): bigint => (micros < 0n ? -micros : micros);
