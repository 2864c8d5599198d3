import type { RunResult, ScenarioResult } from '../../lab/sandbox/result.ts';
import { type Currency, formatMoney, parseMoney } from '../../std/money.ts';
import { type Axis, originOf } from './axis.ts';
import { grouped, outByCurrency } from './amounts.ts';

/** Where the total stands after a change. `x` and `y` are shares of the scales, 0 to 1; `harm` is the part that must not be. */
export interface Step {
  readonly x: number;
  readonly y: number;
  readonly harm: number;
}

/** What is added up over time: money in one currency, or writes where no money moves. */
export interface Measure {
  readonly title: string;
  readonly amountOf: (entry: RunResult['ledger'][number]) => bigint;
  readonly say: (amount: bigint) => string;
  /** What the scale's full height stands for. */
  readonly top: bigint;
  readonly limit: bigint | null;
}

/** Both runs of a scenario measured alike, on one scale. `null` where nothing changed in either. */
export function measureOf({ unguarded, guarded, limit }: ScenarioResult): Measure | null {
  const [most] = outByCurrency([...unguarded.ledger, ...guarded.ledger]);
  const measure = most === undefined ? writes : moneyIn(most[0], limit);
  const totals = [unguarded, guarded].map(({ ledger }) => sum(ledger, measure.amountOf));
  const top = [...totals, measure.limit ?? 0n].reduce((a, b) => (a > b ? a : b));
  return top <= 0n ? null : { ...measure, top };
}

const writes: Omit<Measure, 'top'> = {
  title: 'writes',
  amountOf: ({ write }) => (write ? 1n : 0n),
  say: (count) => grouped(String(count)),
  limit: null,
};

function moneyIn(currency: Currency, limitText = ''): Omit<Measure, 'top'> {
  const limit = parseMoney(limitText);
  return {
    title: 'money out',
    amountOf: ({ moneyOut }) => (moneyOut?.currency === currency ? moneyOut.micros : 0n),
    say: (micros) => grouped(formatMoney({ micros, currency })),
    limit: limit?.currency === currency ? limit.micros : null,
  };
}

const sum = (entries: RunResult['ledger'], amountOf: Measure['amountOf']): bigint =>
  entries.reduce((total, entry) => total + amountOf(entry), 0n);

/** The scale is drawn this fine: changes within one unit are one step. */
const FINENESS = 1_000;

/** The total after each change, and what of it was harm. */
export function stepsOf(run: RunResult, measure: Measure, axis: Axis): readonly Step[] {
  const origin = originOf(run);
  const share = (amount: bigint): number => Number(amount) / Number(measure.top);
  const steps = new Map<number, Step>();
  let [total, harm] = [0n, 0n];
  for (const entry of run.ledger.toSorted((a, b) => a.at - b.at)) {
    const amount = measure.amountOf(entry);
    total += amount;
    if (entry.harmful) harm += amount;
    const x = Math.round((FINENESS * (entry.at - origin)) / axis.spanMs) / FINENESS;
    if (amount !== 0n) steps.set(x, { x, y: share(total), harm: share(harm) });
  }
  return [...steps.values()];
}

export const totalOf = (run: RunResult, measure: Measure): bigint => sum(run.ledger, measure.amountOf);
