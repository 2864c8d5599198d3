-- Every grant: whose, for what, how much it is used, and when it ends. An old one that nobody uses is one to revoke.
--
-- parameters: agent
-- columns:
--   last_used     empty: never
SELECT g."grant", g.agent, g.task, g.environment, g.parent, g."by" AS made_by, g.ts AS made, make_timestamp_ms(g.expires_at) AS expires,
  v.ts AS revoked, coalesce(u.calls, 0) AS calls, coalesce(u.refused, 0) AS refused, u.last_used
FROM grants AS g
  LEFT JOIN (SELECT "grant", min(ts) AS ts FROM revokes GROUP BY "grant") AS v ON v."grant" = g."grant"
  LEFT JOIN (SELECT "grant", count(*) AS calls, count(*) FILTER (verdict IN ('deny', 'hold')) AS refused, max(ts) AS last_used
    FROM calls GROUP BY "grant") AS u ON u."grant" = g."grant"
WHERE getvariable('agent') IS NULL OR g.agent = getvariable('agent')
ORDER BY g.seq;
