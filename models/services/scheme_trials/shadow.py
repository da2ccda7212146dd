"""A month as it never was: temporary tables stand before the real ones and vanish with the trial.

Names without a schema find temporary tables first, so the judgement reads the shadow without
knowing it, and nothing it could do reaches a real row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import JsonField, sql
from models.rules import calendar
from models.schemas.tables.schemes import Schemes

_TRIED_SHEETS = """
CREATE TEMP TABLE tried_sheet ON COMMIT DROP AS
SELECT id FROM settlement_sheet WHERE period = %(period)s AND area_code = ANY (%(areas)s)
"""
_SHEETS = """
CREATE TEMP VIEW settlement_sheet AS
SELECT s.* FROM public.settlement_sheet s WHERE s.id NOT IN (SELECT id FROM tried_sheet)
"""
_LINES = """
CREATE TEMP VIEW sheet_line AS
SELECT l.* FROM public.sheet_line l WHERE l.sheet_id NOT IN (SELECT id FROM tried_sheet)
"""
#: The draft in the place of the version it names; one that begins after the month's first day is
#: its area's only version since that day.
_SCHEMES = """
CREATE TEMP TABLE scheme ON COMMIT DROP AS
SELECT s.* FROM public.scheme s
 WHERE (s.scheme_code, s.valid_from) <> (%(scheme_code)s, %(valid_from)s)
   AND NOT (%(brought_forward)s AND s.area_code = %(area_code)s AND s.valid_from >= %(begins_on)s)
UNION ALL
SELECT (jsonb_populate_record(NULL::public.scheme, %(row)s)).*
"""


@dataclass(frozen=True)
class Term:
    """The days a draft counts in a trial."""

    begins_on: date
    ends_on: date | None
    #: It begins later than the month's first day and counts as if it had begun then.
    brought_forward: bool


def term(valid_from: date, valid_to: date | None, period: str) -> Term:
    """Return the days on which a draft counts when a month is tried with it."""
    first, last = calendar.first_day(period), calendar.last_day(period)
    forward = valid_from > first
    ends_on = None if valid_to is not None and valid_to < last else valid_to
    return Term(first if forward else valid_from, ends_on, forward)


def sheets(period: str, areas: Sequence[str]) -> None:
    """Let the sheets of the period and areas be as if nobody had made them."""
    sql(_TRIED_SHEETS, {"period": period, "areas": list(areas)})
    for statement in ("ANALYZE tried_sheet", _SHEETS, _LINES):
        sql(statement)


def scheme(read: Mapping[str, Any], days: Term) -> None:
    """Let the draft's values be a version of the scheme on these days."""
    columns = Schemes.columns()
    row = {column.target: _json(read.get(name)) for name, column in columns.items()}
    row |= {"valid_from": _json(days.begins_on), "valid_to": _json(days.ends_on)}
    sql(
        _SCHEMES,
        {
            "scheme_code": read["scheme_code"],
            "valid_from": read["valid_from"],
            "area_code": read["area_code"],
            "brought_forward": days.brought_forward,
            "begins_on": days.begins_on,
            "row": JsonField().db_value(row),
        },
    )
    sql("ANALYZE pg_temp.scheme")


def _json(value: Any) -> Any:  # noqa: ANN401 - a value of any column
    return value.isoformat() if isinstance(value, date) else value
