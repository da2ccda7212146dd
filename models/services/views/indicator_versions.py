"""The versions of each indicator, for whoever asks what was measured by which rule."""

from collections.abc import Sequence
from datetime import date

from models.records.base import sql
from models.rules.definitions import DEFAULTS, Definition, in_force
from models.services.monitoring import versions

_ROOT = "SELECT area_code FROM area WHERE parent_code IS NULL ORDER BY area_code LIMIT 1"
_ABOVE = "SELECT above_code FROM area_chain WHERE area_code = %s ORDER BY distance"


def root() -> str:
    """Return the area above all others, or nothing."""
    found = sql(_ROOT).fetchone()
    return str(found[0]) if found else ""


def compared(
    area: Sequence[str], on: date
) -> list[tuple[str, list[Definition], Definition | None]]:
    """Return for each indicator and subject its versions, latest first, and which one counts.

    Of one area with those above it; without an area, of all areas, and then none is marked.
    """
    every = [*versions.imported(), *DEFAULTS]
    above = [str(row[0]) for row in sql(_ABOVE, (area[0],))] if area else []
    allowed = {*above, ""}
    known = [one for one in every if not area or one.area_code in allowed]
    counting = in_force(every, above, on) if area else in_force(every, [root()], on)
    found: dict[tuple[str, str], list[Definition]] = {}
    for one in known:
        found.setdefault((one.indicator, one.subject), []).append(one)
    told = []
    for (indicator, subject), of in found.items():
        of.sort(key=lambda one: (one.valid_from, one.area_code), reverse=True)
        mine = [one for one in counting.get(indicator, []) if one.subject == subject]
        told.append((indicator, of, mine[0] if mine else None))
    order = {one.indicator: place for place, one in enumerate(DEFAULTS)}
    return sorted(told, key=lambda told_one: (order.get(told_one[0], len(order)), told_one[0]))
