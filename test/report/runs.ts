import type { PromiseCheck, RunResult, TimelineEvent } from '../../src/lab/sandbox/result.ts';
import { formatMoney, fromMajor, type Money } from '../../src/std/money.ts';

/** When the fixture's runs begin; reports show it as 03:00:00.000 whatever it is. */
export const STARTED_AT = Date.parse('2026-11-22T03:00:00.120Z');

type Entry = RunResult['ledger'][number];

/** `[afterMs, lane, kind, text, count?]` */
export type Line = readonly [number, TimelineEvent['lane'], TimelineEvent['kind'], string, number?];
/** `[afterMs, kind, subject, dollars or null, harmful?]` */
export type Deed = readonly [number, string, string, string | null, boolean?];

export function usd(dollars: string): Money {
  const money = fromMajor(dollars, 'USD');
  if (money === undefined) throw new Error(`not an amount: ${dollars}`);
  return money;
}

/** A run whose figures follow from its ledger, as the runner's do. */
export function run(options: {
  readonly sent: number;
  readonly reached: number;
  readonly tookMs: number;
  readonly lines: readonly Line[];
  readonly deeds: readonly Deed[];
  readonly omitted?: number;
}): RunResult {
  const ledger = options.deeds.map(([afterMs, kind, subject, dollars, harmful = false]): Entry => ({
    at: STARTED_AT + afterMs,
    upstream: 'payments',
    kind,
    subject,
    moneyOut: dollars === null ? null : usd(dollars),
    write: true,
    harmful,
  }));
  const harmful = ledger.filter((entry) => entry.harmful);
  const timeline = options.lines.map(([afterMs, lane, kind, text, count = 1]) => {
    return { at: STARTED_AT + afterMs, lane, kind, text, count };
  });
  return {
    startedAt: STARTED_AT,
    durationMs: options.tookMs,
    ledger,
    money: total(ledger),
    writes: ledger.length,
    harm: { money: total(harmful), entries: harmful.length },
    requests: { sent: options.sent, reached: options.reached },
    timeline,
    omitted: options.omitted ?? 0,
  };
}

function total(entries: readonly Entry[]): string {
  return formatMoney({
    micros: entries.reduce((sum, { moneyOut }) => sum + (moneyOut?.micros ?? 0n), 0n),
    currency: 'USD',
  });
}

/** The promises that every scenario checks, and its own oracle. */
export function promised(oracle: string, found: string, detail: string, broken = false): readonly PromiseCheck[] {
  return [
    { id: 'I1', text: 'no write reaches an upstream before its intent is durable', held: true, detail },
    {
      id: 'I4',
      text: 'every call that got an answer is in the journal',
      held: true,
      detail: 'each answer has its record',
    },
    { id: 'I7', text: 'the journal verifies from its first byte to its last', held: true, detail: 'chain whole' },
    { id: 'oracle', text: oracle, held: !broken, detail: found },
  ];
}
