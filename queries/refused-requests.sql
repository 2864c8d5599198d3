-- Requests that never became a call: unreadable, without a grant, ambiguous. A flood of one kind is an attack or a broken client.
--
-- parameters: since, until
-- columns:
--   requests    those that a record of a flood stands for included
SELECT status, reason, agent, method, sum(coalesce((flood ->> '$.count')::BIGINT, 1)) AS requests, min(ts) AS first, max(ts) AS last,
  arg_max(detail, seq) AS last_detail, arg_max(target, seq) AS last_target
FROM refusals
WHERE ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
GROUP BY status, reason, agent, method
ORDER BY requests DESC, status, reason;
