"""The versions of each indicator, for whoever asks what was measured by which rule."""

from collections.abc import Sequence
from datetime import date

from models.records.base import sql
from models.rules.definitions import DEFAULTS, Definition, in_force, of_subject
from models.services.monitoring import versions

_ROOT = "SELECT area_code FROM area WHERE parent_code IS NULL ORDER BY area_code LIMIT 1"
_ABOVE = "SELECT above_code FROM area_chain WHERE area_code = %s ORDER BY distance"


def root() -> str:
    """Return the area above all others, or nothing."""
    found = sql(_ROOT).fetchone()
    return str(found[0]) if found else ""


def compared(area: Sequence[str], on: date) -> list[tuple[str, list[Definition], set[Definition]]]:
    """Return for each indicator and subject its versions, latest first, and those that count.

    Of one area with those above it; without an area, each version by the area it is made for.
    """
    every = [*versions.imported(), *DEFAULTS]
    above = [str(row[0]) for row in sql(_ABOVE, (area[0],))] if area else []
    known = [one for one in every if not area or one.area_code in {*above, ""}]
    counting = {
        one for code in {one.area_code for one in known} | {""}
        for one in _counting(every, above or [code], on)
    }  # fmt: skip
    found: dict[tuple[str, str], list[Definition]] = {}
    for one in known:
        found.setdefault((one.indicator, one.subject), []).append(one)
    told = []
    for (indicator, _subject), of in found.items():
        of.sort(key=lambda one: (one.valid_from, one.area_code), reverse=True)
        told.append((indicator, of, counting.intersection(of)))
    order = {one.indicator: place for place, one in enumerate(DEFAULTS)}
    return sorted(told, key=lambda one: (order.get(one[0], len(order)), one[0]))


def _counting(every: Sequence[Definition], above: Sequence[str], on: date) -> list[Definition]:
    """Return of each indicator and subject the version that counts."""
    told = []
    for of in in_force(every, above, on).values():
        for subject in {one.subject for one in of}:
            told += [one for one in (of_subject(of, subject),) if one is not None]
    return told
