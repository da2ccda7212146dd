"""How much goes where: sudden quantities, new delivery areas, overuse by prescribers."""

from models.rules.risks import MEAN_MONTHS_MIN

#: The mean is over the months since the product was first bought in the year before.
SUDDEN = f"""
WITH bought AS (
    SELECT hospital_code, area_code, nhsa_code,
           sum(quantity) FILTER (WHERE month = %(first)s) AS quantity,
           sum(amount_fen) FILTER (WHERE month = %(first)s)::bigint AS amount_fen,
           sum(quantity) FILTER (WHERE month < %(first)s) AS before,
           count(DISTINCT month) FILTER (WHERE month < %(first)s AND receipts > 0) AS months,
           min(month) FILTER (WHERE month < %(first)s) AS since
      FROM risk_before WHERE area_code = ANY (%(areas)s)
     GROUP BY 1, 2, 3
),
meant AS (
    SELECT b.*, b.before / (extract(year FROM age(%(first)s::date, since)) * 12
                            + extract(month FROM age(%(first)s::date, since))) AS mean
      FROM bought b
     WHERE b.quantity > 0 AND b.before > 0 AND b.months >= {MEAN_MONTHS_MIN}
)
INSERT INTO risk_found (kind, dedupe_key, area_code, hospital_code, nhsa_code, evidence_key,
                        quantity, measured, expected, amount_fen)
SELECT 'sudden_quantity', concat_ws('|', 'sudden_quantity', m.hospital_code, m.nhsa_code),
       m.area_code, m.hospital_code, m.nhsa_code, 'month:' || %(period)s, m.quantity, m.quantity,
       round(m.mean, 4), m.amount_fen
  FROM meant m
  JOIN risk_terms t ON t.area_code = m.area_code AND t.rule = 'sudden_quantity' AND t.active
 WHERE m.quantity * 10000 > m.mean * t.threshold_bp AND m.amount_fen >= t.minimum_fen
"""

#: Nothing in the area for a year, while it delivered elsewhere. The finding stands under the
#: hospital of the area that bought most.
NEW_AREA = """
WITH went AS (
    SELECT enterprise_code, area_code, sum(quantity) FILTER (WHERE month = %(first)s) AS quantity,
           coalesce(sum(amount_fen) FILTER (WHERE month = %(first)s), 0)::bigint AS amount_fen,
           bool_or(month < %(first)s) AS is_known,
           (array_agg(hospital_code ORDER BY amount_fen DESC, hospital_code)
               FILTER (WHERE month = %(first)s))[1] AS hospital_code
      FROM risk_before GROUP BY 1, 2
)
INSERT INTO risk_found (kind, dedupe_key, area_code, hospital_code, enterprise_code, subject,
                        evidence_key, quantity, amount_fen)
SELECT 'new_delivery_area', concat_ws('|', 'new_delivery_area', w.enterprise_code, w.area_code),
       w.area_code, w.hospital_code, w.enterprise_code, w.area_code, 'month:' || %(period)s,
       w.quantity, w.amount_fen
  FROM went w
  JOIN risk_terms t ON t.area_code = w.area_code AND t.rule = 'new_delivery_area' AND t.active
 WHERE w.area_code = ANY (%(areas)s) AND NOT w.is_known AND w.amount_fen > 0
   AND w.amount_fen >= t.minimum_fen
   AND EXISTS (SELECT FROM went e WHERE e.enterprise_code = w.enterprise_code AND e.is_known)
"""

#: Selected: awarded in the round for the area; non-selected: the same name and kind, awarded in no
#: round there. {subject} is the department or the prescriber.
_OVERUSE = """
WITH awarded AS (
    SELECT DISTINCT u.area_code, a.round_code, a.nhsa_code, d.name, d.kind
      FROM area_above u JOIN award a ON a.area_code = u.above_code
      JOIN vbp_round r USING (round_code) JOIN product d USING (nhsa_code)
     WHERE %(last)s BETWEEN coalesce(a.term_start, r.term_start) AND coalesce(a.term_end,
                                                                              r.term_end)
),
groups AS (SELECT DISTINCT area_code, round_code, name, kind FROM awarded),
counted AS (
    SELECT h.area_code, p.hospital_code, p.{subject} AS subject, g.round_code,
           sum(p.quantity) AS quantity,
           coalesce(sum(p.quantity) FILTER (WHERE w.nhsa_code IS NULL), 0) AS other,
           coalesce(sum(p.amount_fen) FILTER (WHERE w.nhsa_code IS NULL), 0)::bigint AS amount_fen
      FROM prescription p JOIN hospital h USING (hospital_code) JOIN product d USING (nhsa_code)
      JOIN groups g ON g.area_code = h.area_code AND g.name = d.name AND g.kind = d.kind
      LEFT JOIN awarded w ON w.area_code = h.area_code AND w.round_code = g.round_code
           AND w.nhsa_code = p.nhsa_code
     WHERE p.period = %(period)s AND h.area_code = ANY (%(areas)s)
       AND (w.nhsa_code IS NOT NULL OR NOT EXISTS (
            SELECT FROM awarded x WHERE x.area_code = h.area_code AND x.nhsa_code = p.nhsa_code))
     GROUP BY 1, 2, 3, 4
)
INSERT INTO risk_found (kind, dedupe_key, area_code, hospital_code, round_code, subject,
                        evidence_key, quantity, measured, expected, amount_fen)
SELECT '{rule}', concat_ws('|', '{rule}', c.hospital_code, c.round_code, c.subject), c.area_code,
       c.hospital_code, c.round_code, c.subject, 'month:' || %(period)s, c.other,
       round(10000 * c.other / c.quantity), coalesce(t.threshold_bp, r.non_selected_limit_bp),
       c.amount_fen
  FROM counted c JOIN vbp_round r USING (round_code)
  JOIN risk_terms t ON t.area_code = c.area_code AND t.rule = '{rule}' AND t.active
 WHERE c.quantity > 0 AND c.amount_fen >= t.minimum_fen
   AND round(10000 * c.other / c.quantity) > coalesce(t.threshold_bp, r.non_selected_limit_bp)
"""
BY_DEPARTMENT = _OVERUSE.format(subject="department", rule="department_overuse")
BY_PRESCRIBER = _OVERUSE.format(subject="prescriber_code", rule="prescriber_overuse")
