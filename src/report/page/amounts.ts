import type { RunResult, ScenarioResult } from '../../lab/sandbox/result.ts';
import { formatMoney, type Currency, type Micros } from '../../std/money.ts';

type Entry = RunResult['ledger'][number];

/** `12345.67 USD` → `12,345.67 USD`, held together on one line. */
export function grouped(text: string): string {
  return text
    .replace(/(?<![\d.])\d{4,}/g, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ','))
    .replace(/(?<=\d) (?=[A-Z]{3}\b)/g, '\u00A0');
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(String(count))} ${count === 1 ? one : many}`;

/** `1 request was`, `2 requests were` */
export const countedAs = (count: number, one: string, [is, are]: readonly [string, string] = ['was', 'were']): string =>
  `${counted(count, one)} ${count === 1 ? is : are}`;

/** What left, by currency, the most first. */
export function outByCurrency(entries: readonly Entry[]): readonly (readonly [Currency, Micros])[] {
  const sums = new Map<Currency, Micros>();
  for (const { moneyOut } of entries) {
    if (moneyOut !== null) sums.set(moneyOut.currency, (sums.get(moneyOut.currency) ?? 0n) + moneyOut.micros);
  }
  return [...sums].sort(([, a], [, b]) => (a > b ? -1 : 1));
}

/** What must never have happened in these runs, in words: `61,204.00 USD in 412 harmful effects`. */
export function harmOf(runs: readonly RunResult[]): string {
  const harmful = runs.flatMap(({ ledger }) => ledger.filter((entry) => entry.harmful));
  const effects = counted(harmful.length, 'harmful effect');
  if (harmful.length === 0) return 'no harm';
  const sums = outByCurrency(harmful).map(([currency, micros]) => grouped(formatMoney({ micros, currency })));
  return sums.length === 0 ? effects : `${sums.join(' and ')} in ${effects}`;
}

/** One run's harm as its own figures say it. */
export function damageOf({ harm }: RunResult): { readonly figure: string; readonly note: string } {
  if (harm.entries === 0) return { figure: 'none', note: '' };
  const effects = counted(harm.entries, 'harmful effect');
  const moneyless = !/[1-9]/.test(harm.money);
  return moneyless ? { figure: effects, note: '' } : { figure: grouped(harm.money), note: `in ${effects}` };
}

/** `once ×411, rate ×2`: guards, by all their rules; empty where none stopped a call. */
export function stoppedBy({ stoppedBy: stops }: ScenarioResult): string {
  const calls = new Map<string, number>();
  for (const stop of stops) calls.set(stop.guard, (calls.get(stop.guard) ?? 0) + stop.calls);
  return [...calls].map(([guard, count]) => `${guard}\u00A0×${grouped(String(count))}`).join(', ');
}
