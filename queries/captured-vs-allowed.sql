-- What an agent's writes came to, route by route: sent, captured in shadow, held for a human, refused.
--
-- parameters: agent, since, until
-- columns:
--   *_micros    what those calls move, or would have moved
SELECT agent, stage, route, effect, count(*) AS calls,
  count(*) FILTER (verdict = 'allow') AS allowed, count(*) FILTER (verdict = 'capture') AS captured,
  count(*) FILTER (verdict = 'hold') AS held, count(*) FILTER (verdict = 'deny') AS denied,
  sum(amount_micros) FILTER (verdict = 'allow') AS allowed_micros, sum(amount_micros) FILTER (verdict = 'capture') AS captured_micros,
  sum(amount_micros) FILTER (verdict IN ('hold', 'deny')) AS refused_micros, currency
FROM calls
WHERE effect <> 'read'
  AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
GROUP BY agent, stage, route, effect, currency
ORDER BY agent, route, stage;
