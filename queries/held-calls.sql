-- What was held for a human, and what became of it: who decided, after how long, and whether the agent used the approval.
--
-- parameters: agent, since, until
-- columns:
--   decided      approved, refused, or waits
--   used_by      the call that the approval let through
SELECT h.ts AS held, h.agent, h.route, h.subject, h.amount_micros, h.currency, h.reason, h."call",
  CASE WHEN r.approved IS NULL THEN 'waits' WHEN r.approved THEN 'approved' ELSE 'refused' END AS decided, r."by" AS decided_by,
  r.reason AS why, round((r."at" - h."at") / 60000.0, 1) AS minutes, u."call" AS used_by, u.effectiveness
FROM (SELECT * FROM calls WHERE verdict = 'hold' AND (getvariable('agent') IS NULL OR agent = getvariable('agent'))
  AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
  AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')) AS h
  LEFT JOIN (SELECT "call", arg_max(approved, seq) AS approved, arg_max("by", seq) AS "by", arg_max(reason, seq) AS reason, max("at") AS "at"
    FROM reviews GROUP BY "call") AS r ON r."call" = h."call"
  LEFT JOIN (SELECT approval, min("call") AS "call", any_value(effectiveness) AS effectiveness FROM calls WHERE approval IS NOT NULL GROUP BY approval) AS u
    ON u.approval = h."call"
ORDER BY h.seq;
