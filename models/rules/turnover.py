"""Turnover money of a year (周转金): who may have it, how much, and its life until it is back.

《关于做好医保基金预付工作的通知》 2024-11-11: reserves of at least 12 months (employees) and 6
(residents), no deficit last year, none forecast; base of 1 to 3 years, about one month of it;
recovered before the year ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.rules import calendar
from models.rules.money import half_up


class Pool(StrEnum):
    """Which insurance a fund belongs to (险种)."""

    EMPLOYEE = "employee"
    RESIDENT = "resident"


#: Months of payments a fund must be able to meet, where its row does not say otherwise.
REQUIRED_MONTHS: Mapping[Pool, Decimal] = {Pool.EMPLOYEE: Decimal(12), Pool.RESIDENT: Decimal(6)}


class TurnoverState(StrEnum):
    """Life of a hospital's turnover money of a year."""

    APPLIED = "applied"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PAID = "paid"
    RECOVERING = "recovering"


class TurnoverMove(StrEnum):
    """What can happen to it."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    PAY_OUT = "pay_out"
    RECOVER = "recover"


_S = TurnoverState

TURNOVER: Mapping[tuple[TurnoverState, TurnoverMove], TurnoverState] = {
    (_S.APPLIED, TurnoverMove.APPROVE): _S.APPROVED,
    (_S.APPLIED, TurnoverMove.REFUSE): _S.REFUSED,
    (_S.APPLIED, TurnoverMove.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, TurnoverMove.PAY_OUT): _S.PAID,
    (_S.PAID, TurnoverMove.RECOVER): _S.RECOVERING,
    (_S.RECOVERING, TurnoverMove.RECOVER): _S.RECOVERING,
}


class Lack(StrEnum):
    """Why an area's funds may prepay nothing in a year."""

    NOT_KNOWN = "not_known"
    RESERVE_LOW = "reserve_low"
    DEFICIT = "deficit"
    FORECAST = "forecast"


class Obstacle(StrEnum):
    """Why a hospital may not apply for a year, whatever its area's funds bear."""

    #: The scheme in force knows no turnover money.
    NO_TERMS = "no_terms"
    #: The scheme pays goods from no sub-ledger.
    NOT_PREPAID = "not_prepaid"
    #: No month of the base is imported, or nothing was audited.
    NO_BASE = "no_base"
    HAS_ONE = "has_one"
    #: Of another year something is not taken back yet.
    OUTSTANDING = "outstanding"


@dataclass(frozen=True, slots=True)
class Reserve:
    """What is known of one fund of an area for a year; balances in fen."""

    pool: Pool
    months: Decimal
    last_year_fen: int
    forecast_fen: int
    #: None: the months of the national notice.
    required: Decimal | None = None

    @property
    def required_months(self) -> Decimal:
        """Return the months this fund must be able to meet."""
        return REQUIRED_MONTHS[self.pool] if self.required is None else self.required


def lacks(reserves: Sequence[Reserve]) -> list[tuple[Pool, Lack]]:
    """Return every reason why no turnover money may be paid; empty: eligible.

    Both funds must be known: which of them pays for a hospital cannot be told apart here.
    """
    known = {one.pool: one for one in reserves}
    found = []
    for pool in Pool:
        one = known.get(pool)
        if one is None:
            found.append((pool, Lack.NOT_KNOWN))
            continue
        if one.months < one.required_months:
            found.append((pool, Lack.RESERVE_LOW))
        if one.last_year_fen < 0:
            found.append((pool, Lack.DEFICIT))
        if one.forecast_fen < 0:
            found.append((pool, Lack.FORECAST))
    return found


@dataclass(frozen=True, slots=True)
class Amount:
    """What a hospital may have, in fen; the parts are rounded, so that they add up."""

    base_fen: int
    drug_fen: int
    consumable_fen: int

    @property
    def total_fen(self) -> int:
        """Return drugs and consumables together."""
        return self.drug_fen + self.consumable_fen


def amount(audited_fen: int, months: int, drug_bp: int, consumable_bp: int) -> Amount:
    """Return the turnover money for what was audited in so many months.

    《贵州省医药集中采购平台货款统一结算管理暂行办法》 2020-08: half of last year's monthly average,
    30 % for drugs and 20 % for consumables. Each part is of the exact average, half up to the fen.
    """
    if months <= 0 or audited_fen <= 0:
        return Amount(0, 0, 0)
    average = Decimal(audited_fen) / months
    return Amount(
        half_up(average),
        half_up(Decimal(audited_fen) * drug_bp / (10_000 * months)),
        half_up(Decimal(audited_fen) * consumable_bp / (10_000 * months)),
    )


def base_months(year: int, months: int) -> tuple[str, str]:
    """Return the first and last month of the base: so many before January of the year."""
    last = calendar.previous_period(f"{year}-01")
    first = last
    for _ in range(months - 1):
        first = calendar.previous_period(first)
    return first, last


def repay_by(year: int, asked_on: date) -> date:
    """Return the deadline of a repayment: the year's last day, or the day itself when it is over.

    《关于做好医保基金预付工作的通知》: 当年年底前收回.
    """
    return max(date(year, 12, 31), asked_on)
