"""Which version of which scheme counts on a day: the nearest area's, then the latest, then by code.

Pure: the settlement says the same over sets (services/judgement/spans.py), and a property test
holds both against each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Version:
    """A version of a scheme as an area sees it."""

    scheme_code: str
    valid_from: date
    #: Its last day; None: open.
    valid_to: date | None
    #: 0: the area's own; 1: of the area above; and so on.
    distance: int


@dataclass(frozen=True)
class Term:
    """Days on which one version counts; both ends belong to it, None is open."""

    from_on: date
    to_on: date | None
    version: Version


def counting(versions: Iterable[Version], day: date) -> Version | None:
    """Return the version that counts on a day, or None where no area above has one."""
    valid = [
        one
        for one in versions
        if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    ]
    return max(
        valid, key=lambda one: (-one.distance, one.valid_from, one.scheme_code), default=None
    )


def terms(versions: Sequence[Version]) -> list[Term]:
    """Return the days of each version that counts, in order; days without one are left out."""
    edges = {one.valid_from for one in versions}
    edges |= {
        one.valid_to + timedelta(days=1)
        for one in versions
        if one.valid_to is not None and one.valid_to < date.max
    }
    days = sorted(edges)
    found: list[Term] = []
    for place, first in enumerate(days):
        version = counting(versions, first)
        if version is None:
            continue
        last = days[place + 1] - timedelta(days=1) if place + 1 < len(days) else version.valid_to
        before = found[-1] if found else None
        if before and before.version == version and before.to_on == first - timedelta(days=1):
            found[-1] = Term(before.from_on, last, version)
        else:
            found.append(Term(first, last, version))
    return found
