"""How many drug receipts of a month have a trace code (应采尽采), by hospital: lines alone."""

from collections.abc import Sequence
from typing import Any

from models.records.base import sql
from models.rules import calendar

__all__ = ["CAPTURED", "captured"]

#: Drug receipts accepted in the month that stand. A line says itself whether it has codes, so no
#: code is read: the cost is that of one GROUP BY over the month's lines.
CAPTURED = """
SELECT p.hospital_code, count(*) AS lines,
       count(*) FILTER (WHERE p.trace_codes IS NOT NULL) AS coded_lines,
       sum(p.amount_fen)::bigint AS amount_fen,
       coalesce(sum(p.amount_fen) FILTER (WHERE p.trace_codes IS NOT NULL), 0)::bigint
           AS coded_fen
  FROM purchase_line p JOIN hospital h USING (hospital_code) JOIN product d USING (nhsa_code)
 WHERE p.accepted_on BETWEEN %(first)s AND %(last)s AND p.line_kind = 'receipt'
   AND d.kind = 'drug' AND h.area_code = ANY (%(areas)s)
   AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
 GROUP BY p.hospital_code
"""


def captured(period: str, areas: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the figures of a month for each hospital of the areas that bought drugs in it."""
    told = {
        "areas": list(areas),
        "first": calendar.first_day(period),
        "last": calendar.last_day(period),
    }
    return list(sql(CAPTURED, told).fetchall())
