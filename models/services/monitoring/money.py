"""What of the receipts was paid, and what is overdue: by sheets as frozen, all else as judged.

What is on a sheet is direct for ever and has its due day frozen, so its sheet tells when it was
paid; nothing of it is judged. Receipts on no sheet come from `standing`.
"""

from typing import Any

from models.records.base import sql
from models.records.planning import linear_joins
from models.services.monitoring import standing
from models.services.monitoring.selection import Selection
from models.services.overdue import watched

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
SELECT {number}, hospital_code, is_direct, {amount}, {paid}, {punctual}
  FROM off_sheet o WHERE due_on BETWEEN %(first)s AND %(last)s {grouped}
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
SELECT line_no, hospital_code, in_30_fen, in_60_fen FROM off_sheet
 WHERE accepted_on BETWEEN %(first)s AND %(last)s AND in_60_fen > 0
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
SELECT o.line_no, o.hospital_code, o.amount_fen + coalesce(c.changed_fen, 0) - o.paid_after_fen
  FROM off_sheet o
  LEFT JOIN (SELECT original_no AS line_no, sum(amount_fen) AS changed_fen FROM moved
              WHERE original_no IS NOT NULL GROUP BY 1) c ON c.line_no = o.line_no
 WHERE o.due_on < %(after)s AND o.accepted_on BETWEEN %(new_year)s AND %(after)s
   AND o.amount_fen + coalesce(c.changed_fen, 0) - o.paid_after_fen > 0
"""

#: Receipts on no sheet with what the hospital itself paid of them: up to the day of the run, in
#: time, soon after acceptance, and up to the day after the month. Few are paid: they look it up.
_OFF_SHEET = """
CREATE TEMP TABLE off_sheet ON COMMIT DROP AS
SELECT s.line_no, s.hospital_code, s.amount_fen, s.accepted_on, s.is_direct, s.due_on,
       coalesce(p.paid_fen, 0) AS paid_fen, coalesce(p.punctual_fen, 0) AS punctual_fen,
       coalesce(p.in_30_fen, 0) AS in_30_fen, coalesce(p.in_60_fen, 0) AS in_60_fen,
       coalesce(p.paid_after_fen, 0) AS paid_after_fen
  FROM standing s
  LEFT JOIN (
      SELECT q.line_no, sum(q.amount_fen) FILTER (WHERE q.paid_on <= %(on)s) AS paid_fen,
             sum(q.amount_fen) FILTER (WHERE q.paid_on <= least(%(on)s, j.due_on))
                 AS punctual_fen,
             sum(q.amount_fen) FILTER (WHERE q.paid_on <= least(%(on)s, j.accepted_on + 30))
                 AS in_30_fen,
             sum(q.amount_fen) FILTER (WHERE q.paid_on <= least(%(on)s, j.accepted_on + 60))
                 AS in_60_fen,
             sum(q.amount_fen) FILTER (WHERE q.paid_on <= %(after)s) AS paid_after_fen
        FROM hospital_payment q JOIN standing j USING (line_no)
       WHERE NOT j.is_direct GROUP BY q.line_no) p USING (line_no)
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
_SUMMED_TOO = {
    "number": "NULL::text",
    "amount": "sum(amount_fen)",
    "paid": "sum(paid_fen)",
    "punctual": "sum(punctual_fen)",
    "grouped": "GROUP BY 2, 3",
}
_SINGLE_TOO = {
    "number": "line_no",
    "amount": "amount_fen",
    "paid": "paid_fen",
    "punctual": "punctual_fen",
    "grouped": "",
}


def collect(chosen: Selection) -> None:
    """Make `due`, `soon` and `owed`: due in the month, paid soon after it, overdue after it.

    Needs `moved` and the spans with their contracts. The first two look at payments up to the day
    of the run, the last one at those up to the day after the month.
    """
    for table, columns in _TABLES.items():
        sql(f"DROP TABLE IF EXISTS pg_temp.{table}")
        sql(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
    told, of = chosen.told, chosen.of("h")
    standing.collect(chosen)
    with linear_joins():
        sql("DROP TABLE IF EXISTS pg_temp.off_sheet")
        sql(_OFF_SHEET, told)
        watched.find_paid_sheets(chosen.on)
        _gather(chosen, told, of)
        watched.find_paid_sheets(told["after"])
        sql(_OVERDUE.format(of=of), told)
        sql(_OVERDUE_TOO, told)


def _gather(chosen: Selection, told: dict[str, Any], of: str) -> None:
    """Fill `due` and `soon` while the sheets stand as on the day of the run."""
    led = sql(_HAS_MEMBERS).fetchone()[0] or chosen.one_by_one
    whose, lines = ("p", _HOSPITAL_OF_LINE) if led else ("s", "")
    on_sheet, off_sheet = (_SINGLE, _SINGLE_TOO) if chosen.one_by_one else (_SUMMED, _SUMMED_TOO)
    sql(_DUE.format(of=of, whose=whose, lines=lines, **on_sheet), told)
    sql(_DUE_TOO.format(**off_sheet), told)
    sql(_SOON.format(of=of), told)
    sql(_SOON_TOO, told)
