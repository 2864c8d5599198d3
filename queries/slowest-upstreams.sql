-- How long each route's upstream takes, and how often it fails. Milliseconds from sending to the end of the answer.
-- What the door itself answered (made up, overlaid, 501), and what it or the agent cut short, is no upstream's.
--
-- parameters: agent, since, until
-- columns:
--   failed    5xx, or no whole answer
SELECT upstream, route, count(*) AS calls,
  round(quantile_cont(duration_ms, 0.5), 1) AS p50_ms, round(quantile_cont(duration_ms, 0.95), 1) AS p95_ms,
  round(quantile_cont(duration_ms, 0.99), 1) AS p99_ms, max(duration_ms) AS max_ms,
  count(*) FILTER (failure IS NOT NULL OR status >= 500) AS failed,
  round(100.0 * count(*) FILTER (failure IS NOT NULL OR status >= 500) / count(*), 2) AS failed_percent
FROM calls
WHERE verdict = 'allow' AND origin IS NULL AND duration_ms IS NOT NULL
  AND coalesce(failure, '') NOT IN ('unanswerable', 'fault', 'not_sent', 'killed', 'client_gone')
  AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
GROUP BY upstream, route
ORDER BY p95_ms DESC, upstream, route;
