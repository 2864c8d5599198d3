import type { Instant } from '../../std/clock.ts';
import { literal, type Source } from './source.ts';

/** Whose evidence it is, of which time, and in whose days and hours it is told. */
export interface Scope {
  readonly agent: string;
  /** From this instant on; `null`: from the first call. */
  readonly from: Instant | null;
  /** Before this instant; `null`: to the last call. */
  readonly to: Instant | null;
  /** Only calls of this stage; `null`: of every one. */
  readonly stage: string | null;
  /** An IANA name. */
  readonly timeZone: string;
}

/** What the agent asked for itself: reads that the door made to judge a precondition are not its calls. */
export function scopeWhere({ agent, from, to, stage }: Scope): string {
  return [
    `agent = ${literal(agent)}`,
    'before IS NULL',
    ...(stage === null ? [] : [`stage = ${literal(stage)}`]),
    ...windowOf({ from, to }),
  ].join(' AND ');
}

/** The same stretch of time, for records that are no calls. */
export const windowOf = ({ from, to }: Pick<Scope, 'from' | 'to'>): readonly string[] => [
  ...(from === null ? [] : [`epoch_ms(ts) >= ${from}`]),
  ...(to === null ? [] : [`epoch_ms(ts) < ${to}`]),
];

/** A write that would have taken effect: the door let it pass or, in shadow, captured it. */
export const MEANT = "effect <> 'read' AND verdict IN ('allow', 'capture')";

/** A call that a guard refused, or held for a person. */
export const STOPPED = "verdict IN ('deny', 'hold')";

/**
 * An upstream answered, or failed to, or so it was recorded. Answers that the door laid captured writes over or made up have an
 * origin; of these failures, the door or the agent was the cause.
 */
export const FROM_UPSTREAM = `(origin IS NULL OR origin = 'recorded') AND coalesce(failure, '') NOT IN ('unanswerable', 'fault', 'not_sent', 'killed', 'client_gone')`;

/** The local wall time of a row, as SQL; `ts` is UTC. */
export const localTime = (timeZone: string): string =>
  timeZone === 'UTC' ? 'ts' : `timezone(${literal(timeZone)}, timezone('UTC', ts))`;

/**
 * The scope's calls as the table `scoped`, read once: a live journal is parsed for it, and everything else counts from there.
 * Its columns are those of the view `calls` that conditions may name, and what of them is asked for often.
 */
export async function gather(source: Source, scope: Scope): Promise<void> {
  const local = localTime(scope.timeZone);
  await source.keep(
    'scoped',
    `SELECT seq, "at", ts, call, session, stage, route, effect, upstream, subject, amount_micros, currency, fingerprint,
      verdict, guard, rule, reason, CASE WHEN verdict IN ('deny', 'hold') THEN findings::VARCHAR END AS findings, CASE WHEN json_array_length(trips) > 0 THEN trips::VARCHAR END AS trips, approval, rests_how,
      policy, effectiveness, status, failure, duration_ms, origin, merged, unmerged, answer_bytes,
      ${local} AS local_at, CAST(${local} AS DATE) AS local_day, hour(${local}) AS local_hour, isodow(${local}) AS local_weekday,
      ("at" // 3600000) * 3600000 AS hour_at,
      ${MEANT} AS meant,
      ${STOPPED} AS stopped,
      coalesce(contains(body, 'sealed_') OR contains(body, 'pseudonym_'), false)
        OR contains(target, 'sealed_') OR contains(target, 'pseudonym_')
        OR coalesce(contains(answer, 'sealed_') OR contains(answer, 'pseudonym_'), false) AS sealed,
      coalesce(answer_bytes > strlen(answer), false) AS answer_cut
    FROM calls WHERE ${scopeWhere(scope)}`,
  );
}
