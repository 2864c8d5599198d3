import { MEANT, type Scope } from '../shadow/scope.ts';
import { localText } from '../shadow/series.ts';
import { equals, numberIn, textIn, type Row, type Source } from '../shadow/source.ts';
import { KEPT_EACH, points, WEIGHT, type Anomaly, type TestResult } from './anomaly.ts';
import { one, place } from './row.ts';
import { said, scored, STEADY, VALUES_MIN, Z_MIN } from './robust.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const HOUR_CALLS_MIN = 10;
const MINUTE_WRITES_MIN = 5;

const totalOf = (rows: readonly Row[]): number => numberIn(rows[0] ?? {}, 'found');

/** Hours in which one route was called far more than in its other hours. Hours without a call of it are not counted. */
export async function busyHours(source: Source, { timeZone }: Scope): Promise<TestResult> {
  const hours = `SELECT route, hour_at AS "at", count(*) AS calls, to_json(arg_min(call, seq, 3))::VARCHAR AS shown
    FROM scoped GROUP BY 1, 2`;
  const rows =
    await source.rows(`SELECT *, count(*) OVER ()::DOUBLE AS found FROM (${scored(hours, STEADY, ['route'], 1)})
    WHERE n >= ${VALUES_MIN} AND z > ${Z_MIN} AND calls >= ${HOUR_CALLS_MIN} ORDER BY z DESC, "at", route LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const [route, at, calls, z] = [
      textIn(row, 'route'),
      numberIn(row, 'at'),
      numberIn(row, 'calls'),
      numberIn(row, 'z'),
    ];
    return {
      ...place(row),
      test: 'busy_hour',
      score: WEIGHT.busy_hour + points(z - Z_MIN),
      what: `${calls} calls of ${route} in the hour from ${localText(at, timeZone).slice(0, 16)}`,
      why: `${said(z)} robust deviations above the median of the ${numberIn(row, 'n')} hours that had any, about ${usual(row)}`,
      money: [],
      behind: one(row, `${equals('route', route)} AND epoch_ms(ts) >= ${at} AND epoch_ms(ts) < ${at + HOUR_MS}`),
    };
  });
  return { test: 'busy_hour', found: totalOf(rows), strongest };
}

/** The median count, out of the scale in which it was compared. */
const usual = (row: Row): string => Math.max(0, (numberIn(row, 'med') / 2) ** 2 - 0.375).toFixed(0);

/** Many writes of one route within a minute of one session. */
export async function bursts(source: Source, { timeZone }: Scope): Promise<TestResult> {
  const minutes = `SELECT route, session, ("at" // ${MINUTE_MS}) * ${MINUTE_MS} AS "at", count(*) AS calls,
    to_json(arg_min(call, seq, 3))::VARCHAR AS shown FROM scoped WHERE ${MEANT} GROUP BY 1, 2, 3`;
  const rows =
    await source.rows(`SELECT *, count(*) OVER ()::DOUBLE AS found FROM (${scored(minutes, STEADY, ['route'], 1)})
    WHERE n >= ${VALUES_MIN} AND z > ${Z_MIN} AND calls >= ${MINUTE_WRITES_MIN} ORDER BY z DESC, "at", route, session LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const [route, at, calls, z] = [
      textIn(row, 'route'),
      numberIn(row, 'at'),
      numberIn(row, 'calls'),
      numberIn(row, 'z'),
    ];
    const session = equals('session', textIn(row, 'session'));
    return {
      ...place(row),
      test: 'burst',
      score: WEIGHT.burst + points(z - Z_MIN),
      what: `${calls} ${route} of one session within the minute from ${localText(at, timeZone).slice(0, 16)}`,
      why: `${said(z)} robust deviations above the median minute with any, about ${usual(row)}`,
      money: [],
      behind: one(
        row,
        `${MEANT} AND ${equals('route', route)} AND ${session} AND epoch_ms(ts) >= ${at} AND epoch_ms(ts) < ${at + MINUTE_MS}`,
      ),
    };
  });
  return { test: 'burst', found: totalOf(rows), strongest };
}

/** In logarithms: sessions within a quarter of each other's length are alike. */
const ALIKE = 0.25;

export async function longSessions(source: Source): Promise<TestResult> {
  const sessions = `SELECT session, min("at") AS "at", min(seq) AS seq, count(*) AS calls, to_json(arg_min(call, seq, 3))::VARCHAR AS shown
    FROM scoped GROUP BY 1`;
  const rows = await source.rows(`SELECT *, exp(med) AS usual, count(*) OVER ()::DOUBLE AS found
    FROM (${scored(sessions, 'ln(calls)', [], ALIKE)})
    WHERE n >= ${VALUES_MIN} AND z > ${Z_MIN} ORDER BY z DESC, seq LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const z = numberIn(row, 'z');
    return {
      ...place(row),
      test: 'long_session',
      score: WEIGHT.long_session + points(z - Z_MIN),
      what: `A session of ${numberIn(row, 'calls')} calls`,
      why: `half of ${numberIn(row, 'n')} sessions have at most about ${numberIn(row, 'usual').toFixed(0)}; ${said(z)} robust deviations, in logarithms`,
      money: [],
      behind: one(row, equals('session', textIn(row, 'session'))),
    };
  });
  return { test: 'long_session', found: totalOf(rows), strongest };
}

const DAYS_BEFORE = 3;

/** A writing route that came up only after the agent had worked for days without it. */
export async function newRoutes(source: Source, { timeZone }: Scope): Promise<TestResult> {
  const rows = await source.rows(`WITH days AS (SELECT DISTINCT local_day FROM scoped),
    routes AS (SELECT route, min("at") AS "at", min(seq) AS seq, min(local_day) AS first, count(*)::DOUBLE AS calls,
      to_json(arg_min(call, seq, 3))::VARCHAR AS shown FROM scoped WHERE effect <> 'read' GROUP BY 1)
    SELECT *, (SELECT count(*) FROM days WHERE local_day < first)::DOUBLE AS "before", (SELECT count(*) FROM days)::DOUBLE AS days,
      count(*) OVER ()::DOUBLE AS found FROM routes
    WHERE (SELECT count(*) FROM days WHERE local_day < first) >= ${DAYS_BEFORE} ORDER BY "before" DESC, seq LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const route = textIn(row, 'route');
    return {
      ...place(row),
      test: 'new_route',
      score: WEIGHT.new_route + points((9 * numberIn(row, 'before')) / numberIn(row, 'days')),
      what: `${route} was first called at ${localText(numberIn(row, 'at'), timeZone).slice(0, 16)}, and ${numberIn(row, 'calls')} times in all`,
      why: `the agent had worked on ${numberIn(row, 'before')} of ${numberIn(row, 'days')} days without it`,
      money: [],
      behind: one(row, `effect <> 'read' AND ${equals('route', route)}`),
    };
  });
  return { test: 'new_route', found: totalOf(rows), strongest };
}
