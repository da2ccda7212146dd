"""Who reviews: the level a person gives, and the areas whose sheets that person may touch."""

from models.records.base import sql
from models.rules import approval
from models.rules.errors.access import NotAllowed
from models.rules.errors.payment import UnknownSheet
from models.services import access
from models.services.access import Actor


def level_of(actor: Actor) -> int:
    """Return the level of review a person gives; raises NotAllowed."""
    level = approval.level_of(actor.role)
    if level is None:
        raise NotAllowed(actor=actor.name, role=actor.role, action="approve")
    access.require(actor, f"approve_{level}")
    return level


def areas_of(actor: Actor, told: dict[str, object]) -> list[str]:
    """Return the areas of the sheets told.ids; raises UnknownSheet, OutOfScope."""
    found = sql(
        "SELECT id, area_code FROM settlement_sheet WHERE id = ANY (%(ids)s)", told
    ).fetchall()
    missing = sorted(set(told["ids"]) - {row[0] for row in found})  # type: ignore[call-overload]
    if missing:
        raise UnknownSheet(sheets=", ".join(map(str, missing)))
    areas = sorted({row[1] for row in found})
    access.require_rows(actor, areas, "结算单")
    return areas
