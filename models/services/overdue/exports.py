"""The exports `overdue` and `interest`: rows as people take them away, amounts in yuan."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from models.records.base import db
from models.rules.money import yuan
from models.services.overdue import listing, watched

OVERDUE_COLUMNS = (
    "line_no", "lane", "hospital_code", "enterprise_code", "due_on", "days_late", "unpaid_yuan",
    "interest_yuan", "step", "responsible",
)  # fmt: skip
INTEREST_COLUMNS = (
    "line_no", "part", "amount_yuan", "due_on", "paid_on", "days", "rate", "interest_yuan",
)  # fmt: skip

#: Rows fetched at a time, so that memory stays flat.
FETCH_ROWS = 5_000

_OVERDUE = """
SELECT l.line_no, l.lane, l.hospital_code, l.enterprise_code, l.due_on, l.days_late, l.unpaid_fen,
       coalesce(i.interest_fen, 0)::bigint AS interest_fen, l.step, l.responsible
  FROM late l
  LEFT JOIN (SELECT line_no, sum(interest_fen) AS interest_fen FROM late_part GROUP BY 1) i
       USING (line_no)
 ORDER BY l.line_no COLLATE "C"
"""

_INTEREST = """
SELECT line_no, part, amount_fen, due_on, paid_on, days, rate_bp, interest_fen::bigint
  FROM late_part ORDER BY line_no COLLATE "C", part
"""


def _fetched(name: str, text: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query through a server-side cursor of the present transaction."""
    with db.connection().cursor(name=name) as cursor:
        cursor.itersize = FETCH_ROWS
        yield from cursor.execute(text)


def export_overdue(on: date, areas: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of OVERDUE_COLUMNS for a day, by line number."""
    with db.atomic():
        listing.collect(areas, on)
        watched.collect_interest(on)
        for *row, unpaid_fen, interest_fen, step, responsible in _fetched("overdue", _OVERDUE):
            yield (*row, yuan(unpaid_fen), yuan(interest_fen), step, responsible)


def export_interest(on: date, areas: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of INTEREST_COLUMNS for a day: the parts that bear interest, by line and part.

    `rate` is the agreed yearly rate in basis points, empty for 0.05 % a day.
    """
    with db.atomic():
        watched.collect(areas, on)
        watched.collect_interest(on)
        for line_no, part, amount_fen, due_on, paid_on, days, rate, fen in _fetched(
            "interest", _INTEREST
        ):
            yield line_no, part, yuan(amount_fen), due_on, paid_on, days, rate, yuan(fen)
