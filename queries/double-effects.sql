-- One subject, one route, and more than one write that took effect, or may have: the refund that was paid twice.
-- What a recording holds happened there, also where this policy would have refused it.
--
-- parameters: agent, since, until, top (default 500)
-- columns:
--   effects      confirmed by the upstream
--   unknown      nobody saw how these ended
--   calls_made   the calls, in order, the first 20: `interlock why` tells of each
WITH own AS (
  SELECT seq, ts, "call", agent, route, subject, currency, amount_micros, coalesce(effectiveness, 'unknown') AS effectiveness
  FROM calls
  WHERE effect <> 'read' AND (verdict = 'allow' OR origin = 'recorded') AND subject IS NOT NULL AND coalesce(effectiveness, 'unknown') <> 'ineffective'
    AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
    AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
    AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
), twice AS (
  SELECT route, subject, currency, count(*) FILTER (effectiveness = 'effective') AS effects,
    count(*) FILTER (effectiveness = 'unknown') AS unknown, count(DISTINCT agent) AS agents,
    sum(amount_micros) AS amount_micros, min(ts) AS first, max(ts) AS last
  FROM own
  GROUP BY route, subject, currency
  HAVING count(*) > 1
  ORDER BY count(*) DESC, sum(amount_micros) DESC NULLS LAST, subject, route, currency
  LIMIT coalesce(getvariable('top')::BIGINT, 500)
)
SELECT twice.*, array_to_string(list(own."call" ORDER BY own.seq)[:20], ' ') AS calls_made
FROM twice JOIN own ON own.route = twice.route AND own.subject = twice.subject AND own.currency IS NOT DISTINCT FROM twice.currency
GROUP BY ALL
ORDER BY max(twice.effects + twice.unknown) DESC, max(twice.amount_micros) DESC NULLS LAST, subject, route, currency;
