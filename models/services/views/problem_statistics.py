"""Statistics of reported problems by one dimension: how many, how fast, how content."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.views.problems import LATE, Asked, where
from models.services.views.reading import Rows, fetch, one

#: What may be asked by: the column of the group and where its name stands.
BY = {
    "month": ("to_char(p.reported_on, 'YYYY-MM')", ""),
    "kind": ("p.kind_code", ""),
    "area": ("p.area_code", "SELECT name FROM area WHERE area_code = g.key"),
    "hospital": ("p.hospital_code", "SELECT name FROM hospital WHERE hospital_code = g.key"),
    "enterprise": ("p.enterprise_code", "SELECT name FROM enterprise WHERE credit_code = g.key"),
}
ROWS_MAX = 200

#: Days run from the report to the close, both by the calendar; in time is an answer by its day.
_MEASURES = f"""
count(*) AS reported,
count(*) FILTER (WHERE p.state IN ('reported', 'handling', 'answered')) AS open,
count(*) FILTER (WHERE {LATE}) AS late,
count(*) FILTER (WHERE p.state = 'closed') AS closed,
coalesce(sum(p.closed_on - p.reported_on), 0)::bigint AS days_sum,
max(p.closed_on - p.reported_on) AS days_max,
count(*) FILTER (WHERE p.state <> 'withdrawn'
    AND (p.answered_on IS NOT NULL OR p.result_due_on < %(on)s)) AS judged,
count(*) FILTER (WHERE p.state <> 'withdrawn' AND p.answered_on <= p.result_due_on) AS kept,
count(*) FILTER (WHERE p.escalated_count > 0) AS escalated,
count(*) FILTER (WHERE p.reopened_count > 0) AS reopened,
count(p.satisfaction) AS rated,
count(*) FILTER (WHERE p.satisfaction = 'satisfied') AS satisfied
"""


@dataclass(frozen=True)
class Answer:
    """The groups, their sum over everything asked, and whether more groups exist."""

    rows: list[Any]
    total: Any
    more: bool


def ask(rows: Rows, by: str, asked: Asked, on: date, *, size: int = ROWS_MAX) -> Answer:
    """Return the figures by the dimension, of the reader's problems; most reported first."""
    column, name = BY[by]
    found = where(rows, asked, on)
    order = "g.key" if by == "month" else "g.reported DESC, g.key"
    text = (
        f"SELECT g.*, {f'({name})' if name else 'NULL::text'} AS name FROM ("
        f"SELECT {column} AS key, {_MEASURES} FROM problem p WHERE {found.text}"
        f" GROUP BY {column}) g ORDER BY {order} LIMIT %(groups)s"
    )
    groups = fetch(text, {**found.told, "groups": size + 1})
    total = one(f"SELECT {_MEASURES} FROM problem p WHERE {found.text}", found.told)
    return Answer(groups[:size], total, len(groups) > size)
