import { formatMoney } from '../../std/money.ts';
import { MEANT } from '../shadow/scope.ts';
import { equals, numberIn, textIn, textOrNull, type Row, type Source } from '../shadow/source.ts';
import { KEPT_EACH, points, WEIGHT, type Anomaly, type TestResult } from './anomaly.ts';
import { moneyOf, one, pair, place } from './row.ts';

/** Later than this, another try is another decision. */
const RETRY_MS = 600_000;

/** The writes of a session on one subject by one route, in turn; a call without a subject is told by its bytes. */
const TURNS = 'PARTITION BY session, route, coalesce(subject, fingerprint) ORDER BY seq';

const moneys = (row: Row): Anomaly['money'] => (textOrNull(row, 'amount_micros') === null ? [] : [moneyOf(row)]);
const on = (row: Row): string => {
  const subject = textOrNull(row, 'subject');
  return subject === null ? '' : ` on ${subject}`;
};
const totalOf = (rows: readonly Row[]): number => numberIn(rows[0] ?? {}, 'found');

/** At most {@link RETRY_MS}, as a person says it. */
function soon(ms: number): string {
  if (ms < 1_000) return 'less than a second';
  return ms < 120_000 ? `${Math.floor(ms / 1_000)} s` : `${Math.floor(ms / 60_000)} min`;
}

/** Refused, changed, and then let through: either the agent mended its mistake, or it felt its way round the guard. */
export async function refusedThenThrough(source: Source): Promise<TestResult> {
  const rows =
    await source.rows(`SELECT *, count(*) OVER ()::DOUBLE AS found FROM (SELECT seq, "at", call, session, route, subject,
      amount_micros, currency, guard, rule, verdict, fingerprint, meant, approval,
      lag(call) OVER turn AS before_call, lag(stopped) OVER turn AS before_stopped, lag(verdict) OVER turn AS before_verdict,
      lag("at") OVER turn AS before_at, lag(guard) OVER turn AS before_guard, lag(rule) OVER turn AS before_rule,
      lag(fingerprint) OVER turn AS before_fingerprint, lag(amount_micros) OVER turn AS before_micros
      FROM scoped WHERE effect <> 'read' WINDOW turn AS (${TURNS}))
    WHERE meant AND before_stopped AND approval IS NULL AND "at" - before_at <= ${RETRY_MS}
    ORDER BY coalesce(amount_micros, 0) DESC, seq LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const refused = textIn(row, 'before_verdict') === 'hold' ? 'held' : 'denied';
    const same = textIn(row, 'fingerprint') === textIn(row, 'before_fingerprint');
    const less = numberIn(row, 'amount_micros') < numberIn(row, 'before_micros');
    const how = same ? 'unchanged' : less ? 'with less money' : 'changed';
    return {
      ...place(row),
      test: 'refused_then_through',
      score: WEIGHT.refused_then_through + (same ? 0 : less ? 6 : 3),
      what: `${textIn(row, 'route')}${on(row)} went through ${how} after it was ${refused}`,
      why: `${textIn(row, 'before_guard')} (${textIn(row, 'before_rule')}) had ${refused} it ${soon(numberIn(row, 'at') - numberIn(row, 'before_at'))} before, in the same session`,
      money: moneys(row),
      behind: pair(row, 'before_call', 'call'),
    };
  });
  return { test: 'refused_then_through', found: totalOf(rows), strongest };
}

/** So many refusals of one thing are no accident. */
const REFUSALS_MIN = 3;

export async function keptTrying(source: Source): Promise<TestResult> {
  const holds = "effect <> 'read' AND verdict IN ('deny', 'hold')";
  const rows =
    await source.rows(`SELECT session, route, subject, min("at") AS "at", min(seq) AS seq, count(*)::DOUBLE AS calls,
      to_json(arg_min(call, seq, 3))::VARCHAR AS shown, arg_min(guard, seq) AS guard, count(*) OVER ()::DOUBLE AS found
    FROM scoped WHERE ${holds} GROUP BY session, route, subject HAVING count(*) >= ${REFUSALS_MIN}
    ORDER BY calls DESC, seq LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const where = [holds, ...['session', 'route', 'subject'].map((column) => equals(column, textOrNull(row, column)))];
    const calls = numberIn(row, 'calls');
    return {
      ...place(row),
      test: 'kept_trying',
      score: WEIGHT.kept_trying + points(calls / REFUSALS_MIN - 1),
      what: `${textIn(row, 'route')}${on(row)} was refused ${calls} times in one session`,
      why: `first by ${textIn(row, 'guard')}; from ${REFUSALS_MIN} refusals of one thing in one session on it is listed`,
      money: [],
      behind: one(row, where.join(' AND ')),
    };
  });
  return { test: 'kept_trying', found: totalOf(rows), strongest };
}

/** The same subject written to again by the same route, within a session or across sessions. */
export async function repeated(source: Source, within: 'session' | 'sessions'): Promise<TestResult> {
  const own = within === 'session';
  const test = own ? 'repeated_in_session' : 'repeated_across_sessions';
  const group = own ? 'session, route, subject' : 'route, subject';
  const holds = `${MEANT} AND subject IS NOT NULL`;
  const rows =
    await source.rows(`SELECT ${own ? 'session' : 'NULL AS session'}, route, subject, min("at") AS "at", min(seq) AS seq,
      count(*)::DOUBLE AS calls, count(DISTINCT session)::DOUBLE AS sessions, count(DISTINCT fingerprint)::DOUBLE AS kinds,
      sum(amount_micros)::VARCHAR AS amount_micros, min(currency) AS currency, count(DISTINCT currency)::DOUBLE AS currencies,
      to_json(arg_min(call, seq, 3))::VARCHAR AS shown, count(*) OVER ()::DOUBLE AS found
    FROM scoped WHERE ${holds} GROUP BY ${group}
    HAVING ${own ? 'count(*) > 1' : 'count(DISTINCT session) > 1'}
    ORDER BY coalesce(sum(amount_micros), 0) DESC, calls DESC, min(seq) LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const columns = own ? ['session', 'route', 'subject'] : ['route', 'subject'];
    const where = [MEANT, ...columns.map((column) => equals(column, textOrNull(row, column)))].join(' AND ');
    const calls = numberIn(row, 'calls');
    const money = numberIn(row, 'currencies') === 1 ? moneys(row) : [];
    const sum = money[0] === undefined ? '' : `, ${formatMoney(money[0])} together`;
    return {
      ...place(row),
      test,
      score: WEIGHT[test] + points(calls / 2 - 1),
      what: `${calls} ${textIn(row, 'route')}${on(row)}${own ? ' in one session' : ` in ${numberIn(row, 'sessions')} sessions`}${sum}`,
      why:
        numberIn(row, 'kinds') === 1 ? 'all are the same, to the byte' : `${numberIn(row, 'kinds')} different requests`,
      money,
      behind: one(row, where),
    };
  });
  return { test, found: totalOf(rows), strongest };
}

/** A write right after a read of its subject that failed: it was decided without what was asked for. */
export async function afterFailedReads(source: Source): Promise<TestResult> {
  const rows =
    await source.rows(`SELECT *, count(*) OVER ()::DOUBLE AS found FROM (SELECT seq, "at", call, session, route, subject,
      amount_micros, currency, meant, lag(effect) OVER turn AS before_effect, lag(call) OVER turn AS before_call,
      lag(status) OVER turn AS before_status, lag(failure) OVER turn AS before_failure, lag(route) OVER turn AS before_route
      FROM scoped WHERE subject IS NOT NULL AND verdict IN ('allow', 'capture')
      WINDOW turn AS (PARTITION BY session, subject ORDER BY seq))
    WHERE meant AND before_effect = 'read' AND (before_status >= 400 OR before_failure IS NOT NULL)
    ORDER BY coalesce(amount_micros, 0) DESC, seq LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const status = textOrNull(row, 'before_status') ?? 'no answer';
    return {
      ...place(row),
      test: 'after_failed_read',
      score: WEIGHT.after_failed_read,
      what: `${textIn(row, 'route')}${on(row)} although the read before it failed`,
      why: `${textIn(row, 'before_route')} of the same subject had just come back with ${status}`,
      money: moneys(row),
      behind: pair(row, 'before_call', 'call'),
    };
  });
  return { test: 'after_failed_read', found: totalOf(rows), strongest };
}

/** Where an agent reads before nearly every write, one that it did not read for stands out. */
const USUALLY = 0.8;

export async function withoutReading(source: Source): Promise<TestResult> {
  const rows = await source.rows(`WITH looks AS (SELECT session, subject, min(seq) AS first FROM scoped
      WHERE effect = 'read' AND subject IS NOT NULL GROUP BY 1, 2),
    writes AS (SELECT s.*, coalesce(first < seq, false) AS looked FROM scoped s LEFT JOIN looks USING (session, subject)
      WHERE meant AND subject IS NOT NULL),
    shares AS (SELECT *, avg(looked::INT) OVER (PARTITION BY route) AS share, count(*) OVER (PARTITION BY route) AS n FROM writes)
    SELECT seq, "at", call, session, route, subject, amount_micros, currency, share, n, count(*) OVER ()::DOUBLE AS found
    FROM shares WHERE NOT looked AND share >= ${USUALLY} AND n >= 20
    ORDER BY coalesce(amount_micros, 0) DESC, seq LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => ({
    ...place(row),
    test: 'without_reading',
    score: WEIGHT.without_reading + points((numberIn(row, 'share') - USUALLY) * 45),
    what: `${textIn(row, 'route')}${on(row)}, which its session had not read`,
    why: `${Math.floor(numberIn(row, 'share') * 100)} % of ${numberIn(row, 'n')} writes by this route come after a read of their subject`,
    money: moneys(row),
    behind: one(row),
  }));
  return { test: 'without_reading', found: totalOf(rows), strongest };
}
