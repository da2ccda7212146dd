"""Interest over a set of receipts: the terms of each contract, then every late part by itself."""

#: The size that counts is that of the signing; an agreed rate below the LPR of that day is none
#: (国务院令第802号 art. 3, 17). Two common table expressions over `watched`: `rate` of a contract,
#: `term` of each line that bears interest.
TERMS = """
rate AS (
    SELECT k.contract_no, k.enterprise_size,
           CASE WHEN k.late_rate_bp >= l.one_year_bp OR l.one_year_bp IS NULL
                THEN k.late_rate_bp END AS rate_bp
      FROM contract k
      LEFT JOIN LATERAL (SELECT one_year_bp FROM lpr_rate WHERE valid_from <= k.signed_on
                          ORDER BY valid_from DESC LIMIT 1) l ON true
     WHERE k.contract_no IN (SELECT contract_no FROM watched)
),
term AS (
    SELECT w.line_no, w.due_on, r.rate_bp
      FROM watched w JOIN enterprise e ON e.credit_code = w.enterprise_code
      LEFT JOIN rate r USING (contract_no)
     WHERE coalesce(r.enterprise_size, e.size) <> 'large'
)
"""

#: Of a part `amount_fen` for `days`: half up to the fen in whole numbers, as rules.interest does.
PART_FEN = """
CASE WHEN rate_bp IS NULL
     THEN div(2 * amount_fen::numeric * 5 * days + 10000, 20000)
     ELSE div(2 * amount_fen::numeric * rate_bp * days + 3650000, 7300000)
END
"""

LATE_PARTS = f"""
CREATE TEMP TABLE late_part ON COMMIT DROP AS
WITH {TERMS},
part AS (
    SELECT t.line_no, t.due_on, t.rate_bp, p.amount_fen, p.paid_on, p.payment_no
      FROM term t JOIN paid_part p USING (line_no) WHERE p.paid_on > t.due_on
    UNION ALL
    SELECT t.line_no, t.due_on, t.rate_bp, o.unpaid_fen, NULL, NULL
      FROM term t JOIN open_receipt o USING (line_no)
     WHERE o.unpaid_fen > 0 AND t.due_on < %(on)s
),
lasting AS (
    SELECT *, coalesce(paid_on, %(on)s) - due_on AS days FROM part
)
SELECT line_no,
       row_number() OVER (PARTITION BY line_no ORDER BY paid_on NULLS LAST, payment_no) AS part,
       amount_fen, due_on, paid_on, days, rate_bp, {PART_FEN} AS interest_fen
  FROM lasting
"""
