"""Which rows of an export an actor may see: areas, and for the seats their own institution."""

from dataclasses import dataclass
from datetime import date

from models.rules.words import Role
from models.services import access
from models.services.judgement import leads


@dataclass(frozen=True)
class Ask:
    """What was asked for, within the actor's rows."""

    period: str | None
    areas: list[str]
    on: date
    #: Every area there is: rows without an area belong to it too.
    everything: bool
    hospital_code: str | None
    #: The hospital and the members it settles for on the day: their rows are its own.
    hospitals: list[str]
    enterprise_code: str | None
    #: Account numbers in full.
    whole_accounts: bool

    def params(self) -> dict[str, object]:
        """Return the parameters every SELECT may use."""
        return {
            "period": self.period,
            "areas": self.areas,
            "on": self.on,
            "everything": self.everything,
            "hospital": self.hospital_code,
            "hospitals": self.hospitals,
            "enterprise": self.enterprise_code,
            "whole_accounts": self.whole_accounts,
        }


def ask(actor: access.Actor, period: str | None, area: str | None, on: date) -> Ask:
    """Return the request with the areas and the institution that bound it."""
    access.require(actor, "export")
    own = actor.party_code if actor.role == Role.HOSPITAL else None
    return Ask(
        period=period,
        areas=access.areas(actor, area),
        on=on,
        everything=area is None and actor.area_code == access.ALL_AREAS,
        hospital_code=own,
        hospitals=[own, *leads.members(own, on)] if own else [],
        enterprise_code=actor.party_code if actor.role == Role.ENTERPRISE else None,
        whole_accounts="account_numbers" in access.MAY.get(actor.role, frozenset()),
    )
