"""Price rules: above award, contract or listed price, and odd prices of drugs in short supply."""

from models.rules.risks import MEDIAN_RECEIPTS_MIN

_INTO = """
INSERT INTO risk_found (kind, dedupe_key, area_code, hospital_code, enterprise_code, nhsa_code,
                        evidence_key, line_no, quantity, measured, expected, amount_fen)
"""

#: A line counts once, under the first of the three prices it is above.
ABOVE = f"""
{_INTO}
SELECT x.rule, concat_ws('|', x.rule, p.hospital_code, p.enterprise_code, p.nhsa_code),
       p.area_code, p.hospital_code, p.enterprise_code, p.nhsa_code, 'line:' || p.line_no,
       p.line_no, p.quantity, p.unit_price_yuan, x.price, x.excess_fen
  FROM (SELECT l.*, a.award_price, c.price_yuan AS contract_price
          FROM risk_line l
          LEFT JOIN award_span a ON a.area_code = l.area_code AND a.nhsa_code = l.nhsa_code
               AND l.accepted_on BETWEEN a.from_on AND a.to_on
          LEFT JOIN contract_span k ON k.hospital_code = l.hospital_code
               AND k.nhsa_code = l.nhsa_code AND k.enterprise_code = l.enterprise_code
               AND l.accepted_on BETWEEN k.from_on AND k.to_on
          LEFT JOIN contract c ON c.contract_no = k.contract_no) p
 CROSS JOIN LATERAL (
       SELECT v.rule, v.price,
              round((p.unit_price_yuan - v.price) * p.quantity * 100)::bigint AS excess_fen
         FROM (VALUES (1, 'above_award', p.award_price), (2, 'above_contract', p.contract_price),
                      (3, 'above_list', p.listed_price_yuan)) v (place, rule, price)
         JOIN risk_terms t ON t.area_code = p.area_code AND t.rule = v.rule AND t.active
        WHERE v.price > 0 AND p.unit_price_yuan * 10000 > v.price * (10000 + t.threshold_bp)
          AND (p.unit_price_yuan - v.price) * p.quantity * 100 >= t.minimum_fen
        ORDER BY v.place LIMIT 1) x
 WHERE p.unit_price_yuan > least(p.award_price, p.contract_price, nullif(p.listed_price_yuan, 0))
"""

#: Of what each hospital paid each enterprise on average in each of the months before.
SHORT_SUPPLY = f"""
WITH usual AS (
    SELECT b.nhsa_code, sum(b.receipts) AS receipts,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY b.received_fen / b.received / 100) AS price
      FROM risk_before b
     WHERE b.month < %(first)s AND b.received > 0
       AND b.nhsa_code IN (SELECT s.nhsa_code FROM short_supply s)
     GROUP BY 1
)
{_INTO}
SELECT 'short_supply_price',
       concat_ws('|', 'short_supply_price', l.hospital_code, l.enterprise_code, l.nhsa_code),
       l.area_code, l.hospital_code, l.enterprise_code, l.nhsa_code, 'line:' || l.line_no,
       l.line_no, l.quantity, l.unit_price_yuan, round(u.price, 4),
       round((l.unit_price_yuan - u.price) * l.quantity * 100)::bigint
  FROM risk_line l JOIN usual u USING (nhsa_code)
  JOIN risk_terms t ON t.area_code = l.area_code AND t.rule = 'short_supply_price' AND t.active
 WHERE u.receipts >= {MEDIAN_RECEIPTS_MIN}
   AND l.unit_price_yuan * 10000 > u.price * (10000 + t.threshold_bp)
   AND (l.unit_price_yuan - u.price) * l.quantity * 100 >= t.minimum_fen
   AND EXISTS (SELECT FROM short_supply s WHERE s.nhsa_code = l.nhsa_code
                  AND l.accepted_on BETWEEN s.valid_from AND coalesce(s.valid_to, 'infinity'))
"""
