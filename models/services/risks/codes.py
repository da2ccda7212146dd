"""Rules about trace codes: used again on another receipt, twice on one, in another form."""

from models.rules.trace_codes import STANDARD

#: The codes of the month's lines are looked up among all codes; those that stand twice are few, and
#: only their lines are read. So the cost grows with the month, not with the history. A code on a
#: return or a voided line is no second use.
USED_AGAIN = """
WITH asked AS MATERIALIZED (
    SELECT DISTINCT c.code
      FROM risk_line l CROSS JOIN LATERAL unnest(string_to_array(l.trace_codes, ' ')) c (code)
),
standing AS MATERIALIZED (
    SELECT t.code, t.line_no, count(*) AS times
      FROM asked JOIN trace_code t USING (code) GROUP BY 1, 2
),
twice AS MATERIALIZED (
    SELECT code FROM standing GROUP BY code HAVING sum(times) > 1
),
lines AS MATERIALIZED (
    SELECT t.code, t.line_no, t.times, p.hospital_code, h.area_code, p.enterprise_code,
           p.nhsa_code, p.amount_fen, p.accepted_on, l.line_no IS NOT NULL AS is_of_month
      FROM standing t JOIN twice USING (code) JOIN purchase_line p USING (line_no)
      JOIN hospital h USING (hospital_code) LEFT JOIN risk_line l USING (line_no)
     WHERE p.line_kind = 'receipt'
       AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = t.line_no)
),
reused AS (
    SELECT code, (array_agg(line_no ORDER BY accepted_on DESC, line_no DESC)
                     FILTER (WHERE is_of_month))[1] AS latest
      FROM lines GROUP BY code HAVING count(*) > 1 AND bool_or(is_of_month)
),
found AS (
    SELECT 'code_reused' AS rule, o.code, o.area_code, o.hospital_code, o.enterprise_code,
           o.nhsa_code, l.line_no, l.amount_fen
      FROM reused r JOIN lines o ON o.code = r.code AND o.line_no = r.latest
      JOIN lines l ON l.code = r.code
    UNION ALL
    SELECT 'code_twice', code, area_code, hospital_code, enterprise_code, nhsa_code, line_no,
           amount_fen
      FROM lines WHERE times > 1 AND is_of_month
)
INSERT INTO risk_found (kind, dedupe_key, area_code, hospital_code, enterprise_code, nhsa_code,
                        subject, evidence_key, line_no, amount_fen)
SELECT f.rule, concat_ws('|', f.rule, f.code, CASE f.rule WHEN 'code_twice' THEN f.line_no END),
       f.area_code, f.hospital_code, f.enterprise_code, f.nhsa_code, f.code,
       'line:' || f.line_no, f.line_no, f.amount_fen
  FROM found f
  JOIN risk_terms t ON t.area_code = f.area_code AND t.rule = f.rule AND t.active
"""

#: One finding for a hospital; each month is evidence of its own.
FORM = f"""
INSERT INTO risk_found (kind, dedupe_key, area_code, hospital_code, evidence_key, quantity,
                        measured, amount_fen)
SELECT 'code_form', 'code_form|' || l.hospital_code, l.area_code, l.hospital_code,
       'month:' || %(period)s, count(*), count(*), sum(l.amount_fen)::bigint
  FROM risk_line l
  JOIN risk_terms t ON t.area_code = l.area_code AND t.rule = 'code_form' AND t.active
 WHERE l.trace_codes !~ '{STANDARD.replace("$", "( [0-9]{20})*$")}'
 GROUP BY l.area_code, l.hospital_code, t.minimum_fen
HAVING sum(l.amount_fen) >= t.minimum_fen
"""
