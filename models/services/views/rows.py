"""Which rows a reader sees: areas below his own, or his own hospital or enterprise."""

from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

import peewee as pw

from models import clock
from models.rules.words import Role
from models.services import access
from models.services.access import Actor
from models.services.judgement import leads


@dataclass(frozen=True)
class Rows:
    """The rows of one reader; None means no limit of that kind."""

    areas: frozenset[str] | None = None
    hospital_code: str | None = None
    enterprise_code: str | None = None
    #: Members that the hospital settles for: their rows are its own (牵头单位).
    members: frozenset[str] = frozenset()

    def limits(self, **columns: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - a field or SQL
        """Return (column, allowed) for each limit; a limit without a column allows nothing."""
        hospital: Any = self.hospital_code
        if hospital and self.members:
            hospital = self.members | {hospital}
        wanted = {"area": self.areas, "hospital": hospital, "enterprise": self.enterprise_code}
        # A seat is bound by its own code, whatever area it lies in.
        if self.hospital_code or self.enterprise_code:
            wanted["area"] = None
        return [
            (columns.get(kind), allowed) for kind, allowed in wanted.items() if allowed is not None
        ]

    def where(  # fields of any record, or none
        self,
        *,
        area: Any = None,  # noqa: ANN401
        hospital: Any = None,  # noqa: ANN401
        enterprise: Any = None,  # noqa: ANN401
    ) -> pw.Expression | None:
        """Return the condition over peewee fields, or None when nothing is hidden."""
        parts = []
        for column, allowed in self.limits(area=area, hospital=hospital, enterprise=enterprise):
            if column is None:
                return pw.SQL("false")  # type: ignore[return-value]
            parts.append(
                column.in_(sorted(allowed)) if isinstance(allowed, frozenset) else column == allowed
            )
        return reduce(and_, parts) if parts else None

    def sql(
        self, *, area: str = "", hospital: str = "", enterprise: str = ""
    ) -> tuple[str, dict[str, Any]]:
        """Return a condition for raw SQL and its parameters ('true' when nothing is hidden)."""
        parts, told = [], {}
        for place, (column, allowed) in enumerate(
            self.limits(area=area, hospital=hospital, enterprise=enterprise)
        ):
            if not column:
                return "false", {}
            name = f"scope_{place}"
            parts.append(f"{column} = ANY(%({name})s)")
            told[name] = sorted(allowed) if isinstance(allowed, frozenset) else [allowed]
        return " AND ".join(parts) or "true", told


def of(actor: Actor) -> Rows:
    """Return the rows of an actor."""
    if actor.role == Role.HOSPITAL:
        own = actor.party_code or ""
        members = frozenset(leads.members(own, clock.today()))
        return Rows(hospital_code=own, members=members)
    if actor.role == Role.ENTERPRISE:
        return Rows(enterprise_code=actor.party_code or "")
    if actor.area_code == access.ALL_AREAS:
        return Rows()
    return Rows(areas=frozenset(access.areas_below(actor.area_code)))
