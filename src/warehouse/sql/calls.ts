/**
 * What a call's record says, and how it ended.
 *
 * A call and its outcome are two records, and the second may come much later: in another segment, on another day, or never. So
 * there are two tables of whatever part of a journal is looked at: its calls with those endings that stand in the same part,
 * and the endings of calls of earlier parts (`ends`). The view `calls` puts the second into the first.
 */
export function callsOf(records: string, policyBefore: string): string {
  return `
  WITH intents AS (
    SELECT seq, "at", ts, "call", agent, session, json_transform(json, '${CALL}') AS r FROM ${records} WHERE kind = 'call'
  ), ends AS (${endingsOf(records)}
  ), policies AS (
    SELECT seq, json_extract_string(json, '$.digest') AS policy FROM ${records} WHERE kind = 'policy'
    UNION ALL SELECT 0, ${policyBefore}
  ), decided AS (
    SELECT *, CASE WHEN r.verdict <> 'allow' THEN json_transform(list_filter(json_transform(r.findings, '["JSON"]'),
      lambda f: json_extract_string(f, '$.verdict') = r.verdict)[1], '${FINDING}') END AS f
    FROM intents
  )
  SELECT i.seq, i."at", i.ts, i."call", i.agent, r."grant" AS "grant", r.task AS task, i.session, r.stage AS stage, r.route AS route,
    r.effect AS effect, r.upstream AS upstream, r.method AS method, r.target AS target, r.body AS body, r.headers AS headers,
    r.opaque AS opaque, r.facts.subject AS subject, TRY_CAST(r.facts.amount.micros AS BIGINT) AS amount_micros,
    r.facts.amount.currency AS currency,
    CASE WHEN r.facts.amount.fault IS NOT NULL THEN r.facts.amount.fault
      WHEN r.facts.amount.micros IS NOT NULL AND TRY_CAST(r.facts.amount.micros AS BIGINT) IS NULL
      THEN 'beyond 9 trillion' END AS amount_fault,
    r.facts.items AS items, r.facts.fingerprint AS fingerprint, r.facts."key" AS "key", r.verdict AS verdict,
    f.guard AS guard, f."rule" AS "rule", f.reason AS reason, f.observed AS observed, f."limit" AS "limit", f.hint AS hint,
    r.findings AS findings, r.trips AS trips, r.approval AS approval, r.before AS "before",
    r.rests.how AS rests_how, r.rests."on" AS rests_on, p.policy AS policy,
    ${ENDING.map((column) => `e.${column} AS ${column}`).join(', ')}
  FROM decided i LEFT JOIN ends e ON e."call" = i."call" AND e.ended_seq > i.seq
    ASOF LEFT JOIN policies p ON i.seq >= p.seq`;
}

/** How calls of earlier parts ended; `calls` says which there are in this one. */
export function endsOf(records: string, calls: string): string {
  return `SELECT * FROM (${endingsOf(records)}) AS e WHERE NOT EXISTS (SELECT 1 FROM ${calls} AS c WHERE c."call" = e."call")`;
}

/** The columns of `calls` that its ending gives. */
export const ENDING =
  'ended_seq ended_at effectiveness status failure duration_ms answer answer_bytes content_type origin merged unmerged'.split(
    ' ',
  );

/** The first record that ends a call: its outcome, or a start that found it open, so that nobody will ever know (I3). */
function endingsOf(records: string): string {
  return `
  SELECT first."call", first.ended_seq, first.ended_at, CASE WHEN o."call" IS NULL THEN 'unknown' ELSE o.r.effectiveness END AS effectiveness,
    o.r.status AS status, CASE WHEN o."call" IS NULL THEN 'crash' ELSE o.r.failure END AS failure, o.r.durationMs AS duration_ms,
    o.r.answer AS answer, o.r.answerBytes AS answer_bytes, o.r.contentType AS content_type, o.r.origin AS origin,
    o.r.merged AS merged, o.r.unmerged AS unmerged
  FROM (
    SELECT "call", min(seq) AS ended_seq, arg_min("at", seq) AS ended_at FROM (
      SELECT "call", seq, "at" FROM ${records} WHERE kind = 'outcome'
      UNION ALL SELECT unnest(json_transform(json_extract(json, '$.unknown'), '["VARCHAR"]')), seq, "at" FROM ${records} WHERE kind = 'recovery'
    ) WHERE "call" IS NOT NULL GROUP BY "call"
  ) AS first LEFT JOIN (
    SELECT seq, "call", json_transform(json, '${OUTCOME}') AS r FROM ${records} WHERE kind = 'outcome'
  ) AS o ON o.seq = first.ended_seq`;
}

const CALL = JSON.stringify({
  grant: 'VARCHAR',
  task: 'VARCHAR',
  stage: 'VARCHAR',
  route: 'VARCHAR',
  effect: 'VARCHAR',
  upstream: 'VARCHAR',
  method: 'VARCHAR',
  target: 'VARCHAR',
  body: 'VARCHAR',
  headers: 'JSON',
  opaque: 'JSON',
  facts: {
    subject: 'VARCHAR',
    amount: { micros: 'VARCHAR', currency: 'VARCHAR', fault: 'VARCHAR' },
    items: 'BIGINT',
    fingerprint: 'VARCHAR',
    key: 'VARCHAR',
  },
  verdict: 'VARCHAR',
  findings: 'JSON',
  trips: 'JSON',
  approval: 'VARCHAR',
  before: 'VARCHAR',
  rests: { how: 'VARCHAR', on: 'JSON' },
});

const FINDING = JSON.stringify({
  guard: 'VARCHAR',
  rule: 'VARCHAR',
  reason: 'VARCHAR',
  observed: 'VARCHAR',
  limit: 'VARCHAR',
  hint: 'VARCHAR',
});

const OUTCOME = JSON.stringify({
  effectiveness: 'VARCHAR',
  status: 'INTEGER',
  failure: 'VARCHAR',
  durationMs: 'DOUBLE',
  answer: 'VARCHAR',
  answerBytes: 'BIGINT',
  contentType: 'VARCHAR',
  origin: 'VARCHAR',
  merged: 'JSON',
  unmerged: 'JSON',
});
