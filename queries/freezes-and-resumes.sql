-- Every freeze: who or what stopped the agent, why, which calls were severed, and who let it work again after how long.
--
-- parameters: agent, since, until
-- columns:
--   resumed       empty: it is frozen still
--   frozen_hours  until it was resumed
SELECT f.ts AS frozen, f.agent, f.trip, f."by" AS stopped_by, f.reason, f."call", json_array_length(f.severed) AS severed,
  r.ts AS resumed, r."by" AS resumed_by, r.reason AS resume_reason, round((r."at" - f."at") / 3600000.0, 2) AS frozen_hours
FROM (SELECT * FROM freezes WHERE (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')) AS f
  ASOF LEFT JOIN resumes AS r ON r.agent = f.agent AND f.seq < r.seq
ORDER BY f.seq;
