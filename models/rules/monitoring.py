"""How the execution of volume procurement is measured: indicators, targets and verdicts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from models.rules.retention import BP, half_up


class Indicator(StrEnum):
    """The indicators that are always measured; a definition may add others by its own code."""

    ONLINE_RATE = "online_rate"
    PURCHASE_PROGRESS = "purchase_progress"
    VBP_SHARE_AMOUNT = "vbp_share_amount"
    NON_SELECTED_SHARE = "non_selected_share"
    SETTLEMENT_RATE = "settlement_rate"
    ON_TIME_RATE = "on_time_rate"
    PAID_IN_30_DAYS = "paid_in_30_days"
    ARREARS_RATIO = "arrears_ratio"


class Verdict(StrEnum):
    """Whether a target was met."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"


class Direction(StrEnum):
    """Whether a target is to be reached or must not be passed."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Target(StrEnum):
    """Where a target comes from: nowhere, the definition, the time passed, the round's limit."""

    NONE = "none"
    FIXED = "fixed"
    TIME_PROGRESS = "time_progress"
    ROUND_LIMIT = "round_limit"


@dataclass(frozen=True)
class Term:
    """Committed quantity of contracts that share one term."""

    committed_quantity: Decimal
    term_start: date
    term_end: date


def value_bp(numerator: Decimal | int, denominator: Decimal | int) -> int:
    """Return 10,000 × numerator / denominator (above zero), half away from zero."""
    above, parts = numerator.as_integer_ratio()
    below, parts_below = denominator.as_integer_ratio()
    asked, whole = abs(above) * parts_below * BP, parts * below
    rounded = (2 * asked + whole) // (2 * whole)
    return -rounded if above < 0 else rounded


def percent(bp: int) -> str:
    """Return basis points as people read them: 8333 is 83.33%."""
    sign, value = ("-", -bp) if bp < 0 else ("", bp)
    return f"{sign}{value // 100}.{value % 100:02d}%"


def time_progress_bp(terms: Iterable[Term], month_end: date) -> int | None:
    """Return what part of the committed quantity time asks for by the end of the month.

    That is 序时进度; both end days of the term count; None when nothing is committed.
    """
    asked = committed = Fraction(0)
    for term in terms:
        quantity = Fraction(term.committed_quantity)
        elapsed = (month_end - term.term_start).days + 1
        committed += quantity
        asked += quantity * Fraction(elapsed, (term.term_end - term.term_start).days + 1)
    return half_up(asked * BP / committed) if committed else None


def verdict(direction: Direction, value: int, target_bp: int | None) -> Verdict | None:
    """Return pass or fail of a rounded value against its target; None without a target."""
    if target_bp is None:
        return None
    met = value <= target_bp if direction is Direction.AT_MOST else value >= target_bp
    return Verdict.PASS if met else Verdict.FAIL
