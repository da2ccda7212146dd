"""What is held: which reason how often, how much and since when, and the lines behind it."""

from dataclasses import dataclass
from typing import Any

from models.services.views.late_lines import is_large
from models.services.views.listing import Counted, turned
from models.services.views.reading import (
    KEPT_SECONDS,
    KEPT_SECONDS_NAMELESS,
    Rows,
    Where,
    fetch,
    is_kept,
    kept,
    name_parties,
    question,
)
from models.services.views.turning import Key, Order, Place, Turned

SCOPE = {"area": "h.area_code", "hospital": "h.hospital_code", "enterprise": "h.enterprise_code"}

_MATRIX = """
WITH held AS MATERIALIZED (
    SELECT h.reasons, h.hospital_code, h.enterprise_code, count(*) AS lines,
           sum(h.amount_fen) AS sum_fen, min(h.accepted_on) AS oldest_on
      FROM held_line h WHERE {where} GROUP BY 1, 2, 3
)
SELECT r.reason, sum(lines)::bigint AS lines, sum(sum_fen)::bigint AS sum_fen,
       min(oldest_on) AS oldest_on,
       count(DISTINCT hospital_code) AS hospitals, count(DISTINCT enterprise_code) AS enterprises
  FROM held CROSS JOIN LATERAL unnest(reasons) AS r (reason) GROUP BY r.reason
UNION ALL
SELECT '', coalesce(sum(lines), 0)::bigint, coalesce(sum(sum_fen), 0)::bigint, min(oldest_on),
       count(DISTINCT hospital_code), count(DISTINCT enterprise_code) FROM held
 ORDER BY 3 DESC NULLS LAST
"""
_LIST = """
SELECT q.*, s.name AS hospital_name, e.name AS enterprise_name, d.name AS product_name
  FROM (SELECT h.line_no, h.period, h.reasons, h.amount_fen, h.accepted_on, h.hospital_code,
               h.enterprise_code, p.nhsa_code, p.order_no
          FROM (SELECT * FROM held_line h WHERE {where} ORDER BY {order} LIMIT %(rows)s) h
          JOIN purchase_line p USING (line_no)) q
  JOIN hospital s USING (hospital_code) JOIN enterprise e ON e.credit_code = q.enterprise_code
  JOIN product d USING (nhsa_code)
 ORDER BY {order}
"""
ORDER = Order((Key("line_no", "line_no"),))
_TOTALS = """
SELECT count(*) AS lines, coalesce(sum(h.amount_fen), 0)::bigint AS sum_fen
  FROM held_line h WHERE {where}
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list."""

    period: str
    areas: tuple[str, ...] = ()
    hospital: str = ""
    enterprise: str = ""
    reason: str = ""


def _where(rows: Rows, asked: Asked, *, with_reason: bool = True) -> Where:
    found = Where.of(rows, **SCOPE)
    found.add("h.period = %(period)s AND cardinality(h.reasons) > 0", period=asked.period)
    found.add_if(list(asked.areas) or None, "h.area_code = ANY (%(areas)s)", "areas")
    name_parties(found, asked.hospital, asked.enterprise, "h.hospital_code", "h.enterprise_code")
    if with_reason and asked.reason:
        found.add("h.reasons @> ARRAY[%(reason)s]::text[]", reason=asked.reason)
    return found


def matrix(rows: Rows, asked: Asked) -> tuple[Any, list[Any]]:
    """Return the whole (a line with two reasons counts once) and one row for each reason."""
    found = _where(rows, asked, with_reason=False)
    told = kept(
        asked.period,
        question("holds.matrix", found),
        lambda: fetch(_MATRIX.format(where=found.text), found.told),
        seconds=_seconds(asked),
    )
    whole = next(row for row in told if not row.reason)
    return whole, [row for row in told if row.reason]


def is_ready(rows: Rows, asked: Asked) -> bool:
    """Return whether the matrix is at hand or a matter of a moment."""
    found = _where(rows, asked, with_reason=False)
    return not is_large() or is_kept(asked.period, question("holds.matrix", found))


def page(rows: Rows, asked: Asked, place: Place | None = None) -> Turned:
    """Return the page at a place of the held lines."""
    return turned(_LIST, _where(rows, asked), ORDER, place)


def _seconds(asked: Asked) -> int:
    return KEPT_SECONDS if asked.hospital or asked.enterprise else KEPT_SECONDS_NAMELESS


def counted(rows: Rows, asked: Asked) -> Counted:
    """Return what a saved view of the list counts."""
    found = _where(rows, asked)
    return Counted(f"SELECT 1 FROM held_line h WHERE {found.text}", found.told)


def statement(rows: Rows, asked: Asked) -> tuple[str, dict[str, Any]]:
    """Return the statement of the list and its parameters, but for how many."""
    found = _where(rows, asked)
    return _LIST.format(where=found.text, order=ORDER.sql), found.told


def totals(rows: Rows, asked: Asked) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sum of the held lines the conditions find."""
    found = _where(rows, asked)
    return kept(
        asked.period,
        question("holds.totals", found),
        lambda: fetch(_TOTALS.format(where=found.text), found.told)[0],
        seconds=_seconds(asked),
    )
