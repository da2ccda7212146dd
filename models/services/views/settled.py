"""Settlement statistics: what was settled and paid, and how long it took, by any one dimension."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services import cycles
from models.services.views.reading import Rows, Where, fetch, name_parties

#: What may be asked by: the column of the group and where its name stands.
BY = {
    "month": ("s.period", ""),
    "area": ("s.area_code", "SELECT name FROM area WHERE area_code = g.key"),
    "hospital": ("s.hospital_code", "SELECT name FROM hospital WHERE hospital_code = g.key"),
    "enterprise": ("s.enterprise_code", "SELECT name FROM enterprise WHERE credit_code = g.key"),
    "category": ("s.category", ""),
}
#: More rows than this are an export's work.
ROWS_MAX = 200

#: A sheet that owes nothing is settled by its approval; one that is paid, by the bank's booking.
_IS_PAID = "s.state IN ('paid', 'nothing_payable')"

#: One row for a sheet; or, where categories matter, for a sheet and category.
_SHEETS = """
SELECT s.*, s.received_fen + s.returned_fen + s.adjusted_fen AS net_fen, true AS is_first
  FROM settlement_sheet s
"""
_LINES = """
SELECT s.id, s.period, s.area_code, s.hospital_code, s.enterprise_code, s.scheme_code, s.state,
       s.payable_fen, l.category, l.lines_count, l.received_fen, l.returned_fen, l.adjusted_fen,
       l.received_fen + l.returned_fen + l.adjusted_fen AS net_fen,
       row_number() OVER (PARTITION BY s.id ORDER BY l.category) = 1 AS is_first
  FROM settlement_sheet s
  JOIN (SELECT l.sheet_id, l.category, count(*) AS lines_count,
               coalesce(sum(l.amount_fen) FILTER (WHERE l.line_kind = 'receipt'), 0)::bigint
                   AS received_fen,
               coalesce(sum(l.amount_fen) FILTER (WHERE l.line_kind = 'goods_return'), 0)::bigint
                   AS returned_fen,
               coalesce(sum(l.amount_fen) FILTER (WHERE l.line_kind = 'price_adjustment'), 0
                   )::bigint AS adjusted_fen
          FROM sheet_line l JOIN settlement_sheet t ON t.id = l.sheet_id
         WHERE t.period BETWEEN %(period_first)s AND %(period_last)s
         GROUP BY l.sheet_id, l.category) l ON l.sheet_id = s.id
"""

_MEASURES = f"""
       count(DISTINCT s.id) AS sheets, coalesce(sum(s.lines_count), 0)::bigint AS lines,
       coalesce(sum(s.received_fen), 0)::bigint AS received_fen,
       coalesce(sum(s.returned_fen), 0)::bigint AS returned_fen,
       coalesce(sum(s.adjusted_fen), 0)::bigint AS adjusted_fen,
       coalesce(sum(s.net_fen), 0)::bigint AS net_fen,
       coalesce(sum(s.net_fen) FILTER (WHERE {_IS_PAID}), 0)::bigint AS paid_fen,
       count(*) FILTER (WHERE s.booked_on IS NOT NULL AND {{once}}) AS booked,
       coalesce(sum(s.cycle) FILTER (WHERE s.booked_on IS NOT NULL AND {{once}}), 0)::bigint
           AS cycle_sum,
       max(s.cycle) FILTER (WHERE s.booked_on IS NOT NULL) AS cycle_max,
       count(*) FILTER (WHERE s.cycle_days IS NOT NULL AND s.payable_fen > 0 AND {{once}}
           AND (s.booked_on IS NOT NULL OR s.cycle > s.cycle_days)) AS judged,
       count(*) FILTER (WHERE s.cycle_days IS NOT NULL AND s.booked_on IS NOT NULL AND {{once}}
           AND s.cycle <= s.cycle_days) AS kept,
       min(s.cycle_days) AS limit_days
"""
#: `cycle` of an unpaid sheet runs on to the day asked for.
_FROM = f"""
  FROM (SELECT s.*, b.booked_on, m.cycle_days, e.number - w.number AS cycle
          FROM ({{source}}) s
          LEFT JOIN booked b ON b.sheet_id = s.id
          LEFT JOIN limits m ON m.scheme_code = s.scheme_code AND m.period = s.period
          LEFT JOIN days w ON w.day = {cycles.PERIOD_END}
          LEFT JOIN days e ON e.day = coalesce(b.booked_on, %(on)s)
         WHERE {{where}}) s
"""
_WITH = f"""
WITH days AS MATERIALIZED ({cycles.WORKING_DAYS}),
limits AS MATERIALIZED ({cycles.LIMITS}),
booked AS ({cycles.BOOKED})
"""


@dataclass(frozen=True)
class Question:
    """What is asked: which months, whose rows, which category, and by what."""

    by: str
    first: str
    last: str
    areas: tuple[str, ...]
    hospital: str
    enterprise: str
    category: str
    on: date


@dataclass(frozen=True)
class Answer:
    """The groups, their sum over everything asked, and whether more groups exist."""

    rows: list[Any]
    total: Any
    more: bool


def ask(rows: Rows, question: Question) -> Answer:
    """Return the figures by the dimension; the total is asked for itself, not added up."""
    where = _where(rows, question)
    told = {
        **where.told,
        "period_first": question.first,
        "period_last": question.last,
        "on": question.on,
        "limit": ROWS_MAX + 1,
    }
    by_category = question.by == "category" or bool(question.category)
    source = _LINES if by_category else _SHEETS
    part = _FROM.format(source=source, where=where.text)
    # A sheet of several categories has one cycle: it counts once for a group that is not one.
    once = "true" if question.by == "category" or question.category else "s.is_first"
    key, name = BY[question.by]
    order = "key" if question.by == "month" else "net_fen DESC, key"
    named = f"({name})" if name else "NULL::text"
    measures = _MEASURES.format(once=once)
    found = fetch(
        f"{_WITH} SELECT g.*, {named} AS name FROM (SELECT {key} AS key, {measures} {part}"
        f" GROUP BY 1 ORDER BY {order} LIMIT %(limit)s) g ORDER BY {order}",
        told,
    )
    once = "true" if question.category else "s.is_first"
    measures = _MEASURES.format(once=once)
    total = fetch(f"{_WITH} SELECT {measures} {part}", told)[0]
    return Answer(found[:ROWS_MAX], total, len(found) > ROWS_MAX)


def _where(rows: Rows, question: Question) -> Where:
    where = Where.of(
        rows, area="s.area_code", hospital="s.hospital_code", enterprise="s.enterprise_code"
    )
    where.add("s.period BETWEEN %(period_first)s AND %(period_last)s")
    if question.areas:
        where.add("s.area_code = ANY (%(areas)s)", areas=list(question.areas))
    where.add_if(question.category, "s.category = %(category)s", "category")
    return name_parties(
        where, question.hospital, question.enterprise, "s.hospital_code", "s.enterprise_code"
    )
