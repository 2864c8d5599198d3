-- One line for each session: how long, how much, how often it was refused, what it moved, and what it said last.
--
-- parameters: agent, since, until, top (default 200)
-- columns:
--   moved_micros   confirmed or unknown; empty where it is of several currencies
--   last_note      the agent's own words
WITH own AS (
  SELECT agent, session, min(ts) AS began, round((max("at") - min("at")) / 1000.0, 1) AS seconds, count(*) AS calls,
    count(*) FILTER (effect <> 'read') AS writes, count(*) FILTER (verdict IN ('deny', 'hold')) AS refused,
    count(*) FILTER (verdict = 'capture') AS captured, count(DISTINCT subject) AS subjects,
    CASE WHEN count(DISTINCT currency) <= 1 THEN
      sum(amount_micros) FILTER ((verdict = 'allow' OR origin = 'recorded') AND coalesce(effectiveness, 'unknown') <> 'ineffective') END AS moved_micros,
    CASE WHEN count(DISTINCT currency) <= 1 THEN any_value(currency) ELSE 'several' END AS currency, any_value(task) AS task, arg_max(verdict, seq) AS last_verdict, arg_max(route, seq) AS last_route
  FROM calls
  WHERE (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
  GROUP BY agent, session
), said AS (
  SELECT agent, session, arg_max("text", seq) AS last_note FROM notes GROUP BY agent, session
)
SELECT own.*, said.last_note FROM own LEFT JOIN said USING (agent, session)
ORDER BY began DESC, agent, session
LIMIT coalesce(getvariable('top')::BIGINT, 200);
