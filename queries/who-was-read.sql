-- Whose data an agent has seen: subjects that were read, how often, and whether the answer held personal data that is sealed.
-- For the data-protection officer's question, and for an agent that reads more than its task needs.
--
-- parameters: agent, since, until, route, top (default 100)
-- columns:
--   reads       answers that arrived whole
--   sealed      the answer, the address or the subject has sealed personal data in it (a route with pii)
SELECT agent, route, subject, count(*) AS reads, count(DISTINCT session) AS sessions,
  bool_or(contains(coalesce(answer, ''), 'sealed_') OR contains(coalesce(answer, ''), 'pseudonym_') OR contains(target, 'sealed_')
    OR contains(target, 'pseudonym_') OR contains(coalesce(subject, ''), 'pseudonym_')) AS sealed,
  min(ts) AS first, max(ts) AS last, any_value(task ORDER BY seq) AS first_task
FROM calls
WHERE effect = 'read' AND (verdict = 'allow' OR origin = 'recorded') AND effectiveness = 'effective'
  AND (getvariable('route') IS NULL OR route = getvariable('route'))
  AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
GROUP BY agent, route, subject
ORDER BY sealed DESC, reads DESC, subject
LIMIT coalesce(getvariable('top')::BIGINT, 100);
