"""What is closed stays closed: asked before a month is settled, returned, offset or booked into."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from models.records.base import sql
from models.rules.errors.closing import MonthClosed

_CLOSED = """
SELECT area_code FROM closed_month WHERE period = %(period)s AND area_code = ANY (%(areas)s)
 ORDER BY area_code LIMIT 1
"""


def refuse(areas: Sequence[str], period: str) -> None:
    """Refuse with MonthClosed when the month is closed in one of the areas.

    Asked under the areas' locks: a close takes them too, so nobody slips in between.
    """
    found = sql(_CLOSED, {"areas": list(areas), "period": period}).fetchone()
    if found is not None:
        raise MonthClosed(area=found[0], period=period)


@contextmanager
def told() -> Iterator[None]:
    """Say in our words what the database refused because of a closed month."""
    try:
        yield
    except psycopg.errors.RestrictViolation as error:
        if not (error.diag.constraint_name or "").endswith("_closed"):
            raise
        period, _, area = (error.diag.message_detail or "").partition(" ")
        raise MonthClosed(area=area, period=period) from error
