import type { Instant } from '../../std/clock.ts';
import { IMPORTED } from '../../warehouse/import/grant.ts';
import { literal, numberIn, type Source } from './source.ts';

/** Whose evidence it is, of which time, and in whose days and hours it is told. */
export interface Scope {
  readonly agent: string;
  /** From this instant on; `null`: from the first call. */
  readonly from: Instant | null;
  /** Before this instant; `null`: to the last call. */
  readonly to: Instant | null;
  /** From the first of these records to the last: of one millisecond, some may be under another policy. Absent: all. */
  readonly records?: { readonly first: number; readonly last: number };
  /** Only what came through the door itself: what was imported from a recording, nobody held to anything. */
  readonly throughDoor?: true;
  /** Only calls of this stage; `null`: of every one. */
  readonly stage: string | null;
  /** An IANA name. */
  readonly timeZone: string;
}

/** What the agent asked for itself: reads that the door made to judge a precondition are not its calls. */
export function scopeWhere({ agent, stage, throughDoor, ...window }: Scope): string {
  return [
    `agent = ${literal(agent)}`,
    'before IS NULL',
    ...(stage === null ? [] : [`stage = ${literal(stage)}`]),
    ...(throughDoor ? [`NOT ${FROM_RECORDING}`] : []),
    ...windowOf(window),
  ].join(' AND ');
}

/** The call stood in a recording that was imported. */
export const FROM_RECORDING = `starts_with("grant", ${literal(IMPORTED)})`;

/** The same stretch of time, for records that are no calls. */
export const windowOf = ({ from, to, records }: Pick<Scope, 'from' | 'to' | 'records'>): readonly string[] => [
  ...(from === null ? [] : [`epoch_ms(ts) >= ${from}`]),
  ...(to === null ? [] : [`epoch_ms(ts) < ${to}`]),
  ...(records === undefined ? [] : [`seq BETWEEN ${records.first} AND ${records.last}`]),
];

/**
 * A write that would have taken effect: the door let it pass or, in shadow, captured it, and did not itself answer that nothing came
 * of it. That includes a repeat with the same idempotency key, as the engine's budgets do.
 */
export const TAKEN =
  "effect <> 'read' AND (verdict = 'allow' OR verdict = 'capture' AND (effectiveness IS DISTINCT FROM 'ineffective' OR origin IS NOT DISTINCT FROM 'recorded'))";

/** What was {@link TAKEN}, each intended effect once. A column of `scoped`; {@link spelled} says it in those of the view. */
export const MEANT = 'meant';

/** A held call that a person approved, and that was made after all. A column of `scoped`, as {@link MEANT}. */
export const APPROVED = 'approved_later';

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

/** The first of a session's writes with one idempotency key and the same bytes is an intent; each further one asks for its answer again. */
const repeatsIn = (table: string, holds: string): string =>
  `SELECT unnest(list(seq ORDER BY seq)[2:]) AS seq FROM ${table} WHERE ${holds} AND "key" IS NOT NULL AND ${TAKEN} GROUP BY session, "key", fingerprint`;

/** {@link MEANT} in the columns of the view `calls`, of those that the condition holds of. */
export const meantWhere = (holds: string): string => `${TAKEN} AND seq NOT IN (${repeatsIn('calls', holds)})`;

const approvedIn = (table: string, holds: string): string =>
  `SELECT approval FROM ${table} WHERE ${holds} AND approval IS NOT NULL AND ${TAKEN}`;

/**
 * The scope's calls as the table `scoped`, read once: a live journal is parsed for it, and everything else counts from there.
 * Its columns are those of the view `calls` that conditions may name, and what of them is asked for often.
 */
export async function gather(source: Source, scope: Scope): Promise<void> {
  const local = localTime(scope.timeZone);
  await source.keep(
    'scoped',
    `WITH own AS MATERIALIZED (SELECT seq, "at", ts, call, session, stage, route, effect, upstream, subject, amount_micros, currency, fingerprint,
      "key", verdict, guard, rule, reason, CASE WHEN verdict IN ('deny', 'hold') THEN findings::VARCHAR END AS findings, CASE WHEN json_array_length(trips) > 0 THEN trips::VARCHAR END AS trips, approval, rests_how,
      policy, effectiveness, status, failure, duration_ms, origin, merged, unmerged, answer_bytes,
      ${local} AS local_at, CAST(${local} AS DATE) AS local_day, hour(${local}) AS local_hour, isodow(${local}) AS local_weekday,
      ("at" // 3600000) * 3600000 AS hour_at,
      ${STOPPED} AS stopped,
      coalesce(contains(body, 'sealed_') OR contains(body, 'pseudonym_'), false)
        OR contains(target, 'sealed_') OR contains(target, 'pseudonym_')
        OR coalesce(contains(answer, 'sealed_') OR contains(answer, 'pseudonym_'), false) AS sealed,
      coalesce(answer_bytes > strlen(answer), false) AS answer_cut
    FROM calls WHERE ${scopeWhere(scope)})
    SELECT *, ${TAKEN} AND seq NOT IN (${repeatsIn('own', 'true')}) AS meant,
      verdict = 'hold' AND call IN (${approvedIn('own', 'true')}) AS approved_later FROM own`,
  );
}

/** What the columns that only `scoped` has are called in the view `calls`: as short as this scope allows. */
export interface Spelling {
  readonly meant: string;
  readonly approved: string;
}

export async function spellingOf(source: Source, scope: Scope): Promise<Spelling> {
  const passed = "effect <> 'read' AND verdict IN ('allow', 'capture')";
  const [odd = {}] = await source.rows(`SELECT count(*) FILTER (WHERE NOT (${TAKEN}))::DOUBLE AS nothing,
    count(*) FILTER (WHERE ${TAKEN} AND NOT meant)::DOUBLE AS repeats FROM scoped WHERE ${passed}`);
  const taken = numberIn(odd, 'nothing') === 0 ? passed : TAKEN;
  const again = numberIn(odd, 'repeats') === 0 ? '' : ` AND seq NOT IN (${repeatsIn('calls', scopeWhere(scope))})`;
  return {
    meant: `${taken}${again}`,
    approved: `verdict = 'hold' AND call IN (${approvedIn('calls', scopeWhere(scope))})`,
  };
}

/** SQL's own texts and quoted names, which are to be left as they are; and the columns that the view does not have. */
const WORDS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\bmeant\b|\bapproved_later\b/g;

/** A condition over `scoped` in the columns of the view `calls`, so that whoever has the journal can ask for the same. */
export const spelledWhere = (where: string, { meant, approved }: Spelling): string =>
  where.replaceAll(WORDS, (word) => {
    if (word === MEANT) return where === MEANT ? meant : `(${meant})`;
    return word === APPROVED ? `(${approved})` : word;
  });

/** The same for every condition within a part of the evidence. */
export function spelled<Part>(part: Part, spelling: Spelling): Part {
  if (part === null || typeof part !== 'object') return part;
  if (Array.isArray(part)) return part.map((item: unknown) => spelled(item, spelling)) as Part;
  const members = Object.entries(part).map(([name, member]: [string, unknown]) => [
    name,
    name === 'where' && typeof member === 'string' ? spelledWhere(member, spelling) : spelled(member, spelling),
  ]);
  return Object.fromEntries(members) as Part;
}
