-- The same request again and again: by one agent, word for word, and how it ended each time.
--
-- parameters: agent, since, until, top (default 50)
-- columns:
--   attempts    how often it was asked for; sent how often it was let through
--   ends        verdicts and answers, in order, the first 20
WITH own AS (
  SELECT seq, ts, "call", agent, session, route, subject, fingerprint, verdict, status, failure
  FROM calls
  WHERE "before" IS NULL AND effect <> 'read'
    AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
    AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
    AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
), again AS (
  SELECT agent, route, subject, fingerprint, count(*) AS attempts, count(*) FILTER (verdict = 'allow') AS sent, min(ts) AS first,
    max(ts) AS last, count(DISTINCT session) AS sessions, arg_min("call", seq) AS first_call
  FROM own
  GROUP BY agent, route, subject, fingerprint
  HAVING count(*) > 1
  ORDER BY attempts DESC, first, first_call
  LIMIT coalesce(getvariable('top')::BIGINT, 50)
)
SELECT again.* EXCLUDE (fingerprint), array_to_string(list(CASE WHEN verdict <> 'allow' THEN verdict WHEN status IS NOT NULL THEN status::VARCHAR
  ELSE coalesce(failure, 'open') END ORDER BY seq)[:20], ' ') AS ends
FROM again JOIN own ON own.agent = again.agent AND own.route = again.route AND own.fingerprint = again.fingerprint
  AND own.subject IS NOT DISTINCT FROM again.subject
GROUP BY ALL
ORDER BY max(again.attempts) DESC, first, first_call;
