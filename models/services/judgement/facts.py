"""What the parties and the invoices say about the candidates, and how much was returned."""

from datetime import date

from models.records.base import sql

#: Only the latest instant of a party counts; dispute and withdraw leave no live confirmation.
#: The instant is turned into Shanghai's wall clock here, once, because days are compared with it.
_DECIDED = """
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT DISTINCT ON (f.line_no, f.party) f.line_no, f.party, f.amount_fen,
       f.decided_at AT TIME ZONE 'Asia/Shanghai' AS decided_at,
       f.decision = 'confirm' AS live, f.decision = 'dispute' AS disputes
  FROM confirmation f JOIN candidate c USING (line_no)
 ORDER BY f.line_no, f.party, f.decided_at DESC
"""

_INVOICED = """
CREATE TEMP TABLE invoiced ON COMMIT DROP AS
SELECT i.line_no, sum(i.amount_fen)::bigint AS invoiced_fen, max(i.issued_on) AS invoiced_on
  FROM invoice_line i JOIN candidate c USING (line_no)
 GROUP BY i.line_no
"""

#: All returns of an original up to the day, settled or not, against its quantity and amount.
_RETURN_SUMS = """
CREATE TEMP TABLE return_sum ON COMMIT DROP AS
WITH returned AS (SELECT DISTINCT original_no FROM original)
SELECT o.line_no AS original_no,
       -sum(r.quantity) > o.quantity OR -sum(r.amount_fen) > o.amount_fen AS exceeds
  FROM returned JOIN purchase_line o ON o.line_no = returned.original_no
  JOIN purchase_line r ON r.original_line_no = o.line_no AND r.line_kind = 'goods_return'
       AND r.accepted_on <= %(period_end)s AND r.hospital_code = o.hospital_code
       AND r.enterprise_code = o.enterprise_code AND r.nhsa_code = o.nhsa_code
  LEFT JOIN line_void v ON v.line_no = r.line_no
 WHERE v.line_no IS NULL
 GROUP BY o.line_no, o.quantity, o.amount_fen
"""

TABLES = ("decided", "invoiced", "return_sum")


def collect(period_end: date) -> None:
    """Make the temporary tables of decisions, invoices and return sums for `candidate`."""
    sql(f"DROP TABLE IF EXISTS {', '.join('pg_temp.' + table for table in TABLES)}")
    sql(_DECIDED)
    sql(_INVOICED)
    sql(_RETURN_SUMS, {"period_end": period_end})
    for table in TABLES:
        sql(f"ANALYZE pg_temp.{table}")
