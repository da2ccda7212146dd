"""An institution month by month: what was overdue on the 1st, and what was paid in time or late.

For hospitals and enterprises it is reckoned back from the receipts as they are known today; for
agencies it is what the figures of the 1st of each month recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.records.base import db
from models.rules import calendar
from models.services import judgement
from models.services.overdue import watched
from models.services.views.late_party import COLUMN
from models.services.views.reading import fetch

MONTHS = 12
#: Receipts accepted longer ago are not reckoned back.
LOOKED_BACK_DAYS = 730

#: On a day as the listing of that day would say it, by the due days and payments known today.
_OVERDUE = """
WITH day AS (SELECT unnest(%(days)s::date[]) AS day),
changed AS (
    SELECT w.line_no, r.accepted_on AS day, r.amount_fen AS fen
      FROM purchase_line r JOIN watched w ON w.line_no = r.original_line_no
     WHERE r.line_kind <> 'receipt'
       AND NOT EXISTS (SELECT 1 FROM line_void v WHERE v.line_no = r.line_no)
),
moved AS (
    SELECT d.day, m.line_no, sum(m.fen)::bigint AS fen
      FROM day d JOIN (SELECT * FROM changed UNION ALL
                       SELECT p.line_no, p.paid_on, -p.amount_fen FROM paid_part p
                         JOIN watched w USING (line_no) WHERE w.lane = 'self') m ON m.day <= d.day
     GROUP BY 1, 2
),
settled AS (
    SELECT w.line_no, p.paid_on FROM watched w JOIN paid_part p USING (line_no)
     WHERE w.lane = 'direct'
)
SELECT d.day, count(w.line_no) AS lines,
       coalesce(sum(w.amount_fen + coalesce(m.fen, 0)), 0)::bigint AS unpaid_fen
  FROM day d
  LEFT JOIN (watched w LEFT JOIN settled s USING (line_no))
    ON w.accepted_on <= d.day AND w.due_on < d.day AND (s.paid_on IS NULL OR s.paid_on > d.day)
  LEFT JOIN moved m ON m.line_no = w.line_no AND m.day = d.day
 WHERE w.line_no IS NULL OR w.amount_fen + coalesce(m.fen, 0) > 0
 GROUP BY 1 ORDER BY 1
"""
_PUNCTUAL = """
SELECT to_char(w.due_on, 'YYYY-MM') AS month,
       coalesce(sum(p.in_time_fen), 0)::bigint AS in_time_fen,
       coalesce(sum(p.late_fen), 0)::bigint AS late_fen,
       coalesce(sum(o.unpaid_fen) FILTER (WHERE o.unpaid_fen > 0), 0)::bigint AS open_fen
  FROM watched w LEFT JOIN open_receipt o USING (line_no)
  LEFT JOIN (SELECT q.line_no,
                    sum(q.amount_fen) FILTER (WHERE q.paid_on <= w.due_on) AS in_time_fen,
                    sum(q.amount_fen) FILTER (WHERE q.paid_on > w.due_on) AS late_fen
               FROM paid_part q JOIN watched w USING (line_no) GROUP BY 1) p USING (line_no)
 WHERE w.due_on >= %(first)s AND w.due_on < %(on)s
 GROUP BY 1 ORDER BY 1
"""
_RECORDED = """
SELECT f.as_of AS day, sum(f.lines)::bigint AS lines, sum(f.unpaid_fen)::bigint AS unpaid_fen
  FROM overdue_figure f
 WHERE f.kind = %(kind)s AND f.code = %(code)s AND f.as_of = ANY (%(days)s)
   AND f.area_code = ANY (%(areas)s)
 GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class History:
    """The months of an institution."""

    #: day, lines, unpaid_fen
    overdue: list[Any]
    #: month of the due day, in_time_fen, late_fen, open_fen; empty where only figures are kept.
    punctual: list[Any]
    #: Whether it was recorded at the time, and not reckoned back.
    recorded: bool


def days_of(on: date) -> list[date]:
    """Return the first days of the last months, and the day itself."""
    found, period = [on], calendar.period_of(on)
    while len(found) <= MONTHS:
        first = calendar.first_day(period)
        if first < on:
            found.insert(0, first)
        period = calendar.previous_period(period)
    return found


def find(areas: Sequence[str], on: date, kind: str, code: str) -> History:
    """Return the last twelve months of an institution."""
    days = days_of(on)
    told = {"areas": list(areas), "on": on, "days": days, "kind": kind, "code": code,
            "cutoff": on - timedelta(days=LOOKED_BACK_DAYS), "first": days[0]}  # fmt: skip
    if kind == "agency":
        return History(fetch(_RECORDED, told), [], recorded=True)
    candidates = (
        f"{watched.EVERY_RECEIPT} AND p.{COLUMN[kind]} = %(code)s AND p.accepted_on > %(cutoff)s"
    )
    with db.atomic():
        watched.find_paid_sheets(on)
        month_end = calendar.last_day(calendar.period_of(on))
        judgement.judge(list(areas), candidates, told, month_end, also=watched.COLUMNS)
        watched.gather(on)
        return History(fetch(_OVERDUE, told), fetch(_PUNCTUAL, told), recorded=False)
