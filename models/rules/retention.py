"""What a hospital may keep of what volume procurement saved the fund (结余留用).

医保发〔2020〕26号 and the provinces' rules: an incentive of at most half the gap between the budget
and what the selected products really cost the fund.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

BP = 10_000


class RetentionState(StrEnum):
    """How a hospital stands to the figures of a round and month (结余留用申报)."""

    #: Nobody spoke about these figures, or a later run came to others.
    WAITING = "waiting"
    DECLARED = "declared"
    APPEALED = "appealed"
    ANSWERED = "answered"


class RetentionMove(StrEnum):
    """What is said about the figures: by the hospital, and by the agency about an appeal."""

    DECLARE = "declare"
    APPEAL = "appeal"
    ANSWER = "answer"


_R = RetentionState
RETENTION: Mapping[tuple[RetentionState, RetentionMove], RetentionState] = {
    (_R.WAITING, RetentionMove.DECLARE): _R.DECLARED,
    (_R.WAITING, RetentionMove.APPEAL): _R.APPEALED,
    (_R.APPEALED, RetentionMove.ANSWER): _R.ANSWERED,
    (_R.ANSWERED, RetentionMove.DECLARE): _R.DECLARED,
    (_R.ANSWERED, RetentionMove.APPEAL): _R.APPEALED,
}


@dataclass(frozen=True)
class RetentionLine:
    """A product of a round in the calculation (结余留用测算); ratios in basis points."""

    base_quantity: Decimal
    agreed_quantity: Decimal
    actual_quantity: Decimal
    price_before_yuan: Decimal
    award_price_yuan: Decimal
    non_selected_fen: int
    fund_ratio_bp: int
    insured_share_bp: int
    excluded_reason: str | None = None


def half_up(value: Fraction) -> int:
    """Round to a whole number, half away from zero."""
    doubled = 2 * abs(value.numerator) + value.denominator
    whole = doubled // (2 * value.denominator)
    return -whole if value < 0 else whole


def base_fen(line: RetentionLine) -> int:
    """Return the surplus of a product in fen: budget − spent, never below zero, half up.

    Zero when less was bought than agreed and no reason excludes the product from assessment.
    """
    if line.actual_quantity < line.agreed_quantity and not line.excluded_reason:
        return 0
    share = Fraction(line.fund_ratio_bp * line.insured_share_bp, BP * BP)
    budget = Fraction(line.base_quantity) * Fraction(line.price_before_yuan) * 100
    spent = Fraction(line.agreed_quantity) * Fraction(line.award_price_yuan) * 100
    return half_up(max(Fraction(0), (budget - spent - line.non_selected_fen) * share))


def ratio_bp(score: Decimal | None, tiers: Iterable[tuple[Decimal, int]]) -> int:
    """Return the ratio of the tier with the greatest least score reached; 0 without one."""
    if score is None:
        return 0
    reached = [(min_score, ratio) for min_score, ratio in tiers if min_score <= score]
    return max(reached)[1] if reached else 0


def retained_fen(total_base_fen: int, ratio: int) -> int:
    """Return what the hospital may keep, half up to the fen."""
    return half_up(Fraction(total_base_fen * ratio, BP))
