-- Which policy decided how much, and how its refusals compare with the one before: what a change did.
--
-- parameters: agent, since, until
-- columns:
--   refused_percent   denied or held, of all calls under it
SELECT policy, min(ts) AS first_call, max(ts) AS last_call, count(*) AS calls, count(*) FILTER (verdict IN ('deny', 'hold')) AS refused,
  round(100.0 * count(*) FILTER (verdict IN ('deny', 'hold')) / count(*), 2) AS refused_percent,
  count(*) FILTER (effect <> 'read' AND verdict = 'allow') AS writes_sent, count(DISTINCT agent) AS agents
FROM calls
WHERE (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
GROUP BY policy
ORDER BY first_call;
