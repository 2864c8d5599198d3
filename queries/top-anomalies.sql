-- What a person should look at first: what stands out among an agent's own calls, each with why.
--
-- By the measures and weights of the shadow report (docs/shadow-report.md). Amounts are those of writes that were meant: not refused, no
-- repeat with the same idempotency key. They are compared by their logarithms, and counts by twice their root (Anscombe), with the
-- agent's own median on the same route over all that the journal has of it, in robust deviations: 1.4826 times the median absolute
-- deviation (MAD), which a few outliers do not move. Where nearly all values are the same it has a floor: 5 % for amounts, 1 for
-- counts. 3.5 of them are an outlier (Iglewicz and Hoaglin). So since bounds what is shown, not what it is compared with.
--
-- At most 25 of each kind are shown.
--
-- parameters: agent, since, until, top (default 50)
-- columns:
--   kind    amount, rate, new_route, new_subject_kind, odd_hour, repeated_subject, refused_again, or refused_then_changed
--   score   what it weighs, and up to nine more for how strong it is of its kind
--   why     in words
--   call    where to begin, with `interlock why`; of several, the last one, but the first of a busy minute and of refusals
WITH own AS NOT MATERIALIZED (
  SELECT seq, ts, agent, session, route, "call", subject, split_part(subject, ':', 1) AS subject_kind, effect, verdict, amount_micros, currency,
    fingerprint, guard, reason, "key",
    effect <> 'read' AND (verdict = 'allow'
      OR verdict = 'capture' AND (effectiveness IS DISTINCT FROM 'ineffective' OR origin IS NOT DISTINCT FROM 'recorded')) AS taken
  FROM calls
  WHERE (getvariable('agent') IS NULL OR agent = getvariable('agent'))
    AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
), totals AS (
  SELECT agent, count(*) AS calls FROM own GROUP BY agent
), meant AS (
  SELECT agent, session, route, "call", seq, ts, subject, amount_micros, currency FROM own WHERE taken AND "key" IS NULL
  UNION ALL
  SELECT agent, session, any_value(route), arg_min("call", seq), min(seq), min(ts), arg_min(subject, seq), arg_min(amount_micros, seq), arg_min(currency, seq)
  FROM own WHERE taken AND "key" IS NOT NULL GROUP BY agent, session, "key", fingerprint
), money AS (
  SELECT *, ln(amount_micros::DOUBLE) AS size FROM meant WHERE amount_micros > 0
), sizes AS (
  SELECT agent, route, currency, median(size) AS middle, greatest(1.4826 * mad(size), 0.05) AS deviation, count(*) AS seen
  FROM money GROUP BY agent, route, currency HAVING count(*) >= 20
), large AS (
  SELECT money.*, middle, seen, (size - middle) / deviation AS z FROM money JOIN sizes USING (agent, route, currency) WHERE (size - middle) / deviation > 3.5
), amount AS (
  SELECT 'amount' AS kind, agent, route, arg_max("call", seq) AS "call", max(seq) AS seq, max(ts) AS ts, subject, max(amount_micros) AS amount_micros,
    currency, 50 + least(9, floor(max(z) - 3.5)) AS score,
    'against a median of ' || round(exp(any_value(middle)) / 1000000, 2) || ' ' || currency || ' in ' || any_value(seen) || ' writes'
      || CASE WHEN count(*) > 1 THEN '; ' || count(*) || ' such in this session on one subject' ELSE '' END AS why
  FROM large GROUP BY agent, session, route, subject, currency
), minutes AS (
  SELECT agent, route, date_trunc('minute', ts) AS minute, count(*) AS calls, 2 * sqrt(count(*) + 0.375) AS size FROM own GROUP BY agent, route, minute
), paces AS (
  SELECT agent, route, median(calls) AS usual, median(size) AS middle, greatest(1.4826 * mad(size), 1) AS deviation, count(*) AS seen
  FROM minutes GROUP BY agent, route HAVING count(*) >= 20
), crowded AS (
  SELECT agent, route, minute, calls, usual, seen, (size - middle) / deviation AS z
  FROM minutes JOIN paces USING (agent, route)
  WHERE (size - middle) / deviation > 3.5 AND calls >= 5
  ORDER BY z DESC
  LIMIT 1000
), rate AS (
  SELECT 'rate' AS kind, crowded.agent, crowded.route, arg_min(own."call", own.seq) AS "call", min(own.seq) AS seq, min(own.ts) AS ts,
    40 + least(9, floor(z - 3.5)) AS score,
    crowded.calls || ' calls in one minute, against a median of ' || usual || ' in ' || seen || ' minutes with any' AS why
  FROM crowded JOIN own ON own.agent = crowded.agent AND own.route = crowded.route AND date_trunc('minute', own.ts) = crowded.minute
  GROUP BY crowded.agent, crowded.route, crowded.minute, crowded.calls, usual, seen, z
), firsts AS (
  SELECT agent, 'new_route' AS kind, route AS what, min(seq) AS seq FROM own GROUP BY agent, route
  UNION ALL
  SELECT agent, 'new_subject_kind', subject_kind, min(seq) FROM own WHERE subject_kind <> '' GROUP BY agent, subject_kind
), placed AS (
  SELECT firsts.agent, firsts.kind, firsts.what, firsts.seq, count(*) FILTER (own.seq < firsts.seq) AS earlier
  FROM firsts JOIN (SELECT agent, seq FROM own) AS own ON own.agent = firsts.agent
  GROUP BY firsts.agent, firsts.kind, firsts.what, firsts.seq
  HAVING earlier >= 100
), novel AS (
  SELECT placed.kind, own.agent, own.route, own."call", own.seq, own.ts, own.subject, own.amount_micros, own.currency, 35 AS score,
    CASE placed.kind WHEN 'new_route' THEN 'its first call of this route, after ' || earlier || ' of others'
      ELSE 'its first call on any ' || what || ', after ' || earlier || ' on others' END AS why
  FROM placed JOIN own ON own.seq = placed.seq
), hours AS (
  SELECT agent, extract(hour FROM ts) AS hour, count(*) AS calls, arg_max("call", seq) AS "call", max(seq) AS seq, max(ts) AS ts,
    arg_max(route, seq) AS route
  FROM own GROUP BY agent, hour
), odd_hour AS (
  SELECT 'odd_hour' AS kind, agent, route, "call", seq, ts, 30 + least(9, floor(log2(totals.calls / hours.calls / 1000))) AS score,
    hours.calls || ' calls between ' || hour || ' and ' || (hour + 1) || ' UTC, of ' || totals.calls || ' altogether' AS why
  FROM hours JOIN totals USING (agent)
  WHERE totals.calls >= 1000 AND hours.calls * 1000 < totals.calls
), written AS (
  SELECT agent, route, subject, currency, count(*) AS calls, max(seq) AS seq, sum(amount_micros) AS amount_micros
  FROM meant WHERE subject IS NOT NULL GROUP BY agent, route, subject, currency
), usual AS (
  SELECT agent, route FROM written GROUP BY agent, route HAVING median(calls) <= 1
), repeated_subject AS (
  SELECT 'repeated_subject' AS kind, own.agent, own.route, own."call", own.seq, own.ts, own.subject, written.amount_micros, written.currency,
    65 + least(9, floor(written.calls / 2 - 1)) AS score, written.calls || ' writes on one subject, where one is usual' AS why
  FROM written JOIN usual USING (agent, route) JOIN own ON own.seq = written.seq
  WHERE written.calls > 2
), refused_again AS (
  SELECT 'refused_again' AS kind, agent, route, arg_min("call", seq) AS "call", min(seq) AS seq, min(ts) AS ts, subject,
    max(amount_micros) AS amount_micros, arg_min(currency, seq) AS currency, 60 + least(9, floor(count(*) / 3 - 1)) AS score,
    'refused or held ' || count(*) || ' times in one session, first by ' || coalesce(arg_min(guard, seq), 'no guard') AS why
  FROM own WHERE effect <> 'read' AND verdict IN ('deny', 'hold') GROUP BY agent, session, route, subject HAVING count(*) >= 3
), refused AS (
  SELECT DISTINCT agent, session FROM own WHERE effect <> 'read' AND verdict = 'deny'
), after_refusal AS (
  SELECT own.*, lead(fingerprint) OVER w AS then_fingerprint, lead(verdict) OVER w AS then_verdict, lead("call") OVER w AS then_call,
    lead(seq) OVER w AS then_seq, lead(ts) OVER w AS then_ts, lead(amount_micros) OVER w AS then_micros, lead(subject) OVER w AS then_subject
  FROM own JOIN refused ON refused.agent = own.agent AND refused.session = own.session
  WHERE effect <> 'read'
  WINDOW w AS (PARTITION BY own.agent, own.session, own.route ORDER BY own.seq)
), refused_then_changed AS (
  SELECT 'refused_then_changed' AS kind, agent, route, then_call AS "call", then_seq AS seq, then_ts AS ts, then_subject AS subject,
    then_micros AS amount_micros, currency, 80 AS score,
    'let through right after ' || "call" || ' was refused (' || coalesce(reason, guard, 'no reason') || '): the same route, another request' AS why
  FROM after_refusal
  WHERE verdict = 'deny' AND then_verdict IN ('allow', 'capture') AND then_fingerprint <> fingerprint
)
SELECT kind, score::INTEGER AS score, agent, route, ts, "call", subject, amount_micros, currency, why
FROM (
  FROM amount UNION ALL BY NAME FROM rate UNION ALL BY NAME FROM novel UNION ALL BY NAME FROM odd_hour UNION ALL BY NAME
  FROM repeated_subject UNION ALL BY NAME FROM refused_again UNION ALL BY NAME FROM refused_then_changed
)
WHERE ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY score DESC, seq) <= 25
ORDER BY score DESC, seq, kind
LIMIT coalesce(getvariable('top')::BIGINT, 50);
