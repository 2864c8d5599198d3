import type { Money } from '../../std/money.ts';
import type { Anomalies } from '../anomalies/anomalies.ts';
import { behind, FIRST_CALLS, type Behind } from './behind.ts';
import { moneyWhere } from './intents.ts';
import { MEANT, STOPPED } from './scope.ts';
import { equals, literal, numberIn, textIn, type Source } from './source.ts';

/** What somebody who knows says of one call: right, wrong (`harmful`), or `null` where they do not know either. */
export interface Label {
  readonly call: string;
  readonly harmful: boolean | null;
  readonly reason: string;
}

/**
 * Labels beside what was recorded. They come from outside and a reviewer has none of them: nothing else in the report knows of
 * them, and what it says about an agent must not be read as something that a reviewer could have seen.
 */
export interface Evaluation {
  /** Where the labels came from, as named. */
  readonly file: string;
  readonly labels: number;
  /** Labels of calls that are not in the report's scope. */
  readonly elsewhere: number;
  readonly writes: readonly LabelledWrites[];
  readonly routes: readonly LabelledRoute[];
  readonly reasons: readonly { readonly reason: string; readonly behind: Behind }[];
  /** How often the ranked anomalies name a wrong write, by test: of the calls that they show. */
  readonly anomalies: readonly { readonly test: string; readonly shown: number; readonly harmful: number }[];
}

export interface LabelledWrites {
  readonly fate: 'meant' | 'stopped';
  readonly good: Behind;
  readonly harmful: Behind;
  /** Labelled, and nobody knows. */
  readonly unknown: Behind;
  readonly unlabelled: Behind;
  readonly harmfulMoney: readonly Money[];
}

export interface LabelledRoute {
  readonly route: string;
  readonly meant: number;
  readonly harmfulMeant: Behind;
  readonly stopped: number;
  readonly harmfulStopped: number;
  /** Right, and stopped all the same. */
  readonly goodStopped: number;
}

const REASONS_MAX = 12;

export async function evaluationOf(
  source: Source,
  file: string,
  labels: readonly Label[],
  anomalies: Pick<Anomalies, 'ranked'>,
): Promise<Evaluation> {
  await load(source, labels);
  const [counts = {}] = await source.rows(`SELECT count(*)::DOUBLE AS n,
    count(*) FILTER (WHERE call NOT IN (SELECT call FROM scoped))::DOUBLE AS elsewhere FROM labels`);
  return {
    file,
    labels: numberIn(counts, 'n'),
    elsewhere: numberIn(counts, 'elsewhere'),
    writes: [await fateOf(source, 'meant', MEANT), await fateOf(source, 'stopped', `effect <> 'read' AND ${STOPPED}`)],
    routes: await routesOf(source),
    reasons: await reasonsOf(source),
    anomalies: await hitsOf(source, anomalies),
  };
}

/** What a study labels by hand or by program; the statement that takes them in holds them all. */
export const LABELS_MAX = 500_000;

async function load(source: Source, labels: readonly Label[]): Promise<void> {
  const rows = labels.map(({ call, harmful, reason }) => ({ call, harmful, reason }));
  const form = '[{"call": "VARCHAR", "harmful": "BOOLEAN", "reason": "VARCHAR"}]';
  const all = `SELECT unnest(from_json(${literal(JSON.stringify(rows))}, '${form}'), recursive := true)`;
  await source.keep(
    'labels',
    `SELECT call, any_value(harmful) AS harmful, any_value(reason) AS reason FROM (${all}) GROUP BY call`,
  );
}

/** The view `calls` knows no labels: who wants all of them is shown how many there are, and the first. */
async function labelled(source: Source, holds: string, label: string): Promise<Behind> {
  const [row = {}] = await source.rows(
    `SELECT ${FIRST_CALLS} FROM scoped LEFT JOIN labels USING (call) WHERE ${holds} AND ${label}`,
  );
  return behind(row, holds);
}

async function fateOf(source: Source, fate: LabelledWrites['fate'], holds: string): Promise<LabelledWrites> {
  const harmful = `${holds} AND call IN (SELECT call FROM labels WHERE harmful)`;
  return {
    fate,
    good: await labelled(source, holds, 'harmful = false'),
    harmful: await labelled(source, holds, 'harmful'),
    unknown: await labelled(source, holds, 'harmful IS NULL AND call IN (SELECT call FROM labels)'),
    unlabelled: await labelled(source, holds, 'call NOT IN (SELECT call FROM labels)'),
    harmfulMoney: (await moneyWhere(source, harmful)).map(({ sum }) => sum),
  };
}

async function routesOf(source: Source): Promise<readonly LabelledRoute[]> {
  const rows = await source.rows(`SELECT route, count(*) FILTER (WHERE meant)::DOUBLE AS meant,
      count(*) FILTER (WHERE stopped)::DOUBLE AS stopped, count(*) FILTER (WHERE stopped AND harmful)::DOUBLE AS harmful_stopped,
      count(*) FILTER (WHERE stopped AND harmful = false)::DOUBLE AS good_stopped,
      count(*) FILTER (WHERE meant AND harmful)::DOUBLE AS calls,
      to_json(arg_min(call, seq, 3) FILTER (WHERE meant AND harmful))::VARCHAR AS shown
    FROM scoped JOIN labels USING (call) WHERE effect <> 'read' GROUP BY 1 ORDER BY calls DESC, route`);
  return rows.map((row) => ({
    route: textIn(row, 'route'),
    meant: numberIn(row, 'meant'),
    harmfulMeant: behind(row, `${MEANT} AND ${equals('route', textIn(row, 'route'))}`),
    stopped: numberIn(row, 'stopped'),
    harmfulStopped: numberIn(row, 'harmful_stopped'),
    goodStopped: numberIn(row, 'good_stopped'),
  }));
}

async function reasonsOf(source: Source): Promise<Evaluation['reasons']> {
  const rows = await source.rows(`SELECT labels.reason AS why, ${FIRST_CALLS} FROM scoped JOIN labels USING (call)
    WHERE harmful AND meant GROUP BY 1 ORDER BY calls DESC, 1 LIMIT ${REASONS_MAX}`);
  return rows.map((row) => ({ reason: textIn(row, 'why'), behind: behind(row, MEANT) }));
}

async function hitsOf(source: Source, { ranked }: Pick<Anomalies, 'ranked'>): Promise<Evaluation['anomalies']> {
  const harmful = new Set(
    (await source.rows('SELECT call FROM labels WHERE harmful')).map((row) => textIn(row, 'call')),
  );
  const tests = Map.groupBy(ranked, ({ test }) => test);
  return [...tests].map(([test, found]) => {
    const shown = new Set(found.flatMap(({ behind: own }) => own.calls));
    return { test, shown: shown.size, harmful: [...shown].filter((call) => harmful.has(call)).length };
  });
}
