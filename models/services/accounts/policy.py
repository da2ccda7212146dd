"""What the schemes ask of an account's change: how many persons, how long it cools."""

from dataclasses import dataclass
from datetime import date

from models.records.base import sql

#: The row of each scheme that is valid on the day; an enterprise has one account everywhere.
_STRICTEST = """
SELECT coalesce(max(account_reviews), 1), coalesce(max(account_cooling_days), 0),
       coalesce(bool_or(account_name_binds), false)
  FROM (SELECT DISTINCT ON (scheme_code, area_code) * FROM scheme
         WHERE valid_from <= %(on)s AND coalesce(valid_to >= %(on)s, true)
         ORDER BY scheme_code, area_code, valid_from DESC) s
"""


@dataclass(frozen=True)
class Policy:
    """The strictest of the schemes of one day."""

    reviews: int
    cooling_days: int
    name_binds: bool


def at(on: date) -> Policy:
    """Return what the schemes valid on a day ask together; without schemes the least."""
    reviews, cooling_days, name_binds = sql(_STRICTEST, {"on": on}).fetchone()
    return Policy(int(reviews), int(cooling_days), bool(name_binds))
