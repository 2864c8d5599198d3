import { csvOf, WHOLE } from './lines.ts';
import { EXTRA_TABLES, TABLES, tableOf, type Naming } from './tables.ts';
import { viewsOf } from './views.ts';

/**
 * `queries/views.sql`: the views for whoever has DuckDB and no Interlock. Made of the same SQL as ours, from the evidence alone.
 * A test holds the file to this text.
 */
export function preamble(): string {
  const named: Naming = (table) => `journal_${table}`;
  const lines = `(SELECT json FROM ${csvOf(`getvariable('data') || '/segments/*.ndjson'`, true)} WHERE ${WHOLE})`;
  const tables = TABLES.map(
    (table) => `CREATE OR REPLACE TEMP TABLE ${named(table)} AS ${tableOf(table, named, lines, 'NULL')};`,
  );
  const extra = Object.entries(EXTRA_TABLES).map(
    ([name, { sql }]) => `CREATE OR REPLACE TEMP TABLE journal_${name} AS ${sql(named)};`,
  );
  const all = (table: string): string => {
    if (table === 'keys') return KEYS;
    return table === 'records' || table === 'calls'
      ? `(SELECT *, ts::DATE AS day FROM journal_${table})`
      : `journal_${table}`;
  };
  const views = viewsOf(all, all).map((sql) => `${sql.replace('REPLACE VIEW', 'REPLACE TEMP VIEW')};`);
  return `${HEAD}\n${[...tables, ...extra, ...views].join('\n\n')}\n`;
}

const HEAD = `-- Interlock's views over a journal, for the DuckDB CLI: no Interlock is needed, and nothing is written.
--
--     duckdb
--     D SET VARIABLE data = '.interlock';
--     D .read queries/views.sql
--     D FROM calls LIMIT 10;
--     D SET VARIABLE agent = 'refunds-bot';            -- what the named queries take: agent, route, since, until, top
--     D SET VARIABLE since = now()::TIMESTAMP - INTERVAL 1 DAY;
--     D .read queries/top-anomalies.sql
--
-- It reads all segments into memory once, whatever is sealed; a line that is still being written is passed over. \`keys\` has the
-- identifiers that are columns: those inside of requests and answers are in \`warehouse/keys/*.parquet\`, once they are sealed.
-- docs/warehouse.md tells of every column.
SET VARIABLE data = coalesce(getvariable('data'), '.interlock');
SET TimeZone = 'UTC';
`;

const ROLES: Readonly<Record<string, string>> = {
  call: '"call"',
  agent: 'agent',
  session: 'session',
  subject: 'subject',
  grant: '"grant"',
  task: 'task',
};

const KEYS = `(${Object.entries(ROLES)
  .map(
    ([role, column]) =>
      `SELECT ${column} AS "key", '${role}' AS role, seq, "at", "call" FROM journal_calls WHERE ${column} IS NOT NULL`,
  )
  .join('\n  UNION ALL ')}
  UNION ALL SELECT "call", 'call', seq, "at", "call" FROM journal_records WHERE kind = 'outcome')`;
