-- Interlock's views over a journal, for the DuckDB CLI: no Interlock is needed, and nothing is written.
--
--     duckdb
--     D SET VARIABLE data = '.interlock';
--     D .read queries/views.sql
--     D FROM calls LIMIT 10;
--     D SET VARIABLE agent = 'refunds-bot';            -- what the named queries take: agent, route, since, until, top
--     D SET VARIABLE since = now()::TIMESTAMP - INTERVAL 1 DAY;
--     D .read queries/top-anomalies.sql
--
-- It reads all segments into memory once, whatever is sealed; a line that is still being written is passed over. `keys` has the
-- identifiers that are columns: those inside of requests and answers are in `warehouse/keys/*.parquet`, once they are sealed.
-- docs/warehouse.md tells of every column.
SET VARIABLE data = coalesce(getvariable('data'), '.interlock');
SET TimeZone = 'UTC';

CREATE OR REPLACE TEMP TABLE journal_records AS 
  SELECT r.seq AS seq, r."at" AS "at", make_timestamp_ms(r."at") AS ts, r.kind AS kind, r."call" AS "call", r.agent AS agent, r.session AS session, json
  FROM (SELECT json, json_transform(json, '{"seq":"BIGINT","at":"BIGINT","kind":"VARCHAR","call":"VARCHAR","agent":"VARCHAR","session":"VARCHAR"}') AS r FROM (SELECT CASE WHEN contains(json, '\ud') THEN
    replace(regexp_replace(replace(json, '\\', chr(1)), '\\ud[89a-f][0-9a-f]{2}', '\\ufffd', 'g'), chr(1), '\\')
    ELSE json END AS json FROM (SELECT json FROM read_csv(getvariable('data') || '/segments/*.ndjson', columns = {'json': 'VARCHAR'}, delim = chr(1), quote = '', escape = '', header = false, auto_detect = false,
    strict_mode = false, max_line_size = 33554432, buffer_size = 41943040, ignore_errors = true) WHERE regexp_matches(json, ',"hash":"[0-9a-f]{64}"\}$'))));

CREATE OR REPLACE TEMP TABLE journal_calls AS 
  WITH intents AS (
    SELECT seq, "at", ts, "call", agent, session, json_transform(json, '{"grant":"VARCHAR","task":"VARCHAR","stage":"VARCHAR","route":"VARCHAR","effect":"VARCHAR","upstream":"VARCHAR","method":"VARCHAR","target":"VARCHAR","body":"VARCHAR","headers":"JSON","opaque":"JSON","facts":{"subject":"VARCHAR","amount":{"micros":"VARCHAR","currency":"VARCHAR","fault":"VARCHAR"},"items":"BIGINT","fingerprint":"VARCHAR","key":"VARCHAR"},"verdict":"VARCHAR","findings":"JSON","trips":"JSON","approval":"VARCHAR","before":"VARCHAR","rests":{"how":"VARCHAR","on":"JSON"}}') AS r FROM journal_records WHERE kind = 'call'
  ), ends AS (
  SELECT first."call", first.ended_seq, first.ended_at, CASE WHEN o."call" IS NULL THEN 'unknown' ELSE o.r.effectiveness END AS effectiveness,
    o.r.status AS status, CASE WHEN o."call" IS NULL THEN 'crash' ELSE o.r.failure END AS failure, o.r.durationMs AS duration_ms,
    o.r.answer AS answer, o.r.answerBytes AS answer_bytes, o.r.contentType AS content_type, o.r.origin AS origin,
    o.r.merged AS merged, o.r.unmerged AS unmerged
  FROM (
    SELECT "call", min(seq) AS ended_seq, arg_min("at", seq) AS ended_at FROM (
      SELECT "call", seq, "at" FROM journal_records WHERE kind = 'outcome'
      UNION ALL SELECT unnest(json_transform(json_extract(json, '$.unknown'), '["VARCHAR"]')), seq, "at" FROM journal_records WHERE kind = 'recovery'
    ) WHERE "call" IS NOT NULL GROUP BY "call"
  ) AS first LEFT JOIN (
    SELECT seq, "call", json_transform(json, '{"effectiveness":"VARCHAR","status":"INTEGER","failure":"VARCHAR","durationMs":"DOUBLE","answer":"VARCHAR","answerBytes":"BIGINT","contentType":"VARCHAR","origin":"VARCHAR","merged":"JSON","unmerged":"JSON"}') AS r FROM journal_records WHERE kind = 'outcome'
  ) AS o ON o.seq = first.ended_seq
  ), policies AS (
    SELECT seq, json_extract_string(json, '$.digest') AS policy FROM journal_records WHERE kind = 'policy'
    UNION ALL SELECT 0, NULL
  ), decided AS (
    SELECT *, CASE WHEN r.verdict <> 'allow' THEN json_transform(list_filter(json_transform(r.findings, '["JSON"]'),
      lambda f: json_extract_string(f, '$.verdict') = r.verdict)[1], '{"guard":"VARCHAR","rule":"VARCHAR","reason":"VARCHAR","observed":"VARCHAR","limit":"VARCHAR","hint":"VARCHAR"}') END AS f
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
    e.ended_seq AS ended_seq, e.ended_at AS ended_at, e.effectiveness AS effectiveness, e.status AS status, e.failure AS failure, e.duration_ms AS duration_ms, e.answer AS answer, e.answer_bytes AS answer_bytes, e.content_type AS content_type, e.origin AS origin, e.merged AS merged, e.unmerged AS unmerged
  FROM decided i LEFT JOIN ends e ON e."call" = i."call" AND e.ended_seq > i.seq
    ASOF LEFT JOIN policies p ON i.seq >= p.seq;

CREATE OR REPLACE TEMP TABLE journal_ends AS SELECT * FROM (
  SELECT first."call", first.ended_seq, first.ended_at, CASE WHEN o."call" IS NULL THEN 'unknown' ELSE o.r.effectiveness END AS effectiveness,
    o.r.status AS status, CASE WHEN o."call" IS NULL THEN 'crash' ELSE o.r.failure END AS failure, o.r.durationMs AS duration_ms,
    o.r.answer AS answer, o.r.answerBytes AS answer_bytes, o.r.contentType AS content_type, o.r.origin AS origin,
    o.r.merged AS merged, o.r.unmerged AS unmerged
  FROM (
    SELECT "call", min(seq) AS ended_seq, arg_min("at", seq) AS ended_at FROM (
      SELECT "call", seq, "at" FROM journal_records WHERE kind = 'outcome'
      UNION ALL SELECT unnest(json_transform(json_extract(json, '$.unknown'), '["VARCHAR"]')), seq, "at" FROM journal_records WHERE kind = 'recovery'
    ) WHERE "call" IS NOT NULL GROUP BY "call"
  ) AS first LEFT JOIN (
    SELECT seq, "call", json_transform(json, '{"effectiveness":"VARCHAR","status":"INTEGER","failure":"VARCHAR","durationMs":"DOUBLE","answer":"VARCHAR","answerBytes":"BIGINT","contentType":"VARCHAR","origin":"VARCHAR","merged":"JSON","unmerged":"JSON"}') AS r FROM journal_records WHERE kind = 'outcome'
  ) AS o ON o.seq = first.ended_seq) AS e WHERE NOT EXISTS (SELECT 1 FROM journal_calls AS c WHERE c."call" = e."call");

CREATE OR REPLACE TEMP TABLE journal_events AS SELECT * FROM journal_records WHERE kind NOT IN ('call', 'outcome');

CREATE OR REPLACE TEMP VIEW records AS SELECT seq, "at", ts, kind, "call", agent, session, json FROM (SELECT *, ts::DATE AS day FROM journal_records);

CREATE OR REPLACE TEMP VIEW calls AS SELECT c."seq", c."at", c."ts", c."day", c."call", c."agent", c."grant", c."task", c."session", c."stage", c."route", c."effect", c."upstream", c."method", c."target", c."body", c."headers", c."opaque", c."subject", c."amount_micros", c."currency", c."amount_fault", c."items", c."fingerprint", c."key", c."verdict", c."guard", c."rule", c."reason", c."observed", c."limit", c."hint", c."findings", c."trips", c."approval", c."before", c."rests_how", c."rests_on", c."policy", CASE WHEN c.ended_seq IS NULL THEN e.ended_seq ELSE c.ended_seq END AS ended_seq, CASE WHEN c.ended_seq IS NULL THEN e.ended_at ELSE c.ended_at END AS ended_at, CASE WHEN c.ended_seq IS NULL THEN e.effectiveness ELSE c.effectiveness END AS effectiveness, CASE WHEN c.ended_seq IS NULL THEN e.status ELSE c.status END AS status, CASE WHEN c.ended_seq IS NULL THEN e.failure ELSE c.failure END AS failure, CASE WHEN c.ended_seq IS NULL THEN e.duration_ms ELSE c.duration_ms END AS duration_ms, CASE WHEN c.ended_seq IS NULL THEN e.answer ELSE c.answer END AS answer, CASE WHEN c.ended_seq IS NULL THEN e.answer_bytes ELSE c.answer_bytes END AS answer_bytes, CASE WHEN c.ended_seq IS NULL THEN e.content_type ELSE c.content_type END AS content_type, CASE WHEN c.ended_seq IS NULL THEN e.origin ELSE c.origin END AS origin, CASE WHEN c.ended_seq IS NULL THEN e.merged ELSE c.merged END AS merged, CASE WHEN c.ended_seq IS NULL THEN e.unmerged ELSE c.unmerged END AS unmerged
  FROM (SELECT *, ts::DATE AS day FROM journal_calls) AS c LEFT JOIN (
    SELECT * FROM journal_ends QUALIFY row_number() OVER (PARTITION BY "call" ORDER BY ended_seq) = 1
  ) AS e ON e."call" = c."call" AND c.ended_seq IS NULL AND e.ended_seq > c.seq;

CREATE OR REPLACE TEMP VIEW refusals AS SELECT seq, "at", ts, r."status" AS "status", r."reason" AS "reason", r."detail" AS "detail", r."agent" AS "agent", r."grant" AS "grant", r."method" AS "method", r."target" AS "target", r."flood" AS "flood"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"status":"INTEGER","reason":"VARCHAR","detail":"VARCHAR","agent":"VARCHAR","grant":"VARCHAR","method":"VARCHAR","target":"VARCHAR","flood":"JSON"}') AS r FROM journal_events WHERE kind = 'refusal');

CREATE OR REPLACE TEMP VIEW freezes AS SELECT seq, "at", ts, r."agent" AS "agent", r."trip" AS "trip", r."by" AS "by", r."reason" AS "reason", r."call" AS "call", r."severed" AS "severed", r."cause" AS "cause", r."trail" AS "trail", r."levels" AS "levels", r."proof" AS "proof"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"agent":"VARCHAR","trip":"VARCHAR","by":"VARCHAR","reason":"VARCHAR","call":"VARCHAR","severed":"JSON","cause":"JSON","trail":"JSON","levels":"JSON","proof":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'freeze');

CREATE OR REPLACE TEMP VIEW assents AS SELECT seq, "at", ts, r."agent" AS "agent", r."by" AS "by", r."reason" AS "reason", r."freeze" AS "freeze", r."proof" AS "proof"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"agent":"VARCHAR","by":"VARCHAR","reason":"VARCHAR","freeze":"BIGINT","proof":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'assent');

CREATE OR REPLACE TEMP VIEW resumes AS SELECT seq, "at", ts, r."agent" AS "agent", r."by" AS "by", r."reason" AS "reason", r."proof" AS "proof"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"agent":"VARCHAR","by":"VARCHAR","reason":"VARCHAR","proof":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'resume');

CREATE OR REPLACE TEMP VIEW reviews AS SELECT seq, "at", ts, r."call" AS "call", r."agent" AS "agent", r."approved" AS "approved", r."by" AS "by", r."reason" AS "reason", r."proof" AS "proof"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"call":"VARCHAR","agent":"VARCHAR","approved":"BOOLEAN","by":"VARCHAR","reason":"VARCHAR","proof":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'review');

CREATE OR REPLACE TEMP VIEW assessments AS SELECT seq, "at", ts, r."call" AS "call", r."agent" AS "agent", r."opinion" AS "opinion", r."by" AS "by", r."reason" AS "reason", r."proof" AS "proof"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"call":"VARCHAR","agent":"VARCHAR","opinion":"VARCHAR","by":"VARCHAR","reason":"VARCHAR","proof":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'assessment');

CREATE OR REPLACE TEMP VIEW standings AS SELECT seq, "at", ts, r."agent" AS "agent", r."policy" AS "policy", r."was" AS "was", r."stands" AS "stands", r."claims" AS "claims", r."cause" AS "cause", r."by" AS "by", r."reason" AS "reason", r."proof" AS "proof"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"agent":"VARCHAR","policy":"VARCHAR","was":"VARCHAR","stands":"VARCHAR","claims":"JSON","cause":"JSON","by":"VARCHAR","reason":"VARCHAR","proof":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'standing');

CREATE OR REPLACE TEMP VIEW notes AS SELECT seq, "at", ts, r."agent" AS "agent", r."grant" AS "grant", r."session" AS "session", r."call" AS "call", r."text" AS "text"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"agent":"VARCHAR","grant":"VARCHAR","session":"VARCHAR","call":"VARCHAR","text":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'note');

CREATE OR REPLACE TEMP VIEW pages AS SELECT seq, "at", ts, r."page" AS "page", r."channel" AS "channel", r."attempt" AS "attempt", r."outcome" AS "outcome", r."status" AS "status", r."detail" AS "detail"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"page":"VARCHAR","channel":"VARCHAR","attempt":"INTEGER","outcome":"VARCHAR","status":"INTEGER","detail":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'page');

CREATE OR REPLACE TEMP VIEW grants AS SELECT seq, "at", ts, r."grant" AS "grant", r."tokenHash" AS "token_hash", r."agent" AS "agent", r."task" AS "task", r."environment" AS "environment", r."routes" AS "routes", r."values" AS "values", r."certificate" AS "certificate", r."identity" AS "identity", r."expiresAt" AS "expires_at", r."parent" AS "parent", r."by" AS "by", r."proof" AS "proof"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"grant":"VARCHAR","tokenHash":"VARCHAR","agent":"VARCHAR","task":"VARCHAR","environment":"VARCHAR","routes":"JSON","values":"JSON","certificate":"VARCHAR","identity":"VARCHAR","expiresAt":"BIGINT","parent":"VARCHAR","by":"VARCHAR","proof":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'grant');

CREATE OR REPLACE TEMP VIEW revokes AS SELECT seq, "at", ts, r."grant" AS "grant", r."by" AS "by", r."proof" AS "proof"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"grant":"VARCHAR","by":"VARCHAR","proof":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'revoke');

CREATE OR REPLACE TEMP VIEW policies AS SELECT seq, "at", ts, r."digest" AS "digest", r."file" AS "file", r."text" AS "text", r."includes" AS "includes", r."documents" AS "documents", r."channels" AS "channels"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"digest":"VARCHAR","file":"VARCHAR","text":"VARCHAR","includes":"JSON","documents":"JSON","channels":"JSON"}') AS r FROM journal_events WHERE kind = 'policy');

CREATE OR REPLACE TEMP VIEW recoveries AS SELECT seq, "at", ts, r."epoch" AS "epoch", r."unknown" AS "unknown", r."engine" AS "engine", r."clock" AS "clock", r."mocked" AS "mocked", r."quarantined" AS "quarantined", r."vault" AS "vault", r."quarantinedBefore" AS "quarantined_before"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"epoch":"BIGINT","unknown":"JSON","engine":"VARCHAR","clock":"JSON","mocked":"BOOLEAN","quarantined":"JSON","vault":"VARCHAR","quarantinedBefore":"JSON"}') AS r FROM journal_events WHERE kind = 'recovery');

CREATE OR REPLACE TEMP VIEW users AS SELECT seq, "at", ts, r."user" AS "user", r."change" AS "change", r."roles" AS "roles", r."tokenHash" AS "token_hash", r."subject" AS "subject", r."by" AS "by", r."proof" AS "proof"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"user":"VARCHAR","change":"VARCHAR","roles":"JSON","tokenHash":"VARCHAR","subject":"VARCHAR","by":"VARCHAR","proof":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'user');

CREATE OR REPLACE TEMP VIEW sign_ins AS SELECT seq, "at", ts, r."what" AS "what", r."user" AS "user", r."proof" AS "proof", r."address" AS "address", r."failures" AS "failures", r."others" AS "others"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"what":"VARCHAR","user":"VARCHAR","proof":"VARCHAR","address":"VARCHAR","failures":"INTEGER","others":"INTEGER"}') AS r FROM journal_events WHERE kind = 'sign-in');

CREATE OR REPLACE TEMP VIEW checkpoints AS SELECT seq, "at", ts, r."size" AS "size", r."root" AS "root", r."note" AS "note"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"size":"BIGINT","root":"VARCHAR","note":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'checkpoint');

CREATE OR REPLACE TEMP VIEW unrecorded AS SELECT seq, "at", ts, r."since" AS "since", r."why" AS "why", r."calls" AS "calls", r."refusals" AS "refusals", r."notes" AS "notes"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"since":"BIGINT","why":"VARCHAR","calls":"BIGINT","refusals":"BIGINT","notes":"BIGINT"}') AS r FROM journal_events WHERE kind = 'unrecorded');

CREATE OR REPLACE TEMP VIEW erasures AS SELECT seq, "at", ts, r."person" AS "person", r."keys" AS "keys", r."values" AS "values", r."by" AS "by", r."reason" AS "reason", r."proof" AS "proof"
  FROM (SELECT seq, "at", ts, json_transform(json, '{"person":"VARCHAR","keys":"JSON","values":"BIGINT","by":"VARCHAR","reason":"VARCHAR","proof":"VARCHAR"}') AS r FROM journal_events WHERE kind = 'erase');

CREATE OR REPLACE TEMP VIEW keys AS SELECT "key", role, seq, "at", "call" FROM (SELECT "call" AS "key", 'call' AS role, seq, "at", "call" FROM journal_calls WHERE "call" IS NOT NULL
  UNION ALL SELECT agent AS "key", 'agent' AS role, seq, "at", "call" FROM journal_calls WHERE agent IS NOT NULL
  UNION ALL SELECT session AS "key", 'session' AS role, seq, "at", "call" FROM journal_calls WHERE session IS NOT NULL
  UNION ALL SELECT subject AS "key", 'subject' AS role, seq, "at", "call" FROM journal_calls WHERE subject IS NOT NULL
  UNION ALL SELECT "grant" AS "key", 'grant' AS role, seq, "at", "call" FROM journal_calls WHERE "grant" IS NOT NULL
  UNION ALL SELECT task AS "key", 'task' AS role, seq, "at", "call" FROM journal_calls WHERE task IS NOT NULL
  UNION ALL SELECT "call", 'call', seq, "at", "call" FROM journal_records WHERE kind = 'outcome');
