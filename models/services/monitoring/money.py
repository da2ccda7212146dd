"""What of the receipts was paid, and what is overdue: by sheets as frozen, all else judged anew.

What is on a sheet is direct for ever and has its due day frozen, so its sheet tells when it was
paid; nothing of it is judged. Only receipts that are on no sheet are.
"""

from datetime import date
from typing import Any

from models.records.base import sql
from models.services.judgement import judge
from models.services.monitoring.selection import Selection
from models.services.overdue import watched

#: Receipts on no sheet.
_OFF_SHEET = """
 WHERE p.line_kind = 'receipt' AND {of}
   AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
   AND NOT EXISTS (SELECT FROM sheet_line l WHERE l.line_no = p.line_no)
"""

#: A member's goods are on its lead's sheet and stay its own; where nobody leads, the sheet tells
#: the hospital and its lines need not be looked up.
_HOSPITAL_OF_LINE = "JOIN purchase_line p ON p.line_no = l.line_no"
_HAS_MEMBERS = "SELECT EXISTS (SELECT FROM led_member)"

_DUE = """
INSERT INTO due
SELECT {number}, {whose}.hospital_code, true, {amount}, {paid}, {punctual}
  FROM sheet_line l JOIN settlement_sheet s ON s.id = l.sheet_id {lines}
  JOIN hospital h ON h.hospital_code = {whose}.hospital_code
  LEFT JOIN sheet_paid d ON d.sheet_id = l.sheet_id
 WHERE l.line_kind = 'receipt' AND l.due_on BETWEEN %(first)s AND %(last)s AND {of}
 {grouped}
"""
_DUE_TOO = """
INSERT INTO due
SELECT w.line_no, w.hospital_code, w.lane = 'direct', w.amount_fen, coalesce(p.paid_fen, 0),
       coalesce(p.punctual_fen, 0)
  FROM watched w LEFT JOIN (
      SELECT p.line_no, sum(p.amount_fen) AS paid_fen,
             sum(p.amount_fen) FILTER (WHERE p.paid_on <= w.due_on) AS punctual_fen
        FROM paid_part p JOIN watched w USING (line_no) GROUP BY 1) p USING (line_no)
 WHERE w.due_on BETWEEN %(first)s AND %(last)s
"""

#: What was accepted in the month and paid soon: a line is on a sheet of its month or a later one.
_SOON = """
INSERT INTO soon
SELECT p.line_no, p.hospital_code,
       CASE WHEN d.paid_on <= p.accepted_on + 30 THEN p.amount_fen ELSE 0 END, p.amount_fen
  FROM purchase_line p JOIN hospital h USING (hospital_code)
  JOIN sheet_line l ON l.line_no = p.line_no
  JOIN sheet_paid d ON d.sheet_id = l.sheet_id
 WHERE p.line_kind = 'receipt' AND p.accepted_on BETWEEN %(first)s AND %(last)s AND {of}
   AND d.paid_on <= p.accepted_on + 60
"""
_SOON_TOO = """
INSERT INTO soon
SELECT w.line_no, w.hospital_code,
       coalesce(sum(p.amount_fen) FILTER (WHERE p.paid_on <= w.accepted_on + 30), 0),
       coalesce(sum(p.amount_fen) FILTER (WHERE p.paid_on <= w.accepted_on + 60), 0)
  FROM watched w JOIN paid_part p USING (line_no)
 WHERE w.accepted_on BETWEEN %(first)s AND %(last)s GROUP BY 1, 2
"""

_OVERDUE = """
INSERT INTO owed
SELECT l.line_no, p.hospital_code, l.amount_fen + coalesce(c.changed_fen, 0)
  FROM sheet_line l JOIN purchase_line p USING (line_no) JOIN hospital h USING (hospital_code)
  LEFT JOIN (SELECT original_no AS line_no, sum(amount_fen) AS changed_fen FROM moved
              WHERE original_no IS NOT NULL GROUP BY 1) c ON c.line_no = l.line_no
 WHERE l.line_kind = 'receipt' AND l.due_on < %(after)s AND {of}
   AND p.accepted_on BETWEEN %(new_year)s AND %(after)s
   AND NOT EXISTS (SELECT FROM sheet_paid d WHERE d.sheet_id = l.sheet_id)
   AND l.amount_fen + coalesce(c.changed_fen, 0) > 0
"""
_OVERDUE_TOO = """
INSERT INTO owed
SELECT w.line_no, w.hospital_code, o.unpaid_fen
  FROM watched w JOIN open_receipt o USING (line_no)
 WHERE o.unpaid_fen > 0 AND w.due_on < %(after)s
   AND w.accepted_on BETWEEN %(new_year)s AND %(after)s
"""

_TABLES = {
    "due": 'line_no text, hospital_code text COLLATE "C", is_direct boolean, amount_fen numeric,'
    " paid_fen numeric, punctual_fen numeric",
    "soon": 'line_no text, hospital_code text COLLATE "C", in_30_fen numeric, in_60_fen numeric',
    "owed": 'line_no text, hospital_code text COLLATE "C", unpaid_fen numeric',
}
_SUMMED = {
    "number": "NULL::text",
    "amount": "sum(l.amount_fen)",
    "paid": "coalesce(sum(l.amount_fen) FILTER (WHERE d.paid_on IS NOT NULL), 0)",
    "punctual": "coalesce(sum(l.amount_fen) FILTER (WHERE d.paid_on <= l.due_on), 0)",
    "grouped": "GROUP BY 2",
}
_SINGLE = {
    "number": "l.line_no",
    "amount": "l.amount_fen",
    "paid": "CASE WHEN d.paid_on IS NOT NULL THEN l.amount_fen ELSE 0 END",
    "punctual": "CASE WHEN d.paid_on <= l.due_on THEN l.amount_fen ELSE 0 END",
    "grouped": "",
}


def collect(chosen: Selection) -> None:
    """Make `due`, `soon` and `owed`: due in the month, paid soon after it, overdue after it.

    Needs `moved`. The first two look at payments up to the day of the run, the last one at those up
    to the day after the month.
    """
    for table, columns in _TABLES.items():
        sql(f"DROP TABLE IF EXISTS pg_temp.{table}")
        sql(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
    told, of = chosen.told, chosen.of("h")
    judge(chosen.areas, _OFF_SHEET.format(of=of), told, chosen.last, also=watched.COLUMNS)
    _stand(chosen.on)
    led = sql(_HAS_MEMBERS).fetchone()[0] or chosen.one_by_one
    whose, lines = ("p", _HOSPITAL_OF_LINE) if led else ("s", "")
    parts: dict[str, Any] = _SINGLE if chosen.one_by_one else _SUMMED
    sql(_DUE.format(of=of, whose=whose, lines=lines, **parts), told)
    sql(_DUE_TOO, told)
    sql(_SOON.format(of=of), told)
    sql(_SOON_TOO, told)
    _stand(told["after"])
    sql(_OVERDUE.format(of=of), told)
    sql(_OVERDUE_TOO, told)


def _stand(on: date) -> None:
    """Let sheets and receipts stand as on a day."""
    watched.find_paid_sheets(on)
    watched.gather(on)
