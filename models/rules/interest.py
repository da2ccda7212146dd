"""Interest on late payment to small and medium enterprises, exact to the fen.

保障中小企业款项支付条例 (国务院令第802号), art. 17: the agreed rate, which must not be below the
one-year LPR of the day the contract was signed; without one, 0.05 % of the sum a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.rules.words import EnterpriseSize

#: Sizes that are protected; the size is fixed when the contract is signed (art. 3).
PROTECTED = frozenset({EnterpriseSize.MICRO, EnterpriseSize.SMALL, EnterpriseSize.MEDIUM})
#: 万分之五 a day.
STATUTORY_PER_DAY = 5
BP = 10_000
DAYS_OF_YEAR = 365


@dataclass(frozen=True)
class Part:
    """A part of a debt that is late: until the day it was paid, or until today while open."""

    amount_fen: int
    due_on: date
    #: Empty: open.
    paid_on: date | None
    days: int
    #: Agreed yearly rate in basis points; empty: 0.05 % a day.
    rate_bp: int | None
    interest_fen: int


def bears_interest(size_when_signed: EnterpriseSize | None, size_now: EnterpriseSize) -> bool:
    """Say whether late payment to the enterprise bears interest, by its size when it signed."""
    return (size_when_signed or size_now) in PROTECTED


def rate_that_counts(late_rate_bp: int | None, lpr_bp: int | None) -> int | None:
    """Return the agreed rate, or None where none counts and the statutory one applies.

    A rate below the LPR of the day of signing counts as none; without a known LPR it stands.
    """
    if late_rate_bp is None or (lpr_bp is not None and late_rate_bp < lpr_bp):
        return None
    return late_rate_bp


def rate_words(
    rate_bp: int | None, late_rate_bp: int | None, lpr_bp: int | None
) -> tuple[str, str]:
    """Return in Chinese and English which rate counts and why.

    `rate_bp` is the rate that counts, `late_rate_bp` the agreed one, `lpr_bp` that of the signing.
    """
    if late_rate_bp is None:
        return "未约定利率：日利率 0.05%", "no rate agreed: 0.05 % a day"
    agreed = percent(late_rate_bp)
    if rate_bp is None:
        lpr = percent(lpr_bp or 0)
        return (
            f"约定年利率 {agreed}%，低于签订日 LPR {lpr}%：日利率 0.05%",
            f"agreed {agreed} % a year is below the LPR of the signing, {lpr} %: 0.05 % a day",
        )
    if lpr_bp is None:
        return (
            f"约定年利率 {agreed}%（签订日没有 LPR 记录）",
            f"agreed {agreed} % a year (no LPR is known for the signing)",
        )
    lpr = percent(lpr_bp)
    return (
        f"约定年利率 {agreed}%，不低于签订日 LPR {lpr}%",
        f"agreed {agreed} % a year, not below the LPR of the signing, {lpr} %",
    )


def percent(basis_points: int) -> str:
    """Return basis points as per cent with two decimals: 320 → '3.20'."""
    return f"{basis_points // 100}.{basis_points % 100:02d}"


def interest_fen(amount_fen: int, days: int, rate_bp: int | None) -> int:
    """Return the interest on a part in fen, half up; days are calendar days after the due day."""
    if rate_bp is None:
        numerator, denominator = amount_fen * STATUTORY_PER_DAY * days, BP
    else:
        numerator, denominator = amount_fen * rate_bp * days, BP * DAYS_OF_YEAR
    return (2 * numerator + denominator) // (2 * denominator)


def late_parts(
    due_on: date,
    on: date,
    paid: Iterable[tuple[date, int]],
    unpaid_fen: int,
    rate_bp: int | None,
) -> list[Part]:
    """Return the parts that are late on a day, by day paid, the open part last.

    `paid` are days and sums of payments dated up to that day; each is a part of its own.
    """
    parts = [
        _part(amount_fen, due_on, paid_on, on, rate_bp)
        for paid_on, amount_fen in sorted(paid)
        if paid_on > due_on
    ]
    if unpaid_fen > 0 and on > due_on:
        parts.append(_part(unpaid_fen, due_on, None, on, rate_bp))
    return parts


def _part(
    amount_fen: int, due_on: date, paid_on: date | None, on: date, rate_bp: int | None
) -> Part:
    days = ((paid_on or on) - due_on).days
    return Part(amount_fen, due_on, paid_on, days, rate_bp, interest_fen(amount_fen, days, rate_bp))
