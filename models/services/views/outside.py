"""What is out of scope and why: sums by hospital, category and reason, and the lines behind."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import db
from models.rules import calendar
from models.services import judgement
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_hospital, one

SCOPE = {"area": "f.area_code", "hospital": "f.hospital_code"}

_LIST = """
SELECT f.hospital_code, h.name AS hospital_name, f.category, f.outside, f.lines, f.amount_fen
  FROM coverage_figure f JOIN hospital h USING (hospital_code)
 WHERE {where} ORDER BY f.amount_fen DESC, f.hospital_code, f.category, f.outside
 LIMIT %(rows)s OFFSET %(skip)s
"""
_TOTALS = """
SELECT count(*) AS rows, count(DISTINCT f.hospital_code) AS hospitals,
       coalesce(sum(f.lines), 0)::bigint AS lines,
       coalesce(sum(f.amount_fen), 0)::bigint AS amount_fen
  FROM coverage_figure f WHERE {where}
"""
_HOSPITAL = "SELECT h.* FROM hospital h WHERE h.hospital_code = %(code)s AND {where}"
#: Everything of one hospital and month that stands and is on no sheet.
_CANDIDATES = """
  LEFT JOIN line_void v USING (line_no) LEFT JOIN sheet_line l USING (line_no)
 WHERE p.hospital_code = %(code)s AND p.accepted_on BETWEEN %(first)s AND %(last)s
   AND v.line_no IS NULL AND l.line_no IS NULL
"""
_JUDGED = """
  FROM judged j JOIN purchase_line p USING (line_no) JOIN product d USING (nhsa_code)
  JOIN enterprise e ON e.credit_code = p.enterprise_code
 WHERE NOT j.is_direct AND (%(reason)s = '' OR j.outside = %(reason)s)
   AND (%(category)s = '' OR j.category = %(category)s)
"""
_LINES = f"""
SELECT j.line_no, j.category, j.outside, j.amount_fen, p.line_kind, p.accepted_on, p.platform,
       p.unit_price_yuan, d.name AS product_name, d.specification, p.nhsa_code,
       e.name AS enterprise_name
{_JUDGED} ORDER BY p.accepted_on, j.line_no LIMIT %(rows)s OFFSET %(skip)s
"""
_SUM = f"SELECT count(*) AS lines, coalesce(sum(j.amount_fen), 0)::bigint AS amount_fen {_JUDGED}"


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask for everything."""

    period: str
    areas: tuple[str, ...] = ()
    hospital: str = ""
    reason: str = ""
    category: str = ""


def page(rows: Rows, asked: Asked, *, number: int = 0, size: int = PAGE_ROWS) -> list[Any]:
    """Return the sums of a month by hospital, category and reason, one more than a page."""
    found = _where(rows, asked)
    told = {**found.told, "rows": size + 1, "skip": number * size}
    return fetch(_LIST.format(where=found.text), told)


def totals(rows: Rows, asked: Asked) -> Any:  # noqa: ANN401 - a row by name
    """Return hospitals, lines and money of everything asked for."""
    found = _where(rows, asked)
    return one(_TOTALS.format(where=found.text), found.told)


def hospital(rows: Rows, code: str) -> Any:  # noqa: ANN401 - a row by name
    """Return a hospital of the reader, or None."""
    found = Where.of(rows, area="h.area_code", hospital="h.hospital_code")
    return one(_HOSPITAL.format(where=found.text), {**found.told, "code": code})


def lines(
    of: Any,  # noqa: ANN401 - a hospital's row
    asked: Asked,
    *,
    number: int = 0,
    size: int = PAGE_ROWS,
) -> tuple[Any, list[Any]]:
    """Return count and sum of a hospital's lines out of scope in a month, and a page of them.

    Judged now, each by its own day, as a settlement would.
    """
    last = calendar.last_day(asked.period)
    told = {
        "code": of.hospital_code,
        "first": date.fromisoformat(f"{asked.period}-01"),
        "last": last,
    }
    shown = {
        "reason": asked.reason,
        "category": asked.category,
        "rows": size + 1,
        "skip": number * size,
    }
    with db.atomic():
        judgement.judge([of.area_code], _CANDIDATES, told, last, also=("outside",))
        return one(_SUM, shown), fetch(_LINES, shown)


def _where(rows: Rows, asked: Asked) -> Where:
    found = Where.of(rows, **SCOPE)
    found.add("f.lane = 'self' AND f.period = %(period)s", period=asked.period)
    found.add_if(list(asked.areas) or None, "f.area_code = ANY(%(areas)s)", "areas")
    found.add_if(asked.reason, "f.outside = %(reason)s", "reason")
    found.add_if(asked.category, "f.category = %(category)s", "category")
    name_hospital(found, asked.hospital, "f.hospital_code")
    return found
