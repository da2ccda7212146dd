"""How the yearly list of overdue contracts comes to be public (逾期未支付信息公示)."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from models.rules.words import HospitalLevel


class PublicationState(StrEnum):
    """Life of a list (公示表)."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"


class PublicationMove(StrEnum):
    """What people do with a list."""

    CALCULATE = "calculate"
    REVIEW = "review"
    RETURN = "return"
    PUBLISH = "publish"


#: Whoever drafted does not review; what is published stays, a correction is the next version.
PUBLICATION: Mapping[tuple[PublicationState, PublicationMove], PublicationState] = {
    (PublicationState.DRAFT, PublicationMove.CALCULATE): PublicationState.DRAFT,
    (PublicationState.DRAFT, PublicationMove.REVIEW): PublicationState.REVIEWED,
    (PublicationState.REVIEWED, PublicationMove.RETURN): PublicationState.DRAFT,
    (PublicationState.REVIEWED, PublicationMove.PUBLISH): PublicationState.PUBLISHED,
}


def last_day_of(year: int) -> date:
    """Return the day as of which a year is published."""
    return date(year, 12, 31)


def due_on(year: int) -> date:
    """Return the last day to publish a year: 31 March of the next (国务院令第802号, art. 18)."""
    return date(year + 1, 3, 31)


def asked_from(year: int) -> date:
    """Return the day from which the task stands on the home page."""
    return date(year + 1, 3, 1)


def year_due(on: date) -> int:
    """Return the year that is to be published next: the one that ended last."""
    return on.year - 1


#: The order of levels in a ranking: the greatest first, hospitals without a level last.
LEVELS = (HospitalLevel.THREE, HospitalLevel.TWO, HospitalLevel.ONE, HospitalLevel.NONE)
