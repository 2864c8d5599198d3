import { unreachable } from '../../std/assert.ts';
import { callsOf, ENDING, endsOf } from './calls.ts';
import { EVENT_VIEWS, eventsOf } from './events.ts';
import { recordsOf } from './records.ts';

/**
 * The tables that a stretch of the journal becomes, in the order in which they are made: each may ask those before it.
 * Written to Parquet for what is sealed, held in memory for the tail.
 */
export const TABLES = ['records', 'calls', 'ends', 'events'] as const;
export type Table = (typeof TABLES)[number];

/** @param name how the tables of this stretch are called; @param lines its lines; @param policyBefore SQL: the digest in force before it */
export function tableOf(table: Table, name: (table: Table) => string, lines: string, policyBefore: string): string {
  switch (table) {
    case 'records':
      return recordsOf(lines);
    case 'calls':
      return callsOf(name('records'), policyBefore);
    case 'ends':
      return endsOf(name('records'), name('calls'));
    case 'events':
      return `SELECT * FROM ${name('records')} WHERE kind NOT IN ('call', 'outcome')`;
    default:
      return unreachable(table);
  }
}

/**
 * The views that people and programs ask, over the tables of all stretches together.
 *
 * @param all SQL: a table with the rows of every stretch
 * @param keys SQL: a table (key, role, seq, "at", call)
 */
export function viewsOf(all: (table: Table) => string, keys: string): readonly string[] {
  return [
    view(
      'records',
      `SELECT seq, "at", make_timestamp_ms("at") AS ts, kind, "call", agent, session, json FROM ${all('records')}`,
    ),
    view('calls', calls(all)),
    ...Object.entries(EVENT_VIEWS).map(([name, events]) => view(name, eventsOf(events, all('events')))),
    view('keys', `SELECT "key", role, seq, "at", "call" FROM ${keys}`),
  ];
}

/** How many endings stand apart from their calls is how many crossed a seal: few, so that this join costs little. */
function calls(all: (table: Table) => string): string {
  const own =
    `seq at ts day call agent grant task session stage route effect upstream method target body headers opaque subject
    amount_micros currency amount_fault items fingerprint key verdict guard rule reason observed limit hint findings trips approval
    before rests_how rests_on policy`.split(/\s+/);
  const columns = own.map((column) => {
    if (column === 'ts') return 'make_timestamp_ms(c."at") AS ts';
    if (column === 'day') return 'make_timestamp_ms(c."at")::DATE AS day';
    return `c."${column}"`;
  });
  const ending = ENDING.map(
    (column) => `CASE WHEN c.ended_seq IS NULL THEN e.${column} ELSE c.${column} END AS ${column}`,
  );
  return `
  SELECT ${[...columns, ...ending].join(', ')}
  FROM ${all('calls')} AS c LEFT JOIN (
    SELECT * FROM ${all('ends')} QUALIFY row_number() OVER (PARTITION BY "call" ORDER BY ended_seq) = 1
  ) AS e ON e."call" = c."call" AND c.ended_seq IS NULL AND e.ended_seq > c.seq`;
}

function view(name: string, sql: string): string {
  return `CREATE OR REPLACE VIEW ${name} AS ${sql.trim()}`;
}
