"""Which rows a monitoring run reads: the areas, the month, the day, all hospitals or one."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.rules import calendar


@dataclass(frozen=True)
class Selection:
    """The rows of one question; one by one when a hospital's sources are asked for."""

    period: str
    areas: tuple[str, ...]
    #: The day up to which payments count.
    on: date
    #: The hospital whose rows are told one by one; empty: sums of all hospitals of the areas.
    hospital: str = ""
    #: The hospital and the members it leads: whose lines may be under its contracts.
    hospitals: tuple[str, ...] = ()

    @property
    def one_by_one(self) -> bool:
        """Return whether rows keep their numbers instead of being added up."""
        return bool(self.hospital)

    @property
    def last(self) -> date:
        """Return the last day of the month."""
        return calendar.last_day(self.period)

    @property
    def told(self) -> dict[str, Any]:
        """Return the parameters of every statement."""
        return {
            "period": self.period,
            "areas": list(self.areas),
            "hospitals": list(self.hospitals),
            "first": calendar.first_day(self.period),
            "last": self.last,
            "after": self.last + timedelta(days=1),
            "new_year": date(self.last.year, 1, 1),
            "on": self.on,
        }

    def of(self, alias: str) -> str:
        """Return SQL that a hospital row is meant."""
        if self.one_by_one:
            return f"{alias}.hospital_code = ANY (%(hospitals)s)"
        return f"{alias}.area_code = ANY (%(areas)s)"
