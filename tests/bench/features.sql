-- The matrix of scoring.features.matrix in one statement: all features of the catalogue, one row a person.
-- Money of one currency, links of one step and undos that name no act: the rest of what the product does is left out.
-- Nobody here has a text, a peer, an audience, a campaign or a word on them, so what is made of those is written down as what it is.
WITH who AS (
    SELECT c.id AS contact, COALESCE(l.contact_id, c.id) AS person
    FROM ingestion_contact c
    LEFT JOIN ingestion_identitylink l ON l.tenant_id = c.tenant_id AND l.client_id = c.client_id AND l.key = c.key
                                      AND l.ended_at IS NULL AND l.known_at < %(as_of)s
    WHERE c.tenant_id = %(tenant)s
), acts AS MATERIALIZED (
    SELECT who.person, trunc(extract(epoch FROM %(as_of)s - e.occurred_at))::int / 86400 AS day,
           e.kind, e.rung, e.nature, e.direction, e.words, e.asks, e.automated, e.ext_id, e.in_reply_to, e.thread,
           e.post, e.occurred_at, e.asks_price, e.asks_how_to_buy, e.asks_availability, e.rung >= 5 OR (e.rung >= 3 AND e.words > 1) AS says
    FROM ingestion_engagement e JOIN who ON who.contact = e.contact_id
    WHERE e.tenant_id = %(tenant)s AND e.known_at < %(as_of)s
), undone AS (
    SELECT person, direction, post, max(occurred_at) AS until
    FROM acts WHERE kind = 'unlike' AND in_reply_to = '' GROUP BY person, direction, post
), own AS MATERIALIZED (
    SELECT a.*, CASE WHEN a.rung BETWEEN 3 AND 4 AND a.words BETWEEN 0 AND 1 THEN 1 ELSE a.rung END AS step
    FROM acts a LEFT JOIN undone u ON a.kind IN ('like', 'reaction') AND u.person = a.person
                                  AND u.direction = a.direction AND u.post = a.post
    WHERE a.nature = 1 AND a.direction IN ('inbound', 'two-sided') AND NOT a.automated
      AND (u.until IS NULL OR a.occurred_at > u.until)
), days AS (
    SELECT person, day, least(count(*) FILTER (WHERE step >= 1), 3) AS n1, least(count(*) FILTER (WHERE step >= 2), 3) AS n2,
           least(count(*) FILTER (WHERE step >= 3), 3) AS n3, least(count(*) FILTER (WHERE step >= 4), 3) AS n4,
           least(count(*) FILTER (WHERE step >= 5), 3) AS n5, least(count(*) FILTER (WHERE step >= 6), 3) AS n6,
           least(count(*) FILTER (WHERE step >= 7), 3) AS n7
    FROM own GROUP BY person, day
), ladder AS (
    SELECT person, sum(n1 * 0.5 ^ (day / 14.0::float8)) AS ladder_1, sum(n2 * 0.5 ^ (day / 21.0::float8)) AS ladder_2,
           sum(n3 * 0.5 ^ (day / 30.0::float8)) AS ladder_3, sum(n4 * 0.5 ^ (day / 45.0::float8)) AS ladder_4,
           sum(n5 * 0.5 ^ (day / 90.0::float8)) AS ladder_5, sum(n6 * 0.5 ^ (day / 120.0::float8)) AS ladder_6,
           sum(n7 * 0.5 ^ (day / 180.0::float8)) AS ladder_7
    FROM days GROUP BY person
), refusals AS (
    SELECT person, count(*) AS refused FROM acts
    WHERE nature = 0 AND direction IN ('inbound', 'two-sided') GROUP BY person
), talked AS (
    SELECT person, count(*) FILTER (WHERE says) AS qualified, count(DISTINCT day) FILTER (WHERE says) AS qualified_days,
           count(*) FILTER (WHERE says AND (words >= 5 OR rung >= 5)) AS turns_5,
           count(*) FILTER (WHERE says AND (words >= 15 OR rung >= 5)) AS turns_15,
           count(*) FILTER (WHERE says AND (words >= 40 OR rung >= 5)) AS turns_40,
           count(*) FILTER (WHERE asks) AS questions, count(*) FILTER (WHERE asks_price) AS asks_price,
           count(*) FILTER (WHERE asks_how_to_buy) AS asks_how_to_buy,
           count(*) FILTER (WHERE asks_availability) AS asks_availability
    FROM own WHERE day < 365 AND rung >= 3 GROUP BY person
), presence AS (
    SELECT person, count(*) AS met, count(*) FILTER (WHERE rung >= 6) AS spoke, count(*) FILTER (WHERE rung >= 7) AS wrote
    FROM own WHERE rung >= 5 GROUP BY person
), software AS (
    SELECT person, count(*) AS automated_acts FROM acts
    WHERE nature = 1 AND direction <> 'outbound' AND automated GROUP BY person
), ours AS MATERIALIZED (
    SELECT person, thread, in_reply_to, says FROM acts WHERE direction = 'outbound' AND nature = 1 AND day < 365
), answers AS (
    SELECT o.person, count(*) AS answered FROM own o
    JOIN (SELECT DISTINCT person, in_reply_to FROM ours WHERE in_reply_to <> '') a
      ON a.person = o.person AND a.in_reply_to = o.ext_id
    WHERE o.day < 365 AND o.rung >= 3 GROUP BY o.person
), threads AS (
    SELECT o.person, min(o.day) AS last FROM own o
    JOIN (SELECT DISTINCT person, thread FROM ours WHERE thread <> '' AND says) a
      ON a.person = o.person AND a.thread = o.thread
    WHERE o.day < 365 AND o.says GROUP BY o.person, o.thread
), fresh AS (
    SELECT person, sum(0.5 ^ (last / 60.0::float8)) AS conversations_fresh FROM threads GROUP BY person
), results AS (
    SELECT who.person, trunc(extract(epoch FROM %(as_of)s - f.occurred_at))::int / 86400 AS day,
           f.kind, f.value, f.ext_id, f.refund_of
    FROM ingestion_outcome f JOIN who ON who.contact = f.contact_id
    WHERE f.tenant_id = %(tenant)s AND f.known_at < %(as_of)s
), bought AS (
    SELECT person, count(DISTINCT day) AS purchases, sum(0.5 ^ (day / 60.0::float8)) AS purchases_fresh,
           sum(value)::float8 AS purchase_value,
           100.0 * count(DISTINCT day) / greatest(max(day), 30) AS purchase_pace
    FROM results p WHERE kind = 'purchase'
      AND NOT EXISTS (SELECT FROM results r WHERE r.kind = 'refund' AND r.refund_of = p.ext_id)
    GROUP BY person
), others AS (
    SELECT person, sum(0.5 ^ (day / 60.0::float8)) AS other_outcomes
    FROM results WHERE kind NOT IN ('purchase', 'refund') GROUP BY person
), moments AS (
    SELECT person, day, CASE WHEN day < 365 THEN day - lag(day) OVER (PARTITION BY person ORDER BY day) END AS gap
    FROM (SELECT person, day FROM own UNION ALL SELECT person, day FROM results WHERE kind <> 'refund') m
), constancy AS (
    SELECT person, least(min(day), 365) AS recency, least(max(day), 3650) AS tenure,
           count(DISTINCT day / 7) FILTER (WHERE day < 182) AS active_weeks,
           greatest(COALESCE(max(gap), 0), COALESCE(min(day) FILTER (WHERE day < 365), 365)) AS longest_silence,
           count(*) FILTER (WHERE day < 28) / 4.0::float8
           - count(*) FILTER (WHERE day >= 28 AND day < 112) / 12.0::float8 AS trend
    FROM moments GROUP BY person
)
SELECT person, COALESCE(recency, 365)::float8, COALESCE(purchases_fresh, 0)::float8, COALESCE(qualified, 0)::float8,
       COALESCE(ladder_3, 0)::float8, COALESCE(purchases, 0)::float8, COALESCE(ladder_1, 0)::float8,
       COALESCE(conversations_fresh, 0)::float8, COALESCE(tenure, 0)::float8, COALESCE(active_weeks, 0)::float8,
       COALESCE(ladder_4, 0)::float8, COALESCE(ladder_5, 0)::float8, COALESCE(ladder_6, 0)::float8,
       COALESCE(ladder_7, 0)::float8, COALESCE(ladder_2, 0)::float8, least(COALESCE(purchase_pace, 0), 100)::float8,
       COALESCE(purchase_value, 0)::float8, COALESCE(other_outcomes, 0)::float8, COALESCE(qualified_days, 0)::float8,
       COALESCE(turns_5, 0)::float8, COALESCE(turns_15, 0)::float8, COALESCE(turns_40, 0)::float8,
       COALESCE(questions, 0)::float8, COALESCE(answered, 0)::float8, COALESCE(longest_silence, 365)::float8,
       COALESCE(trend, 0)::float8, COALESCE(refused, 0)::float8, COALESCE(asks_price, 0)::float8,
       COALESCE(asks_how_to_buy, 0)::float8, COALESCE(asks_availability, 0)::float8, 0::float8 AS helped,
       COALESCE(met, 0)::float8, COALESCE(spoke, 0)::float8, COALESCE(wrote, 0)::float8,
       0.5::float8 AS language_match, 0.5::float8 AS region_match, 0.5::float8 AS interest_match,
       0::float8 AS answered_by_peers, 0::float8 AS received_from_peers, 0::float8 AS peers,
       0::float8 AS conditioned_acts, 0::float8 AS copied_acts, COALESCE(automated_acts, 0)::float8,
       0::float8 AS confirmed_acts, 0::float8 AS not_a_lead
FROM (SELECT person FROM acts UNION SELECT person FROM results) people
LEFT JOIN constancy USING (person) LEFT JOIN bought USING (person) LEFT JOIN talked USING (person)
LEFT JOIN ladder USING (person) LEFT JOIN fresh USING (person) LEFT JOIN others USING (person)
LEFT JOIN answers USING (person) LEFT JOIN refusals USING (person) LEFT JOIN presence USING (person)
LEFT JOIN software USING (person)
ORDER BY person
