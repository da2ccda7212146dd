"""What is deducted from a hospital's monthly fund and what is carried on (抵扣)."""

from dataclasses import dataclass

from models.rules.words import Funding

#: Money the agency advances and takes back from the fund; bank_debit settles like offset.
ADVANCED = (Funding.OFFSET, Funding.BANK_DEBIT)
#: Money the hospital's sub-ledger holds before; turnover settles like prepaid_subledger.
PREPAID = (Funding.PREPAID_SUBLEDGER, Funding.TURNOVER)


@dataclass(frozen=True, slots=True)
class Offset:
    """One hospital's offset of a month, in fen: goods + carried in = offset + carried out."""

    available_fen: int
    goods_fen: int
    carried_in_fen: int
    offset_fen: int
    carried_out_fen: int


def available_fen(audited: int, advanced: int, clawback: int, deposit: int) -> int:
    """Return what of the month's fund may be deducted: never below zero."""
    return max(audited - advanced - clawback - deposit, 0)


def offset(available: int, goods: int, carried_in: int) -> Offset:
    """Return the offset: at most what is available, at least nothing; the rest is carried.

    Goods are negative when paid goods came back; then the hospital has a credit that is carried.
    """
    taken = max(0, min(available, goods + carried_in))
    return Offset(available, goods, carried_in, taken, goods + carried_in - taken)


def covered(balance_fen: int, payables_fen: list[int]) -> int:
    """Return how many of the payables, in their order, the sub-ledger covers whole.

    The first that does not fit ends it: nobody overtakes.
    """
    for place, payable in enumerate(payables_fen):
        balance_fen -= payable
        if balance_fen < 0:
            return place
    return len(payables_fen)
