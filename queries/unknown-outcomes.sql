-- Writes of which nobody knows whether they took effect. Each counts as spent until somebody has looked at the upstream.
--
-- parameters: agent, since, until, top (default 500)
-- columns:
--   why          timeout, reset, crash, a 5xx …; open: no outcome is on record yet
--   key          the idempotency key that it was sent with: ask the upstream for it
SELECT ts, agent, route, subject, amount_micros, currency, "call", coalesce(failure, CASE WHEN ended_seq IS NULL THEN 'open' ELSE 'status ' || status END) AS why,
  status, "key", session
FROM calls
WHERE (verdict = 'allow' OR origin = 'recorded') AND effect <> 'read' AND coalesce(effectiveness, 'unknown') = 'unknown'
  AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
ORDER BY amount_micros DESC NULLS LAST, seq
LIMIT coalesce(getvariable('top')::BIGINT, 500);
