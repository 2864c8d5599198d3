-- How much each agent does in each hour of the day (UTC), on how many days: its rhythm, and what is outside of it.
--
-- parameters: agent, since, until
-- columns:
--   days      on which it did anything in that hour
SELECT agent, extract(hour FROM ts) AS hour, count(DISTINCT day) AS days, count(*) AS calls, count(*) FILTER (effect <> 'read') AS writes,
  count(*) FILTER (verdict IN ('deny', 'hold')) AS refused, count(DISTINCT subject) AS subjects
FROM calls
WHERE (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
GROUP BY agent, hour
ORDER BY agent, hour;
