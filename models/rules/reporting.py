"""The life of a hospital's report of quantities (报量): (state, move) → state."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

BP = 10_000
_PLACES = Decimal("0.0001")


class ReportState(StrEnum):
    """Where a report stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    #: Reviewed one level up: what it says counts.
    REVIEWED = "reviewed"
    #: To be put right and submitted again.
    RETURNED = "returned"


class ReportMove(StrEnum):
    """What can happen to a report."""

    SUBMIT = "submit"
    #: The hospital takes it back while nobody has reviewed it.
    TAKE_BACK = "take_back"
    REVIEW = "review"
    GIVE_BACK = "give_back"


class SigningState(StrEnum):
    """How the contract of a product with an agreed quantity stands (签约)."""

    IN_TIME = "in_time"
    LATE = "late"
    UNSIGNED = "unsigned"


class UseState(StrEnum):
    """How what a hospital reported of a product compares with what it used."""

    REPORTED = "reported"
    UNREPORTED = "unreported"
    UNDER = "under"
    OVER = "over"
    #: Neither used nor reported.
    UNUSED = "unused"


class Participants(StrEnum):
    """Who must take part in a round (参加机构)."""

    #: Public and military hospitals.
    PUBLIC = "public"
    ALL = "all"
    NONE = "none"


_S = ReportState
REPORT: Mapping[tuple[ReportState, ReportMove], ReportState] = {
    (_S.DRAFT, ReportMove.SUBMIT): _S.SUBMITTED,
    (_S.RETURNED, ReportMove.SUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, ReportMove.TAKE_BACK): _S.DRAFT,
    (_S.SUBMITTED, ReportMove.REVIEW): _S.REVIEWED,
    (_S.SUBMITTED, ReportMove.GIVE_BACK): _S.RETURNED,
    (_S.REVIEWED, ReportMove.GIVE_BACK): _S.RETURNED,
}
#: While a report is in one of these its lines may change.
WRITABLE = (ReportState.DRAFT, ReportState.RETURNED)


def target(state: ReportState, move: ReportMove) -> ReportState | None:
    """Return where a move leads from a state, or None where it cannot happen."""
    return REPORT.get((state, move))


def agreed_quantity(reported: Decimal, share_bp: int) -> Decimal:
    """Return the agreed quantity: the share of what was reported, half up to 4 decimals."""
    return (reported * share_bp / BP).quantize(_PLACES, ROUND_HALF_UP)


def use_state(
    used: Decimal, reported: Decimal | None, under_bp: int | None, over_bp: int | None
) -> UseState:
    """Compare what was reported of a product with what was used of it.

    A threshold that is not set is not asked; use that came to nothing or less is none.
    """
    told = reported or Decimal(0)
    if used <= 0:
        return UseState.REPORTED if told > 0 else UseState.UNUSED
    if told <= 0:
        return UseState.UNREPORTED
    if under_bp is not None and told * BP < used * under_bp:
        return UseState.UNDER
    if over_bp is not None and told * BP > used * over_bp:
        return UseState.OVER
    return UseState.REPORTED
