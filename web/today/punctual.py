"""How much of what fell due was paid in time, by settlement month: the second picture of home."""

from typing import NamedTuple

from models import clock
from models.records.base import db
from models.services.access import Actor
from web import scope
from web.today.bounds import SHEET

#: A sheet is paid in time if the bank booked its payment by its due day, and it stays paid.
_STATEMENT = """
SELECT s.period, coalesce(sum(s.payable_fen) FILTER (WHERE i.booked_on <= s.due_on), 0)::bigint,
       sum(s.payable_fen)::bigint
  FROM settlement_sheet s
  LEFT JOIN (payment_allocation x JOIN payment_instruction i
             ON i.id = x.instruction_id AND i.state = 'settled') ON x.sheet_id = s.id
 WHERE s.period > %(after)s AND s.payable_fen > 0 AND s.due_on <= %(on)s AND {scope}
 GROUP BY s.period
"""


class Month(NamedTuple):
    """A settlement month: what of it fell due up to today, and what of that was paid in time."""

    period: str
    in_time_fen: int
    due_fen: int

    @property
    def percent(self) -> float | None:
        """Return the rate to one decimal, rounded down; nothing due has none, which is not 0."""
        return 1_000 * self.in_time_fen // self.due_fen / 10 if self.due_fen else None


def months(actor: Actor, periods: list[str], after: str) -> list[Month]:
    """Return the rate of each period within the reader's rows."""
    where, told = scope.of(actor).sql(**SHEET)
    rows = db.execute_sql(
        _STATEMENT.format(scope=where), {"after": after, "on": clock.today(), **told}
    ).fetchall()
    found = {row[0]: Month(*row) for row in rows}
    return [found.get(period, Month(period, 0, 0)) for period in periods]
