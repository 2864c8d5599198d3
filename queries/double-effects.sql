-- One subject, one route, and more than one write that took effect, or may have: the refund that was paid twice.
--
-- parameters: agent, since, until
-- columns:
--   effects      confirmed by the upstream
--   unknown      nobody saw how these ended
--   calls_made   the calls, in order, the first 20: `interlock why` tells of each
SELECT route, subject, count(*) FILTER (effectiveness = 'effective') AS effects,
  count(*) FILTER (coalesce(effectiveness, 'unknown') = 'unknown') AS unknown, count(DISTINCT agent) AS agents,
  sum(amount_micros) AS amount_micros, currency, min(ts) AS first, max(ts) AS last,
  array_to_string(list("call" ORDER BY seq)[:20], ' ') AS calls_made
FROM calls
WHERE effect <> 'read' AND verdict = 'allow' AND subject IS NOT NULL AND coalesce(effectiveness, 'unknown') <> 'ineffective'
  AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
GROUP BY route, subject, currency
HAVING count(*) > 1
ORDER BY count(*) DESC, amount_micros DESC NULLS LAST, subject;
