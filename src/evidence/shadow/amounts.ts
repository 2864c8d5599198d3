import type { Money } from '../../std/money.ts';
import { behind, SHOWN_CALLS, type Behind } from './behind.ts';
import type { Limit } from './limits.ts';
import { MEANT } from './scope.ts';
import { equals, microsIn, numberIn, textIn, type Source } from './source.ts';

/** How large the amounts were that the agent asked for, in one currency. */
export interface AmountBands {
  readonly currency: string;
  /** From the smallest to the largest that is used or allowed, none left out between. */
  readonly bands: readonly AmountBand[];
  readonly smallest: Money;
  readonly median: Money;
  readonly largest: Money;
}

export interface AmountBand {
  /** Included; `null`: below zero. */
  readonly from: Money | null;
  /** Not included. */
  readonly below: Money;
  readonly meant: Behind;
  readonly denied: number;
  readonly held: number;
}

/** A distribution of more currencies than this is read in the JSON. */
const CURRENCIES_MAX = 4;
const ONE = 1_000_000n;

/** Bands in steps of 1, 2 and 5: narrow enough to see a shape, few enough to read. */
function edges(): readonly bigint[] {
  const steps = Array.from({ length: 15 }, (_, power) =>
    [1n, 2n, 5n].map((digit) => digit * ONE * 10n ** BigInt(power)),
  );
  return [0n, ...steps.flat()];
}

const EDGES = edges();

/** The place of the band that an amount lies in: 0 is below zero. */
export const bandOf = (micros: bigint): number => EDGES.filter((edge) => edge <= micros).length;

/** The same, as SQL. */
const BAND = `(${EDGES.map((edge) => `(amount_micros >= ${edge})::INT`).join(' + ')})`;

export async function amountsOf(source: Source, limits: readonly Limit[]): Promise<readonly AmountBands[]> {
  const rows =
    await source.rows(`SELECT currency, min(amount_micros)::VARCHAR AS smallest, max(amount_micros)::VARCHAR AS largest,
    quantile_disc(amount_micros, 0.5)::VARCHAR AS median
    FROM scoped WHERE amount_micros IS NOT NULL AND currency IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${CURRENCIES_MAX}`);
  const found: AmountBands[] = [];
  for (const row of rows) {
    const currency = textIn(row, 'currency');
    const money = (column: string): Money => ({ micros: microsIn(row, column), currency });
    const bands = await bandsOf(source, currency, limits);
    found.push({ currency, bands, smallest: money('smallest'), median: money('median'), largest: money('largest') });
  }
  return found;
}

async function bandsOf(source: Source, currency: string, limits: readonly Limit[]): Promise<readonly AmountBand[]> {
  const rows = await source.rows(`SELECT ${BAND}::DOUBLE AS band, count(*) FILTER (WHERE meant)::DOUBLE AS calls,
    to_json(arg_min(call, seq, ${SHOWN_CALLS}) FILTER (WHERE meant))::VARCHAR AS shown,
    count(*) FILTER (WHERE verdict = 'deny')::DOUBLE AS denied, count(*) FILTER (WHERE verdict = 'hold')::DOUBLE AS held
    FROM scoped WHERE amount_micros IS NOT NULL AND ${equals('currency', currency)} GROUP BY 1 ORDER BY 1`);
  const by = new Map(rows.map((row) => [numberIn(row, 'band'), row]));
  const allowed = limits.filter(({ kind, money }) => kind !== 'budget' && money.currency === currency);
  const places = [
    ...by.keys(),
    ...allowed.map(({ money, kind }) => bandOf(kind === 'largest' ? money.micros - 1n : money.micros)),
  ];
  const [first, last] = [Math.min(...places), Math.max(...places)];
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset).map((place) => {
    const row = by.get(place) ?? {};
    const from = place === 0 ? null : { micros: EDGES[place - 1] ?? 0n, currency };
    const below = { micros: EDGES[place] ?? (EDGES.at(-1) ?? 0n) * 10n, currency };
    const where = [
      equals('currency', currency),
      ...(from === null ? [] : [`amount_micros >= ${from.micros}`]),
      ...(place === EDGES.length ? [] : [`amount_micros < ${below.micros}`]),
    ].join(' AND ');
    return {
      from,
      below,
      meant: behind(row, `${MEANT} AND ${where}`),
      denied: numberIn(row, 'denied'),
      held: numberIn(row, 'held'),
    };
  });
}
