import { formatMoney } from '../../std/money.ts';
import type { LedgerEntry } from '../world/world.ts';

/** An entry in a few words: `refund 50.00 USD: charge:ch_1`. */
export function describe({ kind, subject, moneyOut, moneyIn }: LedgerEntry): string {
  const money = moneyOut ?? moneyIn ?? null;
  const what = kind.replaceAll('_', ' ');
  return money === null ? `${what}: ${subject}` : `${what} ${formatMoney(money)}: ${subject}`;
}
