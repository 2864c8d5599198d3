-- What each agent spent, day by day (UTC), and what it would have spent where a write was captured or refused.
--
-- parameters: agent, since, until
-- columns:
--   sent             let through by the door, or made in a recording without it, whatever this policy says of them
--   spent_micros     of those: confirmed by the upstream
--   unknown_micros   nobody saw how it ended: it counts as spent until somebody looks
--   captured_micros  meant in shadow; sent in a recording alone, and then it stands under spent as well
--   refused_micros   denied or held; the same
SELECT day, agent, currency,
  count(*) FILTER (verdict = 'allow' OR origin = 'recorded') AS sent,
  coalesce(sum(amount_micros) FILTER ((verdict = 'allow' OR origin = 'recorded') AND effectiveness = 'effective'), 0) AS spent_micros,
  coalesce(sum(amount_micros) FILTER ((verdict = 'allow' OR origin = 'recorded') AND coalesce(effectiveness, 'unknown') = 'unknown'), 0) AS unknown_micros,
  coalesce(sum(amount_micros) FILTER (verdict = 'capture'), 0) AS captured_micros,
  coalesce(sum(amount_micros) FILTER (verdict IN ('deny', 'hold')), 0) AS refused_micros
FROM calls
WHERE amount_micros IS NOT NULL
  AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
GROUP BY day, agent, currency
ORDER BY day, agent, currency;
