import type { CallId } from '../../engine/ids.ts';
import { FIRST_CALLS, SHOWN_CALLS } from '../../evidence/shadow/behind.ts';
import { FROM_UPSTREAM } from '../../evidence/shadow/scope.ts';
import { listIn, literal, numberIn, numberOrNull, textIn, type Source } from '../../evidence/shadow/source.ts';
import { sum } from '../../evidence/statistics/clustered.ts';
import { drawn } from '../../evidence/review/sample.ts';
import { OF_THE_STAGE } from '../deed.ts';
import type { Mix } from '../statistics/drift-alarm.ts';
import type { Answered, DaysEvidence, GateEvidence } from './evidence.ts';

/** Figures of the agent as a whole, counted over the table `scoped`. */

export interface RouteCounts {
  readonly meant: number;
  readonly stopped: number;
  readonly weekdays: number;
  readonly weekend: number;
  readonly shown: readonly CallId[];
}

export async function routeCounts(source: Source): Promise<ReadonlyMap<string, RouteCounts>> {
  const rows = await source.rows(`SELECT route, count(*) FILTER (WHERE meant)::DOUBLE AS meant,
      count(*) FILTER (WHERE stopped)::DOUBLE AS stopped,
      count(*) FILTER (WHERE meant AND local_weekday <= 5)::DOUBLE AS weekdays,
      count(*) FILTER (WHERE meant AND local_weekday > 5)::DOUBLE AS weekend,
      to_json(arg_min(call, seq, ${SHOWN_CALLS}) FILTER (WHERE meant))::VARCHAR AS shown
    FROM scoped WHERE effect <> 'read' GROUP BY 1`);
  return new Map(
    rows.map((row) => [
      textIn(row, 'route'),
      {
        meant: numberIn(row, 'meant'),
        stopped: numberIn(row, 'stopped'),
        weekdays: numberIn(row, 'weekdays'),
        weekend: numberIn(row, 'weekend'),
        shown: callsIn(listIn(row, 'shown')),
      },
    ]),
  );
}

export async function daysOf(source: Source, timeZone: string): Promise<DaysEvidence> {
  const calendar = await source.rows(`SELECT strftime(local_day, '%Y-%m-%d') AS day, count(*)::DOUBLE AS calls,
      count(*) FILTER (WHERE meant)::DOUBLE AS writes, count(*) FILTER (WHERE seq = begun)::DOUBLE AS sessions
    FROM (SELECT *, min(seq) OVER (PARTITION BY session) AS begun FROM scoped) GROUP BY 1 ORDER BY 1`);
  const [row = {}] = await source.rows(`SELECT min("at")::DOUBLE AS first, max("at")::DOUBLE AS last,
    count(DISTINCT local_day) FILTER (WHERE local_weekday <= 5)::DOUBLE AS weekdays,
    count(DISTINCT local_day) FILTER (WHERE local_weekday > 5)::DOUBLE AS weekend FROM scoped`);
  return {
    timeZone,
    first: numberOrNull(row, 'first'),
    last: numberOrNull(row, 'last'),
    weekdays: numberIn(row, 'weekdays'),
    weekend: numberIn(row, 'weekend'),
    calendar: calendar.map((each) => ({
      day: textIn(each, 'day'),
      sessions: numberIn(each, 'sessions'),
      calls: numberIn(each, 'calls'),
      writes: numberIn(each, 'writes'),
    })),
  };
}

/** An upstream refused it, failed, or gave no whole answer: the door's own answers are none. */
const FAULT = `(status >= 400 OR failure IS NOT NULL) AND ${FROM_UPSTREAM}`;

export async function faultsOf(source: Source): Promise<GateEvidence['faults']> {
  const [row = {}] = await source.rows(`SELECT ${FIRST_CALLS} FROM scoped WHERE ${FAULT}`);
  return { calls: numberIn(row, 'calls'), shown: callsIn(listIn(row, 'shown')) };
}

/** It was let through, and its upstream answered it or failed to. */
export const SENT = `verdict = 'allow' AND effectiveness IS NOT NULL AND ${FROM_UPSTREAM}`;
export const FAILED = '(status IS NULL OR status >= 400 OR failure IS NOT NULL)';

export const sentOf = (source: Source): Promise<Answered> => answeredIn(source, 'scoped', SENT, 'session');

/** Of a table's calls that a condition holds of, how their upstreams answered; a session is told by those columns. */
export async function answeredIn(
  source: Pick<Source, 'rows'>,
  table: string,
  holds: string,
  session: string,
): Promise<Answered> {
  const rows = await source.rows(`SELECT count(*)::DOUBLE AS sent, count(*) FILTER (WHERE ${FAILED})::DOUBLE AS failed
    FROM ${table} WHERE ${holds} GROUP BY ${session} ORDER BY min(seq)`);
  const sessions = rows.map((row) => ({ events: numberIn(row, 'failed'), total: numberIn(row, 'sent') }));
  const { events, total } = sum(sessions);
  return { sent: total, failed: events, sessions };
}

/** The guards that a call was denied by. */
const DENYING = `list_transform(list_filter(json_transform(findings, '["JSON"]'),
  lambda f: json_extract_string(f, '$.verdict') = 'deny'), lambda f: json_extract_string(f, '$.guard'))`;

/** What `deedOf` says of a call, over `scoped`; a test holds the two to each other. */
const DEED = `route || ' ' || CASE WHEN verdict IN ('allow', 'capture') OR (verdict = 'deny' AND len(${DENYING}) > 0
  AND len(list_filter(${DENYING}, lambda g: g NOT IN (${OF_THE_STAGE.map(literal).join(', ')}))) = 0) THEN 'passed' ELSE verdict END`;
const IS_DEED = `NOT (verdict = 'deny' AND list_contains(${DENYING}, 'freeze'))`;

/** What each session called, in the order in which they ended: halves with as many sessions, the odd one in the first. */
export async function mixOf(source: Source): Promise<GateEvidence['mix']> {
  const rows = await source.rows(`SELECT session, ${DEED} AS name, count(*)::DOUBLE AS calls,
      max(max(seq)) OVER (PARTITION BY session) AS ended
    FROM scoped WHERE ${IS_DEED} GROUP BY 1, 2 ORDER BY ended, 2`);
  const sessions = Map.groupBy(rows, (row) => textIn(row, 'session'));
  const chosen = drawn([...sessions.keys()], MIX_SESSIONS_MAX, 1);
  const mixes = [...sessions]
    .filter(([session]) => chosen.has(session))
    .map(([, its]): Mix => Object.fromEntries(its.map((row) => [textIn(row, 'name'), numberIn(row, 'calls')])));
  const half = Math.ceil(mixes.length / 2);
  return { first: mixes.slice(0, half), second: mixes.slice(half) };
}

/** Of more sessions than these an equally likely part shows as well whether anything moved. */
const MIX_SESSIONS_MAX = 20_000;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the column `call` of the journal's own calls
const callsIn = (names: readonly string[]): readonly CallId[] => names as readonly CallId[];
