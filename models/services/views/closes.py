"""Closes of months as their pages show them: which months are closed, what was corrected later."""

from typing import Any

from models.rules import calendar
from models.services import period_close
from models.services.access import Actor
from models.services.period_close import Checklist
from models.services.views.reading import fetch, one

MONTHS_MAX = 24

#: Each settled month of the areas, and in how many of them it is closed.
_MONTHS = f"""
SELECT p.period, count(*) AS areas, count(c.period) AS closed,
       coalesce(sum(s.payable_fen), 0)::bigint AS payable_fen, coalesce(sum(s.sheets), 0)::bigint
           AS sheets
  FROM settled_period p LEFT JOIN closed_month c USING (period, area_code)
  LEFT JOIN (SELECT period, area_code, sum(payable_fen) AS payable_fen, count(*) AS sheets
               FROM settlement_sheet GROUP BY period, area_code) s USING (period, area_code)
 WHERE p.area_code = ANY (%(areas)s)
 GROUP BY p.period ORDER BY p.period DESC LIMIT {MONTHS_MAX}
"""
_CLOSES = """
SELECT c.*, a.name AS area_name FROM period_close c LEFT JOIN area a USING (area_code)
 WHERE c.area_codes <@ %(areas)s::text[] {more}
 ORDER BY c.id DESC LIMIT 100
"""
#: Lines of later months that point at a line of the closed one.
_CORRECTED = """
SELECT t.period, l.line_kind, count(*) AS lines, sum(l.amount_fen)::bigint AS sum_fen
  FROM settlement_sheet s JOIN sheet_line o ON o.sheet_id = s.id
  JOIN purchase_line p ON p.original_line_no = o.line_no
  JOIN sheet_line l ON l.line_no = p.line_no
  JOIN settlement_sheet t ON t.id = l.sheet_id AND t.period > s.period
 WHERE s.period = %(period)s AND s.area_code = ANY (%(areas)s)
   AND p.original_line_no IS NOT NULL
 GROUP BY t.period, l.line_kind ORDER BY t.period, l.line_kind
"""
#: Payments made again after the month was closed for sheets of it.
_PAID_AGAIN = """
SELECT count(DISTINCT i.id) AS payments, coalesce(sum(a.amount_fen), 0)::bigint AS sum_fen
  FROM settlement_sheet s JOIN payment_allocation a ON a.sheet_id = s.id
  JOIN payment_instruction i ON i.id = a.instruction_id
 WHERE s.period = %(period)s AND s.area_code = ANY (%(areas)s) AND i.made_at > %(closed_at)s
"""


def months(areas: list[str]) -> list[Any]:
    """Return the settled months of the areas, the latest first, with how far each is closed."""
    return fetch(_MONTHS, {"areas": areas})


def closes(areas: list[str], period: str = "") -> list[Any]:
    """Return the proposals and closes within the areas, the latest first; of one month or all."""
    more = "AND c.period = %(period)s" if period else ""
    return fetch(_CLOSES.format(more=more), {"areas": areas, "period": period})


def find(areas: list[str], close_no: str) -> Any:  # noqa: ANN401 - a row by name
    """Return a proposal or close by its number, or None."""
    return one(
        _CLOSES.format(more="AND c.close_no = %(close_no)s"),
        {"areas": areas, "close_no": close_no},
    )


def checklist(actor: Actor, period: str, area: str | None, on: Any) -> Checklist | None:  # noqa: ANN401
    """Return what is open of a month, or None when all of it is closed."""
    areas = period_close.open_areas(actor, period, area)
    return period_close.look(areas, period, on) if areas else None


def corrections(close: Any) -> dict[str, Any]:  # noqa: ANN401 - a row by name
    """Return what later months corrected of a closed one, and what was paid again since."""
    told = {
        "period": close.period,
        "areas": close.area_codes,
        "closed_at": close.decided_at,
    }
    return {"lines": fetch(_CORRECTED, told), "again": one(_PAID_AGAIN, told)}


def next_to_close(areas: list[str]) -> str:
    """Return the first settled month that is not closed everywhere; else the month after the last.

    Empty when nothing was settled yet.
    """
    found = months(areas)
    still = [row.period for row in found if row.closed < row.areas]
    if still:
        return str(min(still))
    return calendar.next_period(found[0].period) if found else ""
