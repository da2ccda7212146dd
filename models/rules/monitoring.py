"""How the execution of volume procurement is measured: indicators, targets and verdicts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from models.rules.retention import BP, half_up
from models.rules.words import ProductKind


class Indicator(StrEnum):
    """The indicators of a month and hospital."""

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


#: Indicators that count quantities; the others count money.
QUANTITIES = frozenset({Indicator.PURCHASE_PROGRESS, Indicator.NON_SELECTED_SHARE})
#: Online rates to be reached (药品 ≥ 90 %, 耗材 ≥ 80 %).
ONLINE_TARGETS_BP = {ProductKind.DRUG: 9_000, ProductKind.CONSUMABLE: 8_000}


@dataclass(frozen=True)
class Term:
    """Committed quantity of contracts that share one term."""

    committed_quantity: Decimal
    term_start: date
    term_end: date


def value_bp(numerator: Decimal | int, denominator: Decimal | int) -> int:
    """Return 10,000 × numerator / denominator (above zero), half away from zero."""
    return half_up(Fraction(numerator) * BP / Fraction(denominator))


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


def verdict(indicator: Indicator, value: int, target_bp: int | None) -> Verdict | None:
    """Return pass or fail of a rounded value against its target; None without a target.

    The share of products that were not selected must stay below its limit, all else reaches it.
    """
    if target_bp is None:
        return None
    limit = indicator is Indicator.NON_SELECTED_SHARE
    met = value <= target_bp if limit else value >= target_bp
    return Verdict.PASS if met else Verdict.FAIL
