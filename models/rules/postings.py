"""Which fact of the business books which transfer: one debit, one credit, fen above zero.

The hospital's debt for goods (`hospital_goods`) and what the agency advanced for it
(`agency_advance`) are kept apart: a hospital owes its purchases from the approval on, and owes the
agency only from the moment the agency's money is out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.rules.states import InstructionMove


class Account(StrEnum):
    """Accounts, each followed by `:` and the code of its owner."""

    #: Bank account of an agency (基金专户).
    FUND = "fund"
    #: Money the agency has ordered the bank to pay and that is not booked yet.
    IN_TRANSIT = "in_transit"
    #: What is owed to an enterprise; a credit balance.
    ENTERPRISE = "enterprise"
    #: What a hospital owes for approved goods.
    HOSPITAL_GOODS = "hospital_goods"
    #: What the agency advanced for a hospital and has not yet taken from its fund.
    AGENCY_ADVANCE = "agency_advance"
    #: What was taken from a hospital's monthly fund.
    HOSPITAL_FUND = "hospital_fund"
    #: A hospital's prepaid sub-ledger (分簿); a credit balance.
    PREPAID = "prepaid"
    #: What a hospital holds of rounds' prepayments and has not given back (集采预付).
    ROUND_PREPAID = "round_prepaid"
    #: Turnover money a hospital has and gives back before the year ends (周转金).
    TURNOVER = "turnover"
    #: What the agency's expenditure account put into turnover; a credit balance.
    TURNOVER_POOL = "turnover_pool"
    #: What an agency's fund spent on retained surplus (结余留用).
    RETENTION = "retention"
    #: Retained surplus granted to a hospital and not yet on its way; a credit balance.
    HOSPITAL_RETENTION = "hospital_retention"


#: Column of the posting query that holds the owner's code.
OWNER: Mapping[Account, str] = {
    Account.FUND: "agency_code",
    Account.IN_TRANSIT: "agency_code",
    Account.ENTERPRISE: "enterprise_code",
    Account.HOSPITAL_GOODS: "hospital_code",
    Account.AGENCY_ADVANCE: "hospital_code",
    Account.HOSPITAL_FUND: "hospital_code",
    Account.PREPAID: "hospital_code",
    Account.ROUND_PREPAID: "hospital_code",
    Account.TURNOVER: "hospital_code",
    Account.TURNOVER_POOL: "agency_code",
    Account.RETENTION: "agency_code",
    Account.HOSPITAL_RETENTION: "hospital_code",
}


class Kind(StrEnum):
    """Kinds of ledger entries."""

    PAYABLE = "payable"
    PAYABLE_UNDONE = "payable_undone"
    PAYMENT_SENT = "payment_sent"
    PAYMENT_UNDONE = "payment_undone"
    PAYMENT_SETTLED = "payment_settled"
    PAYMENT_RETURNED = "payment_returned"
    PAYMENT_REVERSED = "payment_reversed"
    PAYMENT_LATE = "payment_late"
    ADVANCE = "advance"
    ADVANCE_LATE = "advance_late"
    ADVANCE_LATE_UNDONE = "advance_late_undone"
    ADVANCE_UNDONE = "advance_undone"
    DRAW = "draw"
    OFFSET = "offset"
    OFFSET_UNDONE = "offset_undone"
    COLLECTION = "collection"
    COLLECTION_UNDONE = "collection_undone"
    TURNOVER_PAID = "turnover_paid"
    TURNOVER_REPAID = "turnover_repaid"
    TURNOVER_REPAID_UNDONE = "turnover_repaid_undone"
    TURNOVER_OFFSET = "turnover_offset"
    TURNOVER_OFFSET_UNDONE = "turnover_offset_undone"
    PREPAYMENT = "prepayment"
    PREPAYMENT_REFUND = "prepayment_refund"
    ROUND_PAYOUT = "round_payout"
    ROUND_RECOVERED = "round_recovered"
    ROUND_REPAID = "round_repaid"
    RETENTION_GRANTED = "retention_granted"
    RETENTION_WITHDRAWN = "retention_withdrawn"
    RETENTION_SENT = "retention_sent"
    RETENTION_UNDONE = "retention_undone"
    RETENTION_RETURNED = "retention_returned"
    RETENTION_REVERSED = "retention_reversed"
    RETENTION_LATE = "retention_late"


@dataclass(frozen=True, slots=True)
class Posting:
    """A transfer and the fact it stands for."""

    debit: Account
    credit: Account
    fact: str


POSTINGS: Mapping[Kind, Posting] = {
    Kind.PAYABLE: Posting(
        Account.HOSPITAL_GOODS,
        Account.ENTERPRISE,
        "second review of a sheet with a payable (结算单终审)",
    ),
    Kind.PAYMENT_SENT: Posting(
        Account.ENTERPRISE, Account.IN_TRANSIT, "an instruction is sent (付款已发送)"
    ),
    Kind.ADVANCE: Posting(
        Account.AGENCY_ADVANCE,
        Account.HOSPITAL_GOODS,
        "an instruction for sheets of the funding offset or bank_debit is sent",
    ),
    Kind.DRAW: Posting(
        Account.PREPAID,
        Account.HOSPITAL_GOODS,
        "pay covers a sheet from the sub-ledger; never undone by the bank: the sheet stays covered",
    ),
    Kind.PAYMENT_SETTLED: Posting(
        Account.IN_TRANSIT, Account.FUND, "the bank settled an instruction (银行入账)"
    ),
    Kind.PAYMENT_RETURNED: Posting(
        Account.FUND, Account.ENTERPRISE, "settled money came back (退票)"
    ),
    Kind.PAYMENT_REVERSED: Posting(
        Account.FUND, Account.ENTERPRISE, "the bank corrected its own entry (冲账)"
    ),
    Kind.PAYMENT_LATE: Posting(
        Account.ENTERPRISE,
        Account.FUND,
        "two people admit that the bank paid what it had refused (迟到证据)",
    ),
    Kind.ADVANCE_LATE: Posting(
        Account.AGENCY_ADVANCE,
        Account.HOSPITAL_GOODS,
        "such a payment was for sheets of the funding offset or bank_debit",
    ),
    Kind.OFFSET: Posting(Account.HOSPITAL_FUND, Account.AGENCY_ADVANCE, "offset of a month (抵扣)"),
    Kind.COLLECTION: Posting(
        Account.FUND,
        Account.AGENCY_ADVANCE,
        "a hospital pays what its fund did not cover (追缴到账)",
    ),
    Kind.TURNOVER_PAID: Posting(
        Account.TURNOVER,
        Account.TURNOVER_POOL,
        "turnover money of a year is paid out; the voucher of the sub-ledger is booked besides",
    ),
    Kind.TURNOVER_REPAID: Posting(
        Account.TURNOVER_POOL, Account.TURNOVER, "a hospital gives turnover money back (归还)"
    ),
    Kind.TURNOVER_OFFSET: Posting(
        Account.HOSPITAL_FUND,
        Account.TURNOVER,
        "turnover money is taken from what the goods left of a month's fund (抵扣收回)",
    ),
    Kind.PREPAYMENT: Posting(
        Account.FUND, Account.PREPAID, "a prepayment, top_up or interest voucher"
    ),
    Kind.PREPAYMENT_REFUND: Posting(Account.PREPAID, Account.FUND, "a refund voucher"),
    Kind.ROUND_PAYOUT: Posting(
        Account.ROUND_PREPAID,
        Account.FUND,
        "a round's prepayment is paid to the hospital (集采预付)",
    ),
    Kind.ROUND_RECOVERED: Posting(
        Account.HOSPITAL_FUND,
        Account.ROUND_PREPAID,
        "a round's prepayment is kept back from a month's fund (预付清算)",
    ),
    Kind.ROUND_REPAID: Posting(
        Account.FUND, Account.ROUND_PREPAID, "a hospital pays a round's prepayment back"
    ),
    Kind.RETENTION_GRANTED: Posting(
        Account.RETENTION,
        Account.HOSPITAL_RETENTION,
        "an amount is granted after its days of publicity (结余留用准予拨付)",
    ),
    Kind.RETENTION_SENT: Posting(
        Account.HOSPITAL_RETENTION, Account.IN_TRANSIT, "an instruction to a hospital is sent"
    ),
    Kind.RETENTION_RETURNED: Posting(
        Account.FUND, Account.HOSPITAL_RETENTION, "settled retention came back (退票)"
    ),
    Kind.RETENTION_REVERSED: Posting(
        Account.FUND, Account.HOSPITAL_RETENTION, "the bank corrected its own entry (冲账)"
    ),
    Kind.RETENTION_LATE: Posting(
        Account.HOSPITAL_RETENTION,
        Account.FUND,
        "two people admit that the bank paid retention it had refused (迟到证据)",
    ),
}

#: Reversals: what they undo and the fact they stand for; each points at the entry it undoes.
UNDOES: Mapping[Kind, tuple[Kind, str]] = {
    Kind.PAYABLE_UNDONE: (Kind.PAYABLE, "an approved sheet goes back to draft"),
    Kind.PAYMENT_UNDONE: (Kind.PAYMENT_SENT, "the bank rejected (拒绝) or cancelled it"),
    Kind.ADVANCE_UNDONE: (Kind.ADVANCE, "a payment came to nothing or came back"),
    Kind.ADVANCE_LATE_UNDONE: (Kind.ADVANCE_LATE, "the money of such a payment came back"),
    Kind.OFFSET_UNDONE: (Kind.OFFSET, "the offset of the month runs again with another result"),
    Kind.TURNOVER_OFFSET_UNDONE: (Kind.TURNOVER_OFFSET, "that offset takes another part back"),
    Kind.COLLECTION_UNDONE: (Kind.COLLECTION, "a receipt booked wrongly is taken back"),
    Kind.TURNOVER_REPAID_UNDONE: (Kind.TURNOVER_REPAID, "a receipt booked wrongly is taken back"),
    Kind.RETENTION_WITHDRAWN: (Kind.RETENTION_GRANTED, "a granted amount is withdrawn unpaid"),
    Kind.RETENTION_UNDONE: (Kind.RETENTION_SENT, "the bank rejected (拒绝) or cancelled it"),
}  # fmt: skip

#: What a move of an instruction posts and what it undoes; before `sent` nothing is booked.
BOOKS: Mapping[InstructionMove, tuple[tuple[Kind, ...], tuple[Kind, ...]]] = {
    InstructionMove.SEND: ((Kind.PAYMENT_SENT, Kind.ADVANCE), ()),
    InstructionMove.SETTLE: ((Kind.PAYMENT_SETTLED,), ()),
    InstructionMove.REJECT: ((), (Kind.PAYMENT_UNDONE, Kind.ADVANCE_UNDONE)),
    InstructionMove.CANCEL: ((), (Kind.PAYMENT_UNDONE, Kind.ADVANCE_UNDONE)),
    InstructionMove.RETURN: (
        (Kind.PAYMENT_RETURNED,),
        (Kind.ADVANCE_UNDONE, Kind.ADVANCE_LATE_UNDONE),
    ),
    InstructionMove.REVERSE: (
        (Kind.PAYMENT_REVERSED,),
        (Kind.ADVANCE_UNDONE, Kind.ADVANCE_LATE_UNDONE),
    ),
    # What sending had booked was undone by the refusal and stays undone; this is a new fact.
    InstructionMove.ADMIT: ((Kind.PAYMENT_LATE, Kind.ADVANCE_LATE), ()),
}

#: The same for an instruction that pays a hospital what it may keep.
RETENTION_BOOKS: Mapping[InstructionMove, tuple[tuple[Kind, ...], tuple[Kind, ...]]] = {
    InstructionMove.SEND: ((Kind.RETENTION_SENT,), ()),
    InstructionMove.SETTLE: ((Kind.PAYMENT_SETTLED,), ()),
    InstructionMove.REJECT: ((), (Kind.RETENTION_UNDONE,)),
    InstructionMove.CANCEL: ((), (Kind.RETENTION_UNDONE,)),
    InstructionMove.RETURN: ((Kind.RETENTION_RETURNED,), ()),
    InstructionMove.REVERSE: ((Kind.RETENTION_REVERSED,), ()),
    InstructionMove.ADMIT: ((Kind.RETENTION_LATE,), ()),
}


def account(kind: Account, code: str) -> str:
    """Return the name of an account, for example prepaid:H1 for a hospital's sub-ledger."""
    return f"{kind}:{code}"


def account_sql(kind: Account) -> str:
    """Return the SQL expression of an account's name over the columns of a posting query."""
    return f"'{kind}:' || {OWNER[kind]}"
