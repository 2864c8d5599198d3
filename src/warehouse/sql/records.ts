/**
 * The columns by which every record is found, of `lines(json)`: one line of the journal a row.
 * Every other table is made of this one, so that a record is told apart in one place.
 */
export function recordsOf(lines: string): string {
  return `
  SELECT r.seq AS seq, r."at" AS "at", r.kind AS kind, r."call" AS "call", r.agent AS agent, r.session AS session, json
  FROM (SELECT json::VARCHAR AS json, json_transform(json, '${COLUMNS}') AS r FROM ${lines} WHERE json IS NOT NULL)`;
}

const COLUMNS = JSON.stringify({
  seq: 'BIGINT',
  at: 'BIGINT',
  kind: 'VARCHAR',
  call: 'VARCHAR',
  agent: 'VARCHAR',
  session: 'VARCHAR',
});
