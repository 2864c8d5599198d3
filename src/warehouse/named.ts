import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Instant } from '../std/clock.ts';
import { literal } from './sql/literal.ts';

/** A question that somebody put into SQL for others: a file of `queries/`. */
export interface NamedQuery {
  readonly name: string;
  /** What it answers. */
  readonly answers: string;
  readonly parameters: readonly string[];
  /** What its columns mean, where their names do not say it. */
  readonly columns: readonly string[];
  /** The statement, comments included. */
  readonly sql: string;
}

/** What a named query may be told: variables of DuckDB's, which a person sets with `SET VARIABLE agent = 'refunds-bot'`. */
export interface Variables {
  readonly agent?: string | undefined;
  readonly route?: string | undefined;
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
  readonly top?: number | undefined;
}

/** Beside the sources in a checkout, and beside what was built of them in the package: three levels up in both. */
const QUERIES = path.join(import.meta.dirname, '../../queries');
const VIEWS = 'views.sql';

export function namedQueries(): readonly NamedQuery[] {
  return readdirSync(QUERIES)
    .filter((file) => file.endsWith('.sql') && file !== VIEWS)
    .sort()
    .map((file) => namedQuery(path.basename(file, '.sql')) as NamedQuery);
}

export function namedQuery(name: string): NamedQuery | undefined {
  const file = path.join(QUERIES, `${name}.sql`);
  if (!/^[a-z-]+$/.test(name) || !existsSync(file)) return undefined;
  const sql = readFileSync(file, 'utf8');
  const comment = sql
    .split('\n')
    .slice(
      0,
      sql.split('\n').findIndex((line) => !line.startsWith('--')),
    )
    .map((line) => line.slice(3));
  const listed = comment.findIndex((line) => line.startsWith('parameters:'));
  const end = comment.indexOf('');
  return {
    name,
    answers: comment.slice(0, end).join(' '),
    parameters: (comment[listed] ?? '')
      .slice('parameters:'.length)
      .split(',')
      .map((one) => one.trim()),
    columns: comment.slice(comment.indexOf('columns:') + 1).map((line) => line.trim()),
    sql,
  };
}

/** The statements that set them, where they are given. */
export function settingOf({ agent, route, since, until, top }: Variables): readonly string[] {
  const given: readonly [string, string | undefined][] = [
    ['agent', agent === undefined ? undefined : literal(agent)],
    ['route', route === undefined ? undefined : literal(route)],
    ['since', since === undefined ? undefined : `make_timestamp_ms(${Math.trunc(since)})`],
    ['until', until === undefined ? undefined : `make_timestamp_ms(${Math.trunc(until)})`],
    ['top', top === undefined ? undefined : String(Math.trunc(top))],
  ];
  return given.flatMap(([name, value]) => (value === undefined ? [] : [`SET VARIABLE ${name} = ${value}`]));
}
