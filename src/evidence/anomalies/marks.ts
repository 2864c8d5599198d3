import { asksToStop, TRIP_COLUMNS } from '../shadow/findings.ts';
import { MEANT } from '../shadow/scope.ts';
import { equals, numberIn, textIn, type Source } from '../shadow/source.ts';
import { KEPT_EACH, points, WEIGHT, type Anomaly, type TestResult } from './anomaly.ts';
import { one, place } from './row.ts';

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** What a rule asked to stop the agent for, until a person resumes it. `tripped` is made by `findingsOf`. */
export async function trips(source: Source): Promise<TestResult> {
  const rows =
    await source.rows(`SELECT guard, rule, trip, min("at") AS "at", ${TRIP_COLUMNS}, count(*) OVER ()::DOUBLE AS found
    FROM tripped GROUP BY 1, 2, 3 ORDER BY trip = 'kill' DESC, calls DESC, guard, rule LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const [guard, rule, trip] = [textIn(row, 'guard'), textIn(row, 'rule'), textIn(row, 'trip')];
    const [calls, decided] = [numberIn(row, 'calls'), numberIn(row, 'decided')];
    return {
      ...place(row),
      test: 'trip',
      score: WEIGHT.trip + (trip === 'kill' ? 9 : points(calls - 1)),
      what: `${guard} crossed its threshold for a ${trip} of the agent ${times(calls)}, and decided ${decided === 0 ? 'none of them' : times(decided)}`,
      why: decided < calls ? `by ${rule}; where something graver refused the call, that came first` : `by ${rule}`,
      money: [],
      behind: one(row, asksToStop(guard, rule, trip)),
    };
  });
  return { test: 'trip', found: numberIn(rows[0] ?? {}, 'found'), strongest };
}

/** Writes that carry a value which exists only because an earlier write was captured: in the real world there is no such thing. */
export async function restingOnMadeUp(source: Source): Promise<TestResult> {
  const holds = `${MEANT} AND rests_how = 'value'`;
  const rows =
    await source.rows(`SELECT route, min("at") AS "at", count(*)::DOUBLE AS calls, to_json(arg_min(call, seq, 3))::VARCHAR AS shown,
      count(DISTINCT session)::DOUBLE AS sessions, count(*) OVER ()::DOUBLE AS found
    FROM scoped WHERE ${holds} GROUP BY 1 ORDER BY calls DESC, route LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const route = textIn(row, 'route');
    const [calls, sessions] = [numberIn(row, 'calls'), numberIn(row, 'sessions')];
    return {
      ...place(row),
      test: 'rests_on_made_up',
      score: WEIGHT.rests_on_made_up + points(Math.log2(calls)),
      what: `${calls} ${route} ${calls === 1 ? 'carries a value' : 'carry values'} that no upstream ever gave`,
      why: `in ${sessions === 1 ? '1 session' : `${sessions} sessions`}; ${calls === 1 ? 'it comes' : 'they come'} from the made-up answers to captured writes`,
      money: [],
      behind: one(row, `${holds} AND ${equals('route', route)}`),
    };
  });
  return { test: 'rests_on_made_up', found: numberIn(rows[0] ?? {}, 'found'), strongest };
}
