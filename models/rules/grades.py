"""Grades of hospitals (绩效分级): points for dated items, a tier, a factor for the total budget.

关于进一步优化药品医用耗材集中带量采购落地执行管理的实施意见 (Jiangxi, in force 2026) lets results
of volume procurement feed agreement grading and the total budget; items and tiers are data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

_CENT = Decimal("0.01")
FULL = Decimal(100)


class GradeSource(StrEnum):
    """Where the points of an item come from."""

    #: An indicator of the year: sums of numerators and denominators of its months.
    INDICATOR = "indicator"
    #: The mean score of the year's assessments.
    ASSESSMENT = "assessment"
    #: Full points less so many for each finding.
    FINDINGS = "findings"
    #: What a person gave.
    GIVEN = "given"


class GradeState(StrEnum):
    """Where the list of a year and area stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class GradeMove(StrEnum):
    """What can happen to a list."""

    CONFIRM = "confirm"
    WITHDRAW = "withdraw"


GRADE: Mapping[tuple[GradeState, GradeMove], GradeState] = {
    (GradeState.PROPOSED, GradeMove.CONFIRM): GradeState.CONFIRMED,
    (GradeState.PROPOSED, GradeMove.WITHDRAW): GradeState.WITHDRAWN,
    (GradeState.CONFIRMED, GradeMove.WITHDRAW): GradeState.WITHDRAWN,
}


@dataclass(frozen=True)
class Item:
    """One item of the form in force."""

    code: str
    name: str
    points: Decimal
    source: GradeSource
    #: Indicator, or kind of finding; empty: all of them.
    of: str = ""
    subject: str = ""
    #: Value that earns nothing and value that earns everything; either may be the greater.
    none_bp: int | None = None
    full_bp: int | None = None
    per_finding: Decimal | None = None


@dataclass(frozen=True)
class Figures:
    """What is known of a hospital's year."""

    #: (indicator, subject) → sums of numerator and denominator
    indicators: Mapping[tuple[str, str], tuple[Decimal, Decimal]]
    #: Mean score of the assessments, or None.
    assessment: Decimal | None
    #: Kind of finding → how many.
    findings: Mapping[str, int]
    #: Item → points given.
    given: Mapping[str, Decimal]


@dataclass(frozen=True)
class Scored:
    """Points of one item; None where nothing is known, and the item does not count."""

    item: Item
    value: Decimal | None
    points: Decimal | None


def score(item: Item, figures: Figures) -> Scored:
    """Return the points of an item, half up to two decimals, never below 0 or above its own."""
    value = _value(item, figures)
    if value is None:
        return Scored(item, None, None)
    return Scored(item, value, _points(item, value))


def _value(item: Item, figures: Figures) -> Decimal | None:
    if item.source is GradeSource.INDICATOR:
        return _rate(item, figures)
    if item.source is GradeSource.ASSESSMENT:
        return figures.assessment
    if item.source is GradeSource.FINDINGS:
        kinds = [item.of] if item.of else list(figures.findings)
        return Decimal(sum(figures.findings.get(kind, 0) for kind in kinds))
    return figures.given.get(item.code)


def _rate(item: Item, figures: Figures) -> Decimal | None:
    """Return the rate in basis points over all subjects meant."""
    sums = [
        pair
        for (code, subject), pair in figures.indicators.items()
        if code == item.of and item.subject in ("", subject)
    ]
    below = sum((pair[1] for pair in sums), Decimal(0))
    if below <= 0:
        return None
    above = sum((pair[0] for pair in sums), Decimal(0))
    return (above * 10_000 / below).quantize(Decimal(1), ROUND_HALF_UP)


def _points(item: Item, value: Decimal) -> Decimal:
    if item.source is GradeSource.INDICATOR:
        none, full = Decimal(item.none_bp or 0), Decimal(item.full_bp or 0)
        share = (value - none) / (full - none) if full != none else Decimal(value >= full)
        found = item.points * share
    elif item.source is GradeSource.ASSESSMENT:
        found = item.points * value / FULL
    elif item.source is GradeSource.FINDINGS:
        found = item.points - value * (item.per_finding or Decimal(0))
    else:
        found = value
    return min(max(found, Decimal(0)), item.points).quantize(_CENT, ROUND_HALF_UP)


def total(scored: Iterable[Scored]) -> Decimal | None:
    """Return the points of a hundred: of the items of which something is known, half up."""
    known = [(one.points, one.item.points) for one in scored if one.points is not None]
    whole = sum((of for _, of in known), Decimal(0))
    if whole <= 0:
        return None
    return (sum((got for got, _ in known), Decimal(0)) * FULL / whole).quantize(
        _CENT, ROUND_HALF_UP
    )


def tier(
    points: Decimal | None, tiers: Sequence[tuple[Decimal, str, int | None]]
) -> tuple[str, int | None]:
    """Return grade and factor of the tier with the greatest least points reached."""
    reached = [one for one in tiers if points is not None and one[0] <= points]
    if not reached:
        return "", None
    _, grade, factor_bp = max(reached, key=lambda one: one[0])
    return grade, factor_bp
