import { ENDING } from './calls.ts';
import { EVENT_VIEWS, eventsOf } from './events.ts';
import { EXTRA_TABLES, type Naming } from './tables.ts';

/**
 * The views that people and programs ask, over the tables of all stretches together.
 *
 * @param all SQL: a table with the rows of every stretch; `calls` with their `day`
 * @param other the same, of what stands beside our tables: `keys`, and those that others want
 */
export function viewsOf(all: Naming, other: (table: string) => string): readonly string[] {
  return [
    view('records', `SELECT seq, "at", ts, kind, "call", agent, session, json FROM ${all('records')}`),
    view('calls', calls(all)),
    ...Object.entries(EVENT_VIEWS).map(([name, events]) => view(name, eventsOf(events, all('events')))),
    view('keys', `SELECT "key", role, seq, "at", "call" FROM ${other('keys')}`),
    ...Object.keys(EXTRA_TABLES).map((name) => view(name, `SELECT * FROM ${other(name)}`)),
  ];
}

/** The columns of `calls` that stand in a call's own record. */
const OWN = [
  'seq at ts day call agent grant task session stage route effect upstream method target body headers opaque subject',
  'amount_micros currency amount_fault items fingerprint key verdict guard rule reason observed limit hint findings trips',
  'approval before rests_how rests_on policy',
].flatMap((line) => line.split(' '));

/** Only endings that came after their call was sealed stand apart: they are few, so this join costs little. */
function calls(all: Naming): string {
  const own = OWN.map((column) => `c."${column}"`);
  const ending = ENDING.map(
    (column) => `CASE WHEN c.ended_seq IS NULL THEN e.${column} ELSE c.${column} END AS ${column}`,
  );
  return `
  SELECT ${[...own, ...ending].join(', ')}
  FROM ${all('calls')} AS c LEFT JOIN (
    SELECT * FROM ${all('ends')} QUALIFY row_number() OVER (PARTITION BY "call" ORDER BY ended_seq) = 1
  ) AS e ON e."call" = c."call" AND c.ended_seq IS NULL AND e.ended_seq > c.seq`;
}

function view(name: string, sql: string): string {
  return `CREATE OR REPLACE VIEW ${name} AS ${sql.trim()}`;
}
