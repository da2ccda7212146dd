"""What the parties and the invoices say about the candidates, and how much was returned."""

from datetime import date

from models.records.base import sql

#: What a word says in its last two bits; from OTHER_AMOUNT on the party confirms.
WITHDRAWN, DISPUTED, OTHER_AMOUNT, CONFIRMED = range(4)

#: A word of a party in one number: its instant in microseconds, then what it says. So the greatest
#: word of a party is its latest, and one pass without sorting finds it.
_WORD = f"""
CASE WHEN f.party = '{{party}}' THEN (date_part('epoch', f.decided_at) * 1000000)::bigint * 4
    + CASE WHEN f.decision = 'dispute' THEN {DISPUTED} WHEN f.decision = 'withdraw' THEN {WITHDRAWN}
           WHEN f.amount_fen <> c.amount_fen THEN {OTHER_AMOUNT} ELSE {CONFIRMED} END END
"""

#: What is said about the candidates: the sum and last day of their invoices, each party's latest
#: word. One aggregate over both, so that a line looks up once.
FACTS = f"""
SELECT line_no, sum(invoiced_fen)::bigint AS invoiced_fen, max(issued_on) AS invoiced_on,
       max(hospital) AS hospital_word, max(enterprise) AS enterprise_word
  FROM (
    SELECT i.line_no, i.amount_fen AS invoiced_fen, i.issued_on, NULL::bigint AS hospital,
           NULL::bigint AS enterprise
      FROM invoice_line i JOIN candidate c USING (line_no)
    UNION ALL
    SELECT f.line_no, NULL, NULL, {_WORD.format(party="hospital")},
           {_WORD.format(party="enterprise")}
      FROM confirmation f JOIN candidate c USING (line_no)
  ) said
 GROUP BY line_no
"""


def says(word: str) -> str:
    """Return SQL for what a word says; NULL without a word."""
    return f"({word} & 3)"


def day_of(word: str) -> str:
    """Return SQL for the day of a word in Shanghai (UTC+8, no summer time since 1992)."""
    return f"(date '1970-01-01' + (({word} / 4000000 + 28800) / 86400)::int)"


#: All returns of an original up to the day, settled or not, against its quantity and amount.
_RETURN_SUMS = """
CREATE TEMP TABLE return_sum ON COMMIT DROP AS
SELECT o.line_no AS original_no,
       -r.quantity > o.quantity OR -r.amount_fen > o.amount_fen AS exceeds
  FROM (SELECT DISTINCT original_no FROM original) pointed
 CROSS JOIN LATERAL (
      SELECT * FROM purchase_line p WHERE p.line_no = pointed.original_no LIMIT 1
  ) o
 CROSS JOIN LATERAL (
      SELECT sum(p.quantity) AS quantity, sum(p.amount_fen) AS amount_fen FROM purchase_line p
       WHERE p.original_line_no = o.line_no AND p.line_kind = 'goods_return'
         AND p.accepted_on <= %(period_end)s AND p.hospital_code = o.hospital_code
         AND p.enterprise_code = o.enterprise_code AND p.nhsa_code = o.nhsa_code
         AND (SELECT count(*) = 0 FROM line_void v WHERE v.line_no = p.line_no)
  ) r
"""


def sum_returns(period_end: date) -> None:
    """Make `return_sum`: which originals of `original` have more returned than they had."""
    sql("DROP TABLE IF EXISTS pg_temp.return_sum")
    sql(_RETURN_SUMS, {"period_end": period_end})
    sql("ANALYZE pg_temp.return_sum")
