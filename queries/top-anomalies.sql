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
WITH own AS (
  SELECT * FROM calls
  WHERE (getvariable('agent') IS NULL OR agent = getvariable('agent'))
    AND ts < coalesce(getvariable('until')::TIMESTAMP, TIMESTAMP '9999-12-31')
), money AS (
  SELECT *, median(amount_micros) OVER w AS middle, count(*) OVER w AS seen
  FROM own WHERE amount_micros IS NOT NULL
  WINDOW w AS (PARTITION BY agent, route, currency)
), deviating AS (
  SELECT *, median(abs(amount_micros - middle)) OVER (PARTITION BY agent, route, currency) AS mad FROM money
), amount AS (
  SELECT 'amount' AS kind, agent, route, "call", seq, ts, subject, amount_micros, currency,
    0.6745 * abs(amount_micros - middle) / greatest(mad, middle / 100, 1) AS score,
    'against a median of ' || round(middle / 1000000, 2) || ' ' || currency || ' in ' || seen || ' calls' AS why
  FROM deviating WHERE seen >= 8
), minutes AS (
  SELECT agent, route, date_trunc('minute', ts) AS minute, count(*) AS calls, arg_min("call", seq) AS "call", min(seq) AS seq, min(ts) AS ts
  FROM own GROUP BY agent, route, minute
), paced AS (
  SELECT *, median(calls) OVER w AS middle, count(*) OVER w AS seen FROM minutes WINDOW w AS (PARTITION BY agent, route)
), pace AS (
  SELECT *, median(abs(calls - middle)) OVER (PARTITION BY agent, route) AS mad FROM paced
), rate AS (
  SELECT 'rate' AS kind, agent, route, "call", seq, ts, NULL AS subject, NULL AS amount_micros, NULL AS currency,
    0.6745 * (calls - middle) / greatest(mad, 1) AS score,
    calls || ' calls in one minute, against a median of ' || middle || ' in ' || seen || ' minutes with any' AS why
  FROM pace WHERE seen >= 8 AND calls > middle
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY agent ORDER BY seq) AS nth, row_number() OVER (PARTITION BY agent, route ORDER BY seq) AS nth_of_route,
    row_number() OVER (PARTITION BY agent, split_part(subject, ':', 1) ORDER BY seq) AS nth_of_kind
  FROM own
), new_route AS (
  SELECT 'new_route' AS kind, agent, route, "call", seq, ts, subject, amount_micros, currency, log2(nth) AS score,
    'its first call of this route, after ' || (nth - 1) || ' of others' AS why
  FROM numbered WHERE nth_of_route = 1 AND nth > 100
), new_subject_kind AS (
  SELECT 'new_subject_kind' AS kind, agent, route, "call", seq, ts, subject, amount_micros, currency, log2(nth) AS score,
    'its first call on any ' || split_part(subject, ':', 1) || ', after ' || (nth - 1) || ' on others' AS why
  FROM numbered WHERE subject IS NOT NULL AND nth_of_kind = 1 AND nth > 100 AND nth_of_route > 1
), hours AS (
  SELECT agent, extract(hour FROM ts) AS hour, count(*) AS calls, arg_max("call", seq) AS "call", max(seq) AS seq, max(ts) AS ts,
    arg_max(route, seq) AS route
  FROM own GROUP BY agent, hour
), odd_hour AS (
  SELECT 'odd_hour' AS kind, agent, route, "call", seq, ts, NULL AS subject, NULL AS amount_micros, NULL AS currency,
    log2(sum(calls) OVER w / calls) AS score,
    calls || ' calls between ' || hour || ' and ' || (hour + 1) || ' UTC, of ' || sum(calls) OVER w || ' altogether' AS why
  FROM hours
  WINDOW w AS (PARTITION BY agent)
  QUALIFY sum(calls) OVER w >= 1000 AND calls * 1000 < sum(calls) OVER w
), repeated AS (
  SELECT agent, route, subject, count(*) AS calls, arg_max("call", seq) AS "call", max(seq) AS seq, max(ts) AS ts, sum(amount_micros) AS amount_micros,
    currency
  FROM own WHERE effect <> 'read' AND subject IS NOT NULL GROUP BY agent, route, subject, currency
), repeated_subject AS (
  SELECT 'repeated_subject' AS kind, agent, route, "call", seq, ts, subject, amount_micros, currency, 3.5 + log2(calls) AS score,
    calls || ' writes on one subject, where one is usual' AS why
  FROM repeated QUALIFY calls > 2 AND median(calls) OVER (PARTITION BY agent, route) <= 1
), after_refusal AS (
  SELECT *, lead(fingerprint) OVER w AS then_fingerprint, lead(verdict) OVER w AS then_verdict, lead("call") OVER w AS then_call,
    lead(seq) OVER w AS then_seq, lead(ts) OVER w AS then_ts, lead(amount_micros) OVER w AS then_micros, lead(subject) OVER w AS then_subject
  FROM own WHERE effect <> 'read' WINDOW w AS (PARTITION BY agent, session, route ORDER BY seq)
), refused_then_changed AS (
  SELECT 'refused_then_changed' AS kind, agent, route, then_call AS "call", then_seq AS seq, then_ts AS ts, then_subject AS subject,
    then_micros AS amount_micros, currency, 4.0 AS score,
    'let through right after ' || "call" || ' was refused (' || coalesce(reason, guard, 'no reason') || '): the same route, another request' AS why
  FROM after_refusal
  WHERE verdict = 'deny' AND then_verdict IN ('allow', 'capture') AND then_fingerprint <> fingerprint
)
SELECT kind, round(score, 1) AS score, agent, route, ts, "call", subject, amount_micros, currency, why
FROM (
  FROM amount UNION ALL BY NAME FROM rate UNION ALL BY NAME FROM new_route UNION ALL BY NAME FROM new_subject_kind UNION ALL BY NAME
  FROM odd_hour UNION ALL BY NAME FROM repeated_subject UNION ALL BY NAME FROM refused_then_changed
)
WHERE score >= 3.5 AND ts >= coalesce(getvariable('since')::TIMESTAMP, TIMESTAMP '1970-01-01')
ORDER BY score DESC, seq
LIMIT coalesce(getvariable('top')::BIGINT, 50);
