-- Which rule refuses what, and how often: the first place to look when an agent is stuck, or when a rule is too strict.
--
-- parameters: agent, since, until
-- columns:
--   calls, sessions, agents   how many were refused by this rule for this reason
--   amount_micros             what they would have moved
--   hint                      what the agent was told, of the last one
SELECT guard, "rule", reason, route, verdict, count(*) AS calls, count(DISTINCT session) AS sessions, count(DISTINCT agent) AS agents,
  sum(amount_micros) AS amount_micros, currency, min(ts) AS first, max(ts) AS last, arg_max(hint, seq) AS hint
FROM calls
WHERE verdict IN ('deny', 'hold')
  AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
GROUP BY guard, "rule", reason, route, verdict, currency
ORDER BY calls DESC, guard, "rule", reason, route;
