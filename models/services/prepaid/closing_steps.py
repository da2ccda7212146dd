"""What must be done before a sub-ledger can be closed, and what is left of it.

The order is that of the clearing of Guizhou's settlement accounts (货款清算通知, 2025-12): payments
are finished, balances go back to the bound account, interest by itself, and the account is zero.
"""

from dataclasses import dataclass
from enum import StrEnum

from models.records.base import sql
from models.rules.prepaid import refund_parts_fen
from models.services.prepaid import balances
from models.services.prepaid.balances import FUNDINGS


class StepName(StrEnum):
    """A step of a close-out, in its order."""

    SHEETS = "sheets"
    PAYMENTS = "payments"
    REQUESTS = "requests"
    INTEREST = "interest"
    PRINCIPAL = "principal"


#: How people name a step that is not done.
WORDS: dict[StepName, tuple[str, str]] = {
    StepName.SHEETS: ("结算单付清", "sheets are paid"),
    StepName.PAYMENTS: ("付款到账", "payments are booked"),
    StepName.REQUESTS: ("补足通知办结", "requests are answered"),
    StepName.INTEREST: ("利息退还", "interest is refunded"),
    StepName.PRINCIPAL: ("本金退还", "the balance is refunded"),
}

#: What must be done before anything is refunded.
BEFORE_REFUND = (StepName.SHEETS, StepName.PAYMENTS, StepName.REQUESTS)


@dataclass(frozen=True)
class Step:
    """How far a step is: what is left of it as a count and in fen."""

    name: StepName
    left: int
    left_fen: int

    @property
    def done(self) -> bool:
        """Say whether nothing is left."""
        return self.left == 0


_SHEETS = f"""
SELECT count(*), coalesce(sum(payable_fen), 0)::bigint FROM settlement_sheet s
 WHERE s.hospital_code = %(h)s AND s.funding IN ({FUNDINGS})
   AND s.state IN ('draft', 'in_review', 'approved', 'short')
   AND NOT EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
"""
_PAYMENTS = f"""
SELECT count(*), coalesce(sum(payable_fen), 0)::bigint FROM settlement_sheet s
 WHERE s.hospital_code = %(h)s AND s.funding IN ({FUNDINGS}) AND s.state <> 'paid'
   AND EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
"""
_REQUESTS = """
SELECT count(*), coalesce(sum(amount_fen - received_fen), 0)::bigint FROM money_request
 WHERE hospital_code = %(h)s AND kind = 'top_up' AND state = 'asked'
"""


def steps(hospital_code: str) -> list[Step]:
    """Return every step of a hospital's close-out as it stands now."""
    told = {"h": hospital_code}
    found = [
        Step(name, *map(int, sql(query, told).fetchone()))
        for name, query in (
            (StepName.SHEETS, _SHEETS),
            (StepName.PAYMENTS, _PAYMENTS),
            (StepName.REQUESTS, _REQUESTS),
        )
    ]
    balance = balances.of(hospital_code)
    parts = refund_parts_fen(balance.available_fen, balance.interest_fen)
    for name, part_fen in zip((StepName.INTEREST, StepName.PRINCIPAL), parts, strict=True):
        found.append(Step(name, int(part_fen > 0), part_fen))
    return found
