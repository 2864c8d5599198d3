import type { Money } from '../../std/money.ts';
import { behind, FIRST_CALLS, SHOWN_CALLS, type Behind } from './behind.ts';
import { moneyWhere } from './intents.ts';
import { begun, stepLabel, type Step } from './series.ts';
import { scopeWhere, type Scope } from './scope.ts';
import { literal, numberIn, textIn, type Row, type Source } from './source.ts';

/** What one rule found, and how often it was asked. */
export interface RuleFindings {
  readonly guard: string;
  readonly rule: string;
  /** Calls that it was asked about. */
  readonly asked: number;
  readonly denied: Behind;
  readonly held: Behind;
  /** Calls that it alone refused or held: without it, they would have gone through. */
  readonly alone: number;
  readonly reasons: readonly { readonly reason: string; readonly calls: number }[];
  /** Money that it kept from moving, of calls with a readable amount. */
  readonly money: readonly Money[];
  /** Calls that crossed a threshold of it which stops the agent, carried out or not. */
  readonly trips: Behind;
  /** Of those: where nothing graver came first, so that the trip was carried out. */
  readonly tripped: Behind;
  /** Refused or held calls by the steps of the series, from its first; only of the steps that have any. */
  readonly over: readonly { readonly label: string; readonly calls: number }[];
}

/** A policy rarely has more rules that ever refuse; the busiest come first. */
export const RULES_MAX = 60;

/** Every rule that was asked; those that refused something first. */
export async function findingsOf(source: Source, scope: Scope, step: Step): Promise<readonly RuleFindings[]> {
  await source.keep('found', FOUND);
  await source.keep('tripped', TRIPPED);
  const asked = await source.rows(askedIn(scope));
  const found = await source.rows(`SELECT guard, rule, count(*) FILTER (WHERE found = 'deny')::DOUBLE AS denied,
    count(*) FILTER (WHERE found = 'hold')::DOUBLE AS held, count(*) FILTER (WHERE others = 0)::DOUBLE AS alone
    FROM found GROUP BY 1, 2`);
  const trips = await source.rows(`SELECT guard, rule, ${TRIP_COLUMNS} FROM tripped GROUP BY 1, 2`);
  const by = (rows: readonly Row[]): ReadonlyMap<string, Row> => new Map(rows.map((row) => [keyOf(row), row]));
  const [askedBy, foundBy, tripsBy] = [by(asked), by(found), by(trips)];
  const keys = [...new Set([...foundBy.keys(), ...tripsBy.keys(), ...askedBy.keys()])];
  const all = keys.map((key) => askedBy.get(key) ?? foundBy.get(key) ?? tripsBy.get(key) ?? {});
  const weight = (row: Row): number => {
    const own = foundBy.get(keyOf(row)) ?? {};
    return numberIn(own, 'denied') + numberIn(own, 'held');
  };
  const ranked = all.toSorted((a, b) => weight(b) - weight(a) || (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, RULES_MAX);
  const result: RuleFindings[] = [];
  for (const row of ranked) {
    const [guard, rule] = [textIn(row, 'guard'), textIn(row, 'rule')];
    const own = foundBy.get(keyOf(row));
    result.push({
      guard,
      rule,
      asked: numberIn(askedBy.get(keyOf(row)) ?? {}, 'asked'),
      denied: await verdictsOf(source, guard, rule, 'deny', own !== undefined),
      held: await verdictsOf(source, guard, rule, 'hold', own !== undefined),
      alone: numberIn(own ?? {}, 'alone'),
      reasons: own === undefined ? [] : await reasonsOf(source, guard, rule),
      money: own === undefined ? [] : await moneyOf(source, guard, rule),
      trips: behind(tripsBy.get(keyOf(row)) ?? {}, asksToStop(guard, rule, null)),
      tripped: trippedIn(tripsBy.get(keyOf(row)) ?? {}, guard, rule),
      over: own === undefined ? [] : await overTime(source, step, guard, rule),
    });
  }
  return result;
}

const keyOf = (row: Row): string => `${textIn(row, 'guard')}\n${textIn(row, 'rule')}`;

/** Whether a call's findings have such a one of this rule: over the view's own column. */
function mentions(guard: string, rule: string, found: string): string {
  const test = [
    `json_extract_string(x, '$.guard') = ${literal(guard)}`,
    `json_extract_string(x, '$.rule') = ${literal(rule)}`,
    `json_extract_string(x, '$.verdict') = ${literal(found)}`,
  ];
  return `len(list_filter(from_json(coalesce(findings, '[]')::JSON, '["JSON"]'), lambda x: ${test.join(' AND ')})) > 0`;
}

/** One row for each finding that let no call through, and one for each trip. */
const FOUND = `WITH listed AS (SELECT seq, "at", local_at, call, verdict, currency, amount_micros,
    unnest(from_json(findings::JSON, '["JSON"]')) AS finding FROM scoped WHERE stopped)
  SELECT seq, "at", local_at, call, currency, amount_micros, json_extract_string(finding, '$.guard') AS guard, json_extract_string(finding, '$.rule') AS rule,
    json_extract_string(finding, '$.verdict') AS found, coalesce(json_extract_string(finding, '$.reason'), '') AS reason,
    count(*) OVER (PARTITION BY seq) - 1 AS others
  FROM listed WHERE json_type(finding) = 'OBJECT' AND json_extract_string(finding, '$.verdict') IN ('deny', 'hold')`;

/** A trip that was carried out stands in `trips`; one that a graver finding came before, in its own finding alone. */
const TRIPPED = `WITH listed AS (
    SELECT seq, "at", call, true AS carried, unnest(from_json(trips::JSON, '["JSON"]')) AS asked FROM scoped WHERE trips IS NOT NULL
    UNION ALL SELECT seq, "at", call, false AS carried, unnest(from_json(findings::JSON, '["JSON"]')) AS asked FROM scoped WHERE stopped)
  SELECT seq, "at", call, bool_or(carried) AS carried, json_extract_string(asked, '$.guard') AS guard, json_extract_string(asked, '$.rule') AS rule,
    json_extract_string(asked, '$.trip') AS trip FROM listed WHERE json_extract_string(asked, '$.trip') IS NOT NULL
  GROUP BY ALL`;

/** The calls that stopped the agent are the ones to look at: they come before those that something graver had refused already. */
export const TRIP_COLUMNS = `count(*)::DOUBLE AS calls, to_json(arg_min(call, row(NOT carried, seq), ${SHOWN_CALLS}))::VARCHAR AS shown,
  count(*) FILTER (WHERE carried)::DOUBLE AS decided, to_json(arg_min(call, seq, ${SHOWN_CALLS}) FILTER (WHERE carried))::VARCHAR AS shown_decided`;

const trippedIn = (row: Row, guard: string, rule: string): Behind =>
  behind({ calls: row['decided'], shown: row['shown_decided'] }, stopsAgent(guard, rule));

/** Whether a call has a trip of this rule, carried out or not: over the view's own columns. */
export function asksToStop(guard: string, rule: string, trip: string | null): string {
  const both = `list_concat(from_json(coalesce(trips, '[]')::JSON, '["JSON"]'), from_json(coalesce(findings, '[]')::JSON, '["JSON"]'))`;
  return tripIn(both, guard, rule, trip);
}

/** Whether one of them was carried out. */
const stopsAgent = (guard: string, rule: string): string =>
  tripIn(`from_json(coalesce(trips, '[]')::JSON, '["JSON"]')`, guard, rule, null);

function tripIn(list: string, guard: string, rule: string, trip: string | null): string {
  const kind = trip === null ? 'IS NOT NULL' : `= ${literal(trip)}`;
  const test = `json_extract_string(x, '$.guard') = ${literal(guard)} AND json_extract_string(x, '$.rule') = ${literal(rule)}`;
  return `len(list_filter(${list}, lambda x: ${test} AND json_extract_string(x, '$.trip') ${kind})) > 0`;
}

/** Most calls pass the same rules: their lists are counted before they are taken apart. */
const askedIn = (
  scope: Scope,
): string => `WITH lists AS (SELECT findings, count(*) AS n FROM calls WHERE ${scopeWhere(scope)} GROUP BY 1),
  each AS (SELECT n, unnest(from_json(findings::JSON, '["JSON"]')) AS finding FROM lists),
  named AS (SELECT n, CASE json_type(finding) WHEN 'OBJECT' THEN json_extract_string(finding, '$.guard') ELSE split_part(json_extract_string(finding, '$'), ' ', 1) END AS guard,
    CASE json_type(finding) WHEN 'OBJECT' THEN json_extract_string(finding, '$.rule') ELSE substr(json_extract_string(finding, '$'), instr(json_extract_string(finding, '$'), ' ') + 1) END AS rule FROM each)
  SELECT guard, rule, sum(n)::DOUBLE AS asked FROM named GROUP BY 1, 2`;

const ruleIs = (guard: string, rule: string): string => `guard = ${literal(guard)} AND rule = ${literal(rule)}`;

async function verdictsOf(
  source: Source,
  guard: string,
  rule: string,
  found: 'deny' | 'hold',
  any: boolean,
): Promise<Behind> {
  const where = mentions(guard, rule, found);
  if (!any) return { count: 0, calls: [], where };
  const [row = {}] = await source.rows(
    `SELECT ${FIRST_CALLS} FROM found WHERE ${ruleIs(guard, rule)} AND found = '${found}'`,
  );
  return behind(row, where);
}

async function reasonsOf(source: Source, guard: string, rule: string): Promise<RuleFindings['reasons']> {
  const rows = await source.rows(`SELECT reason, count(*)::DOUBLE AS n FROM found WHERE ${ruleIs(guard, rule)}
    GROUP BY 1 ORDER BY n DESC, 1`);
  return rows.map((row) => ({ reason: textIn(row, 'reason'), calls: numberIn(row, 'n') }));
}

async function moneyOf(source: Source, guard: string, rule: string): Promise<readonly Money[]> {
  const holds = `seq IN (SELECT seq FROM found WHERE ${ruleIs(guard, rule)})`;
  return (await moneyWhere(source, holds)).map(({ sum }) => sum);
}

async function overTime(source: Source, step: Step, guard: string, rule: string): Promise<RuleFindings['over']> {
  const rows = await source.rows(`SELECT strftime(${begun(step, 'local_at')}, '%Y-%m-%d %H:%M') AS label,
    count(*)::DOUBLE AS n FROM found WHERE ${ruleIs(guard, rule)} GROUP BY 1 ORDER BY 1`);
  return rows.map((row) => {
    return { label: stepLabel(step, textIn(row, 'label')), calls: numberIn(row, 'n') };
  });
}
