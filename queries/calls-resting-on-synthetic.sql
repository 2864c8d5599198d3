-- Decisions that rest on answers which no upstream gave: in shadow, a write is captured and answered with something made up,
-- and what the agent did next may be due to that. How strongly: value (it carries an invented id), subject, session.
--
-- parameters: agent, since, until
-- columns:
--   rests_how    see above
--   rests_on     the captured writes
SELECT ts, agent, session, "call", route, subject, amount_micros, currency, verdict, rests_how,
  array_to_string(json_transform(rests_on, '["VARCHAR"]'), ' ') AS rests_on, origin
FROM calls
WHERE rests_how IS NOT NULL
  AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
ORDER BY CASE rests_how WHEN 'value' THEN 0 WHEN 'subject' THEN 1 ELSE 2 END, seq;
