"""Receipts and their money on a day: due day, parts paid, what is open and what it costs."""

from collections.abc import Sequence
from datetime import date

from models.records.base import sql
from models.rules import calendar
from models.services.judgement import judge
from models.services.overdue.interest import LATE_PARTS

#: Receipts accepted up to the day, of either lane.
EVERY_RECEIPT = """
 WHERE p.line_kind = 'receipt' AND p.accepted_on <= %(on)s AND h.area_code = ANY (%(areas)s)
   AND NOT EXISTS (SELECT 1 FROM line_void v WHERE v.line_no = p.line_no)
"""

#: The same without those whose sheet is paid: nothing of them can be overdue.
OPEN_RECEIPTS = f"""{EVERY_RECEIPT}
   AND NOT EXISTS (SELECT 1 FROM sheet_line l JOIN pg_temp.sheet_paid d USING (sheet_id)
                    WHERE l.line_no = p.line_no)
"""

#: A sheet is paid from the day its instruction, first or re-issued, was booked; a return or
#: reversal opens it again. A sheet of zero is paid by its last approval.
_SHEET_PAID = """
CREATE TEMP TABLE sheet_paid ON COMMIT DROP AS
SELECT a.sheet_id, min(i.booked_on) AS paid_on
  FROM payment_allocation a JOIN payment_instruction i ON i.id = a.instruction_id
 WHERE i.booked_on <= %(on)s
   AND (i.state = 'settled' OR (i.state IN ('returned', 'reversed') AND i.returned_on > %(on)s))
   AND {of_sheet}
 GROUP BY a.sheet_id
UNION ALL
SELECT a.id, a.approved_on FROM settlement_sheet a
 WHERE a.payable_fen = 0 AND a.approved_on <= %(on)s AND {of_id}
"""

#: What is on a sheet is direct for ever, has its due day frozen and no holds.
_WATCHED = """
CREATE TEMP TABLE watched ON COMMIT DROP AS
SELECT j.line_no, j.hospital_code, j.enterprise_code, j.area_code, j.amount_fen, j.accepted_on,
       j.scheme_code, j.contract_no, l.sheet_id,
       CASE WHEN l.line_no IS NULL THEN j.lane ELSE 'direct' END AS lane,
       CASE WHEN l.line_no IS NULL THEN j.mask ELSE 0 END AS mask,
       coalesce(s.state = 'short', false) AS short,
       coalesce(l.due_on, d.due_on) AS due_on
  FROM judged j
  LEFT JOIN shifted d USING (due_raw, due_shift)
  LEFT JOIN sheet_line l USING (line_no)
  LEFT JOIN settlement_sheet s ON s.id = l.sheet_id
 WHERE j.line_kind = 'receipt'
"""

#: A direct receipt is paid whole, by its own amount, whatever was returned of it.
_PAID_PARTS = """
CREATE TEMP TABLE paid_part ON COMMIT DROP AS
SELECT w.line_no, d.paid_on, w.amount_fen, ''::text AS payment_no
  FROM watched w JOIN sheet_paid d USING (sheet_id) WHERE w.lane = 'direct'
UNION ALL
SELECT w.line_no, p.paid_on, p.amount_fen, p.payment_no
  FROM watched w JOIN hospital_payment p USING (line_no)
 WHERE w.lane = 'self' AND p.paid_on <= %(on)s
"""

_OPEN = """
CREATE TEMP TABLE open_receipt ON COMMIT DROP AS
WITH changed AS (
    SELECT r.original_line_no AS line_no, sum(r.amount_fen)::bigint AS changed_fen
      FROM purchase_line r JOIN watched w ON w.line_no = r.original_line_no
      JOIN purchase_line o ON o.line_no = w.line_no AND o.nhsa_code = r.nhsa_code
     WHERE r.line_kind <> 'receipt' AND r.accepted_on <= %(on)s
       AND r.hospital_code = w.hospital_code AND r.enterprise_code = w.enterprise_code
       AND NOT EXISTS (SELECT 1 FROM line_void v WHERE v.line_no = r.line_no)
     GROUP BY 1
),
paid AS (
    SELECT line_no, sum(amount_fen)::bigint AS paid_fen FROM paid_part GROUP BY 1
)
SELECT w.line_no, w.amount_fen + coalesce(c.changed_fen, 0) - coalesce(p.paid_fen, 0) AS unpaid_fen
  FROM watched w LEFT JOIN changed c USING (line_no) LEFT JOIN paid p USING (line_no)
 WHERE p.line_no IS NULL OR w.lane = 'self'
"""

#: What `gather` reads of `judged` beyond the verdict.
COLUMNS = ("accepted_on", "scheme_code")

TABLES = ("sheet_paid", "watched", "paid_part", "open_receipt", "late_part")


def collect(areas: Sequence[str], on: date, *, candidates: str = EVERY_RECEIPT) -> None:
    """Make `watched`, `paid_part` and `open_receipt` of the areas' receipts as they stand on a day.

    Only what is dated up to the day counts as paid or returned; holds are judged anew with the
    day's month. `candidates` selects the receipts (%(areas)s, %(on)s; may look at `sheet_paid`).
    """
    find_paid_sheets(on)
    told = {"areas": list(areas), "on": on}
    judge(areas, candidates, told, calendar.last_day(calendar.period_of(on)), also=COLUMNS)
    gather(on)


def find_paid_sheets(on: date, among: str = "") -> None:
    """Make `sheet_paid`: the sheets that are paid on a day, and since when.

    `among` is SQL that selects the sheets in question; without it all are.
    """
    chosen = {
        name: f"{column} IN ({among})" if among else "true"
        for name, column in (("of_sheet", "a.sheet_id"), ("of_id", "a.id"))
    }
    sql(f"DROP TABLE IF EXISTS {', '.join('pg_temp.' + table for table in TABLES)}")
    sql(_SHEET_PAID.format(**chosen), {"on": on})
    sql("ANALYZE pg_temp.sheet_paid")


def gather(on: date) -> None:
    """Make the tables of `collect` from lines that are judged and sheets that are found already."""
    told = {"on": on}
    for statement, table in (
        (_WATCHED, "watched"),
        (_PAID_PARTS, "paid_part"),
        (_OPEN, "open_receipt"),
    ):
        sql(statement, told)
        sql(f"ANALYZE pg_temp.{table}")


def collect_interest(on: date) -> None:
    """Make `late_part` of what was collected: the parts that bear interest on the day."""
    sql(LATE_PARTS, {"on": on})
    sql("ANALYZE pg_temp.late_part")
