-- What a person should look at first: calls that stand out among an agent's own, each with why.
--
-- Amounts and rates are compared with the agent's own median on the same route, over all that the journal has of it, in median
-- absolute deviations (MAD), which a few outliers do not move. 0.6745 × deviation ÷ MAD is the robust z-score of Iglewicz and Hoaglin,
-- who call 3.5 an outlier. So since bounds what is shown, not what it is compared with.
--
-- parameters: agent, since, until, top (default 50)
-- columns:
--   kind    amount, rate, new_route, new_subject_kind, odd_hour, repeated_subject, or refused_then_changed
--   score   how much it stands out; what is new or odd scores by how much was seen before
--   why     in words
--   call    where to begin, with `interlock why`; of several, the last one
WITH own AS NOT MATERIALIZED (
  SELECT seq, ts, agent, session, route, "call", subject, split_part(subject, ':', 1) AS subject_kind, effect, verdict, amount_micros, currency,
    fingerprint, guard, reason
  FROM calls
  WHERE (getvariable('agent') IS NULL OR agent = getvariable('agent'))
    AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
), totals AS (
  SELECT agent, count(*) AS calls FROM own GROUP BY agent
), money AS (
  SELECT agent, route, "call", seq, ts, subject, amount_micros, currency FROM own WHERE amount_micros IS NOT NULL
), middles AS (
  SELECT agent, route, currency, median(amount_micros) AS middle, count(*) AS seen FROM money GROUP BY agent, route, currency HAVING count(*) >= 8
), deviations AS (
  SELECT agent, route, currency, middle, seen, median(abs(amount_micros - middle)) AS mad
  FROM money JOIN middles USING (agent, route, currency) GROUP BY agent, route, currency, middle, seen
), amount AS (
  SELECT 'amount' AS kind, agent, route, "call", seq, ts, subject, amount_micros, currency,
    0.6745 * abs(amount_micros - middle) / greatest(mad, middle / 100, 1) AS score,
    'against a median of ' || round(middle / 1000000, 2) || ' ' || currency || ' in ' || seen || ' calls' AS why
  FROM money JOIN deviations USING (agent, route, currency)
), minutes AS (
  SELECT agent, route, date_trunc('minute', ts) AS minute, count(*) AS calls FROM own GROUP BY agent, route, minute
), pace AS (
  SELECT agent, route, median(calls) AS middle, count(*) AS seen FROM minutes GROUP BY agent, route HAVING count(*) >= 8
), paces AS (
  SELECT agent, route, middle, seen, median(abs(calls - middle)) AS mad FROM minutes JOIN pace USING (agent, route) GROUP BY agent, route, middle, seen
), crowded AS (
  SELECT agent, route, minute, minutes.calls, middle, seen, 0.6745 * (minutes.calls - middle) / greatest(mad, 1) AS score
  FROM minutes JOIN paces USING (agent, route)
  WHERE 0.6745 * (minutes.calls - middle) / greatest(mad, 1) >= 3.5
  ORDER BY score DESC
  LIMIT 1000
), rate AS (
  SELECT 'rate' AS kind, crowded.agent, crowded.route, arg_min(own."call", own.seq) AS "call", min(own.seq) AS seq, min(own.ts) AS ts, score,
    crowded.calls || ' calls in one minute, against a median of ' || middle || ' in ' || seen || ' minutes with any' AS why
  FROM crowded JOIN own ON own.agent = crowded.agent AND own.route = crowded.route AND date_trunc('minute', own.ts) = crowded.minute
  GROUP BY crowded.agent, crowded.route, crowded.minute, crowded.calls, middle, seen, score
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
  SELECT placed.kind, own.agent, own.route, own."call", own.seq, own.ts, own.subject, own.amount_micros, own.currency, log2(earlier + 1) AS score,
    CASE placed.kind WHEN 'new_route' THEN 'its first call of this route, after ' || earlier || ' of others'
      ELSE 'its first call on any ' || what || ', after ' || earlier || ' on others' END AS why
  FROM placed JOIN own ON own.seq = placed.seq
), hours AS (
  SELECT agent, extract(hour FROM ts) AS hour, count(*) AS calls, arg_max("call", seq) AS "call", max(seq) AS seq, max(ts) AS ts,
    arg_max(route, seq) AS route
  FROM own GROUP BY agent, hour
), odd_hour AS (
  SELECT 'odd_hour' AS kind, agent, route, "call", seq, ts, log2(totals.calls / hours.calls) AS score,
    hours.calls || ' calls between ' || hour || ' and ' || (hour + 1) || ' UTC, of ' || totals.calls || ' altogether' AS why
  FROM hours JOIN totals USING (agent)
  WHERE totals.calls >= 1000 AND hours.calls * 1000 < totals.calls
), written AS (
  SELECT agent, route, subject, currency, count(*) AS calls, max(seq) AS seq, sum(amount_micros) AS amount_micros
  FROM own WHERE effect <> 'read' AND subject IS NOT NULL GROUP BY agent, route, subject, currency
), usual AS (
  SELECT agent, route FROM written GROUP BY agent, route HAVING median(calls) <= 1
), repeated_subject AS (
  SELECT 'repeated_subject' AS kind, own.agent, own.route, own."call", own.seq, own.ts, own.subject, written.amount_micros, written.currency,
    3.5 + log2(written.calls) AS score, written.calls || ' writes on one subject, where one is usual' AS why
  FROM written JOIN usual USING (agent, route) JOIN own ON own.seq = written.seq
  WHERE written.calls > 2
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
    then_micros AS amount_micros, currency, 4.0 AS score,
    'let through right after ' || "call" || ' was refused (' || coalesce(reason, guard, 'no reason') || '): the same route, another request' AS why
  FROM after_refusal
  WHERE verdict = 'deny' AND then_verdict IN ('allow', 'capture') AND then_fingerprint <> fingerprint
)
SELECT kind, round(score, 1) AS score, agent, route, ts, "call", subject, amount_micros, currency, why
FROM (
  FROM amount UNION ALL BY NAME FROM rate UNION ALL BY NAME FROM novel UNION ALL BY NAME FROM odd_hour UNION ALL BY NAME
  FROM repeated_subject UNION ALL BY NAME FROM refused_then_changed
)
WHERE score >= 3.5 AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
ORDER BY score DESC, seq, kind
LIMIT coalesce(getvariable('top')::BIGINT, 50);
