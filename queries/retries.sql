-- The same request again and again: by one agent, word for word, and how it ended each time.
--
-- parameters: agent, since, until, top (default 50)
-- columns:
--   attempts    how often it was asked for; sent how often it was let through
--   ends        verdicts and answers, in order, the first 20
SELECT agent, route, subject, count(*) AS attempts, count(*) FILTER (verdict = 'allow') AS sent, min(ts) AS first, max(ts) AS last,
  count(DISTINCT session) AS sessions, any_value("call" ORDER BY seq) AS first_call,
  array_to_string(list(CASE WHEN verdict <> 'allow' THEN verdict WHEN status IS NOT NULL THEN status::VARCHAR
    ELSE coalesce(failure, 'open') END ORDER BY seq)[:20], ' ') AS ends
FROM calls
WHERE "before" IS NULL AND effect <> 'read'
  AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
GROUP BY agent, route, subject, fingerprint
HAVING count(*) > 1
ORDER BY attempts DESC, first
LIMIT coalesce(getvariable('top')::BIGINT, 50);
