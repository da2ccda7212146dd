"""For whom a key or webhook may be made, and who sees it: the institution and its rows."""

from dataclasses import dataclass
from typing import Any

from models.records.base import sql
from models.rules.api_keys import KEY_ROLES
from models.rules.errors.api import UnknownInstitution
from models.rules.words import Role
from models.services import access
from models.services.access import ALL_AREAS, Actor

SEATS = (Role.HOSPITAL, Role.ENTERPRISE)
_AREA_OF = {
    Role.HOSPITAL: "SELECT area_code FROM hospital WHERE hospital_code = %s",
    Role.ENTERPRISE: f"SELECT '{ALL_AREAS}' FROM enterprise WHERE credit_code = %s",
}


@dataclass(frozen=True)
class Place:
    """Whose rows: an area and all below, or one institution."""

    role: Role
    area_code: str
    party_code: str | None


def place(role: str, area_code: str, party_code: str | None, actor: Actor) -> Place:
    """Return the institution meant; a seat can only mean its own.

    Raises UnknownInstitution when it does not exist or lies outside the actor's rows.
    """
    if role not in KEY_ROLES:
        raise UnknownInstitution(party=role)
    found = Role(role)
    if actor.role in SEATS and (role != actor.role or party_code != actor.party_code):
        raise UnknownInstitution(party=party_code or area_code)
    if found in SEATS:
        row = sql(_AREA_OF[found], (party_code or "",)).fetchone()
        if row is None or not _sees_area(actor, str(row[0])):
            raise UnknownInstitution(party=party_code or "")
        area = str(row[0]) if actor.role not in SEATS else actor.area_code
        return Place(found, area, party_code)
    if not _sees_area(actor, area_code) or (
        area_code != ALL_AREAS and not access.areas_below(area_code)
    ):
        raise UnknownInstitution(party=area_code)
    return Place(found, area_code, None)


def _sees_area(actor: Actor, area_code: str) -> bool:
    return actor.role in SEATS or access.reaches(actor, area_code)


def is_within(row: Any, actor: Actor) -> bool:  # noqa: ANN401 - a key or a webhook
    """Return whether a key or webhook is one the actor may see."""
    if actor.role in SEATS:
        return bool(row.role == actor.role and row.party_code == actor.party_code)
    return _sees_area(actor, row.area_code)
