import type { Instant } from '../../std/clock.ts';
import type { Money } from '../../std/money.ts';
import { behind, FIRST_CALLS, LARGEST_CALLS, type Behind } from './behind.ts';
import type { Period } from './overview.ts';
import { localTime, MEANT, STOPPED, type Scope } from './scope.ts';
import { equals, literal, microsIn, numberIn, textIn, textOrNull, type Source } from './source.ts';

/** Volume, intended effects and money along the period, in equal local steps. */
export interface Series {
  readonly step: Step;
  /** Every step from the first call's to the last one's, those without calls too. */
  readonly buckets: readonly Bucket[];
  /** The currencies that money was meant in, the most used first. */
  readonly currencies: readonly string[];
}

export type Step = 'minute' | '5 minutes' | 'hour' | 'day' | 'week' | 'month';

export interface Bucket {
  /** Local wall time at which it begins: `2026-03-01 14:00`, or `2026-03-01`. */
  readonly label: string;
  readonly reads: number;
  /** Writes that would have taken effect, by effect. */
  readonly meant: Readonly<Record<'write' | 'money' | 'destructive', number>>;
  readonly denied: number;
  readonly held: number;
  readonly money: readonly { readonly sum: Money; readonly behind: Behind }[];
  readonly behind: Behind;
}

/** A chart of more steps than this is a smear. */
export const BUCKETS_MAX = 120;
const HOURS_UNTIL_DAYS = 3;
const HOUR_MS = 3_600_000;
const MINUTES_UNTIL_MS = 2 * HOUR_MS;
const FIVES_UNTIL_MS = 6 * HOUR_MS;

export function stepFor({ days, first, last }: Period): Step {
  if (last - first < MINUTES_UNTIL_MS) return 'minute';
  if (last - first < FIVES_UNTIL_MS) return '5 minutes';
  if (days <= HOURS_UNTIL_DAYS) return 'hour';
  if (days <= BUCKETS_MAX) return 'day';
  return days <= BUCKETS_MAX * 7 ? 'week' : 'month';
}

export async function seriesOf(source: Source, scope: Scope, period: Period | null): Promise<Series> {
  if (period === null) return { step: 'day', buckets: [], currencies: [] };
  const step = stepFor(period);
  const labelOf = (local: string): string => `strftime(${begun(step, local)}, '%Y-%m-%d %H:%M')`;
  const label = labelOf('local_at');
  const counts = await source.rows(
    `SELECT ${label} AS label, ${countColumns()}, ${FIRST_CALLS} FROM scoped GROUP BY 1`,
  );
  const sums =
    await source.rows(`SELECT ${label} AS label, currency, sum(amount_micros)::VARCHAR AS sum, ${LARGEST_CALLS}
    FROM scoped WHERE ${MEANT} AND amount_micros IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`);
  const money = Map.groupBy(sums, (row) => textIn(row, 'label'));
  const found = new Map(counts.map((row) => [textIn(row, 'label'), row]));
  const buckets = (await labels(source, step)).map((each): Bucket => {
    const where = `${labelOf(localTime(scope.timeZone))} = ${literal(each)}`;
    const row = found.get(each) ?? {};
    return {
      label: stepLabel(step, each),
      reads: numberIn(row, 'reads'),
      meant: {
        write: numberIn(row, 'write'),
        money: numberIn(row, 'money'),
        destructive: numberIn(row, 'destructive'),
      },
      denied: numberIn(row, 'denied'),
      held: numberIn(row, 'held'),
      money: (money.get(each) ?? []).map((sum) => {
        const currency = textOrNull(sum, 'currency') ?? '';
        const holds = `${where} AND ${MEANT} AND ${equals('currency', currency)}`;
        return { sum: { micros: microsIn(sum, 'sum'), currency }, behind: behind(sum, holds) };
      }),
      behind: behind(row, where),
    };
  });
  return { step, buckets, currencies: await currenciesOf(source) };
}

const intervalOf = (step: Step): string => `INTERVAL ${step === '5 minutes' ? step : `1 ${step}`}`;

/** When the step began that a local time lies in, as SQL. */
export const begun = (step: Step, local: string): string =>
  step === '5 minutes' ? `time_bucket(${intervalOf(step)}, ${local}::TIMESTAMP)` : `date_trunc('${step}', ${local})`;

/** Steps within a day are told by their time. */
export const isTimed = (step: Step): boolean => step === 'minute' || step === '5 minutes' || step === 'hour';

/** `2026-03-01 14:00` → what a step is called. */
export const stepLabel = (step: Step, begins: string): string => (isTimed(step) ? begins : begins.slice(0, 10));

function countColumns(): string {
  const effects = ['write', 'money', 'destructive'].map(
    (effect) => `count(*) FILTER (WHERE meant AND effect = '${effect}')::DOUBLE AS "${effect}"`,
  );
  return [
    "count(*) FILTER (WHERE effect = 'read')::DOUBLE AS reads",
    ...effects,
    "count(*) FILTER (WHERE verdict = 'deny')::DOUBLE AS denied",
    "count(*) FILTER (WHERE verdict = 'hold')::DOUBLE AS held",
  ].join(', ');
}

/** Local wall time has a gap and a repeated hour where clocks change: both are steps like others here. */
async function labels(source: Source, step: Step): Promise<readonly string[]> {
  const rows = await source.rows(`SELECT strftime(step, '%Y-%m-%d %H:%M') AS label FROM (SELECT unnest(range(
    ${begun(step, 'min(local_at)')}::TIMESTAMP, ${begun(step, 'max(local_at)')}::TIMESTAMP + ${intervalOf(step)}, ${intervalOf(step)})) AS step FROM scoped)
    ORDER BY 1 LIMIT ${LABELS_MAX}`);
  return rows.map((row) => textIn(row, 'label'));
}

/** A clock that jumped by centuries would ask for a bucket of every month of them. */
const LABELS_MAX = 1_000;

async function currenciesOf(source: Source): Promise<readonly string[]> {
  const rows = await source.rows(`SELECT currency FROM scoped WHERE ${MEANT} AND currency IS NOT NULL
    GROUP BY 1 ORDER BY count(*) DESC, 1`);
  return rows.map((row) => textIn(row, 'currency'));
}

/** One cell of the week: how much was done, and how much was meant to be written, in this hour of this weekday. */
export interface HourCell {
  /** 1 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly calls: Behind;
  readonly meant: number;
  readonly stopped: number;
}

/** Only of hours that had calls. */
export async function hourCells(source: Source, { timeZone }: Scope): Promise<readonly HourCell[]> {
  const local = localTime(timeZone);
  const rows = await source.rows(`SELECT local_weekday::DOUBLE AS weekday, local_hour::DOUBLE AS hour,
    count(*) FILTER (WHERE ${MEANT})::DOUBLE AS meant, count(*) FILTER (WHERE ${STOPPED})::DOUBLE AS stopped, ${FIRST_CALLS}
    FROM scoped GROUP BY 1, 2 ORDER BY 1, 2`);
  return rows.map((row) => {
    const [weekday, hour] = [numberIn(row, 'weekday'), numberIn(row, 'hour')];
    const where = `isodow(${local}) = ${weekday} AND hour(${local}) = ${hour}`;
    return {
      weekday,
      hour,
      calls: behind(row, where),
      meant: numberIn(row, 'meant'),
      stopped: numberIn(row, 'stopped'),
    };
  });
}

/** When something happened: seconds are enough for a person, and the zone is the report's. */
export function localText(at: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
}
