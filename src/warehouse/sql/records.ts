/**
 * The columns by which every record is found, of `lines(json)`: one line of the journal a row.
 * Every other table is made of this one, so that a record is told apart in one place.
 */
export function recordsOf(lines: string): string {
  return `
  SELECT r.seq AS seq, r."at" AS "at", make_timestamp_ms(r."at") AS ts, r.kind AS kind, r."call" AS "call", r.agent AS agent, r.session AS session, json
  FROM (SELECT json, json_transform(json, '${COLUMNS}') AS r FROM (SELECT ${READABLE} AS json FROM ${lines}))`;
}

/**
 * A line with U+FFFD in place of each half of a surrogate pair, which no text of DuckDB's can hold. The journal's writer escapes
 * these alone (`\ud800`); what follows an escaped backslash is text.
 */
const READABLE = String.raw`CASE WHEN contains(json, '\ud') THEN
    replace(regexp_replace(replace(json, '\\', chr(1)), '\\ud[89a-f][0-9a-f]{2}', '\\ufffd', 'g'), chr(1), '\\')
    ELSE json END`;

const COLUMNS = JSON.stringify({
  seq: 'BIGINT',
  at: 'BIGINT',
  kind: 'VARCHAR',
  call: 'VARCHAR',
  agent: 'VARCHAR',
  session: 'VARCHAR',
});
