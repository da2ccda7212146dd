"""What hospitals paid themselves, as they reported it, and what one line still has open."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import db
from models.rules import calendar
from models.services import judgement
from models.services.overdue import watched
from models.services.views.lines import SCOPE
from models.services.views.listing import Counted, turned
from models.services.views.reading import PAGE_ROWS, Rows, Where, one
from models.services.views.turning import Key, Order, Place, Turned, day

_LIST = """
SELECT y.payment_no, y.line_no, y.paid_on, y.amount_fen, p.amount_fen AS line_fen,
       h.name AS hospital_name, e.name AS enterprise_name, d.name AS product_name,
       r.imported_at, r.imported_by, l.line_no IS NOT NULL AS on_sheet
  FROM hospital_payment y JOIN purchase_line p USING (line_no)
  JOIN hospital h USING (hospital_code) JOIN enterprise e ON e.credit_code = p.enterprise_code
  JOIN product d USING (nhsa_code) LEFT JOIN sheet_line l USING (line_no)
  LEFT JOIN import_run r ON r.id = y.import_id
 WHERE {where} ORDER BY {order} LIMIT %(rows)s
"""
#: The latest payment first.
ORDER = Order(
    (
        Key("y.paid_on", "paid_on", day),
        Key("y.payment_no", "payment_no"),
        Key("y.line_no", "line_no"),
    ),
    is_down=True,
)
_COUNTED = """
SELECT 1 FROM hospital_payment y JOIN purchase_line p USING (line_no)
  JOIN hospital h USING (hospital_code) WHERE {where}
"""
_LINE = """
SELECT p.line_no, p.amount_fen, p.accepted_on, h.name AS hospital_name, h.area_code,
       e.name AS enterprise_name, d.name AS product_name, l.sheet_id
  FROM purchase_line p JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = p.enterprise_code JOIN product d USING (nhsa_code)
  LEFT JOIN sheet_line l USING (line_no)
 WHERE p.line_no = %(line_no)s AND p.line_kind = 'receipt' AND {where}
   AND NOT EXISTS (SELECT 1 FROM line_void v WHERE v.line_no = p.line_no)
"""
_STANDS = """
SELECT w.lane, w.due_on, o.unpaid_fen FROM watched w LEFT JOIN open_receipt o USING (line_no)
"""


@dataclass(frozen=True)
class Owed:
    """A receipt and what is open of it on a day."""

    line: Any
    lane: str
    due_on: date
    unpaid_fen: int


def page(
    rows: Rows, place: Place | None = None, *, line_no: str = "", size: int = PAGE_ROWS
) -> Turned:
    """Return the page at a place of the reader's reports, the latest payment first."""
    return turned(_LIST, _asked(rows, line_no), ORDER, place, size)


def statement(rows: Rows, line_no: str = "") -> tuple[str, dict[str, Any]]:
    """Return the statement of the list and its parameters, but for how many."""
    found = _asked(rows, line_no)
    return _LIST.format(where=found.text, order=ORDER.sql), found.told


def counted(rows: Rows, line_no: str = "") -> Counted:
    """Return what the list counts."""
    found = _asked(rows, line_no)
    return Counted(_COUNTED.format(where=found.text), found.told)


def _asked(rows: Rows, line_no: str) -> Where:
    return Where.of(rows, **SCOPE).add_if(line_no, "y.line_no = %(line_no)s", "line_no")


def owed(rows: Rows, line_no: str, on: date) -> Owed | None:
    """Return a receipt of the reader with what is open of it on a day, or None."""
    found = Where.of(rows, **SCOPE)
    line = one(_LINE.format(where=found.text), {**found.told, "line_no": line_no})
    if line is None:
        return None
    with db.atomic():
        watched.find_paid_sheets(on, among=f"SELECT {int(line.sheet_id or 0)}")
        judgement.judge(
            [line.area_code],
            " WHERE p.line_no = %(line_no)s",
            {"line_no": line_no},
            calendar.last_day(calendar.period_of(on)),
            also=watched.COLUMNS,
        )
        watched.gather(on)
        stands = one(_STANDS)
    return Owed(line, stands.lane, stands.due_on, stands.unpaid_fen or 0)
