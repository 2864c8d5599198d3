import type { Effect } from '../../engine/call.ts';
import type { Money } from '../../std/money.ts';
import { behind, FIRST_CALLS, LARGEST_CALLS, type Behind } from './behind.ts';
import { FROM_UPSTREAM, MEANT, STOPPED } from './scope.ts';
import { equals, microsIn, numberIn, numberOrNull, textIn, textOrNull, type Row, type Source } from './source.ts';

/** What one route was asked for. */
export interface RouteUse {
  readonly route: string;
  readonly effect: Effect;
  readonly upstream: string;
  readonly calls: Behind;
  readonly meant: Behind;
  readonly stopped: Behind;
  readonly sessions: number;
  readonly subjects: number;
  readonly first: number;
  readonly last: number;
  /** Of what was meant, by currency. */
  readonly money: readonly MeantMoney[];
  /** `null`: the route is no read, or none was answered by its upstream. */
  readonly reads: ReadFigures | null;
}

export interface MeantMoney {
  readonly sum: Money;
  readonly largest: Money;
  readonly median: Money;
  readonly behind: Behind;
}

/** Of reads that an upstream, or a recording of one, answered: never of answers that were made up. */
export interface ReadFigures {
  readonly behind: Behind;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly slowestMs: number | null;
  /** 4xx, 5xx, and no whole answer. */
  readonly failed: Behind;
}

export async function routeUses(source: Source): Promise<readonly RouteUse[]> {
  const [uses, money, reads] = [
    await source.rows(`SELECT route, min(effect) AS effect, min(upstream) AS upstream, min("at") AS first, max("at") AS last,
      count(DISTINCT session)::DOUBLE AS sessions, count(DISTINCT subject)::DOUBLE AS subjects, ${FIRST_CALLS}
      FROM scoped GROUP BY route ORDER BY min(effect) = 'read', calls DESC, route`),
    await moneyBy(source, MEANT),
    await readFigures(source),
  ];
  const meant = await byRoute(source, MEANT);
  const stopped = await byRoute(source, STOPPED);
  return uses.map((row) => {
    const route = textIn(row, 'route');
    return {
      route,
      effect: textIn(row, 'effect') as Effect,
      upstream: textIn(row, 'upstream'),
      calls: behind(row, equals('route', route)),
      meant: meant(route),
      stopped: stopped(route),
      sessions: numberIn(row, 'sessions'),
      subjects: numberIn(row, 'subjects'),
      first: numberIn(row, 'first'),
      last: numberIn(row, 'last'),
      money: money.get(route) ?? [],
      reads: reads.get(route) ?? null,
    };
  });
}

async function byRoute(source: Source, holds: string): Promise<(route: string) => Behind> {
  const rows = await source.rows(`SELECT route, ${FIRST_CALLS} FROM scoped WHERE ${holds} GROUP BY route`);
  const found = new Map(rows.map((row) => [textIn(row, 'route'), row]));
  return (route) => behind(found.get(route) ?? {}, `${equals('route', route)} AND ${holds}`);
}

/** The money of the calls that a condition holds of, by route and then by currency. */
async function moneyBy(source: Source, holds: string): Promise<ReadonlyMap<string, readonly MeantMoney[]>> {
  const rows = await source.rows(`SELECT route, currency, ${MONEY_COLUMNS}, ${LARGEST_CALLS}
    FROM scoped WHERE ${holds} AND amount_micros IS NOT NULL GROUP BY 1, 2 ORDER BY route, sum(amount_micros) DESC, currency`);
  const by = Map.groupBy(rows, (row) => textIn(row, 'route'));
  return new Map(
    [...by].map(([route, own]) => [route, own.map((row) => moneyOf(row, `${equals('route', route)} AND ${holds}`))]),
  );
}

const MONEY_COLUMNS = `sum(amount_micros)::VARCHAR AS sum, max(amount_micros)::VARCHAR AS largest,
  quantile_disc(amount_micros, 0.5)::VARCHAR AS median`;

function moneyOf(row: Row, where: string): MeantMoney {
  const currency = textOrNull(row, 'currency') ?? '';
  const money = (column: string): Money => ({ micros: microsIn(row, column), currency });
  return {
    sum: money('sum'),
    largest: money('largest'),
    median: money('median'),
    behind: behind(row, `${where} AND ${equals('currency', currency)}`),
  };
}

/** All money of the calls that a condition holds of, by currency, the most first. */
export async function moneyWhere(source: Source, holds: string): Promise<readonly MeantMoney[]> {
  const rows = await source.rows(`SELECT currency, ${MONEY_COLUMNS}, ${LARGEST_CALLS}
    FROM scoped WHERE ${holds} AND amount_micros IS NOT NULL GROUP BY 1 ORDER BY sum(amount_micros) DESC, 1`);
  return rows.map((row) => moneyOf(row, holds));
}

/** Answered by an upstream as it stands, or so recorded. */
const REAL = `effect = 'read' AND verdict = 'allow' AND effectiveness IS NOT NULL AND ${FROM_UPSTREAM}`;
const FAILED = `${REAL} AND (status IS NULL OR status >= 400 OR failure IS NOT NULL)`;

async function readFigures(source: Source): Promise<ReadonlyMap<string, ReadFigures>> {
  const answered = await source.rows(`SELECT route, quantile_disc(duration_ms, 0.5)::DOUBLE AS p50,
    quantile_disc(duration_ms, 0.95)::DOUBLE AS p95, max(duration_ms)::DOUBLE AS slowest, ${FIRST_CALLS}
    FROM scoped WHERE ${REAL} GROUP BY route`);
  const failed = await byRoute(source, FAILED);
  return new Map(
    answered.map((row) => {
      const route = textIn(row, 'route');
      return [
        route,
        {
          behind: behind(row, `${equals('route', route)} AND ${REAL}`),
          p50Ms: numberOrNull(row, 'p50'),
          p95Ms: numberOrNull(row, 'p95'),
          slowestMs: numberOrNull(row, 'slowest'),
          failed: failed(route),
        },
      ];
    }),
  );
}
