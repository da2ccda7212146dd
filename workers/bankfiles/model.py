"""What a bank file carries, whatever the bank: orders out, results and statement days in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple


class Order(NamedTuple):
    """One payment to one enterprise, as approved; a tuple, because a file has 100,000 of them."""

    #: Ours, [A-Z0-9]{1,30}, unique for ever; often the only key a result brings back.
    reference: str
    uetr: str
    payee_account_no: str
    payee_account_name: str
    payee_bank_name: str
    payee_cnaps_code: str
    amount_fen: int
    purpose: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Orders of one debtor account and one day that travel in one file.

    `created_at` is stored with the batch and never taken from a clock while writing: the same
    batch gives the same bytes.
    """

    batch_no: str
    created_at: datetime
    execution_on: date
    debtor_account_no: str
    debtor_account_name: str
    debtor_bank_name: str
    debtor_cnaps_code: str
    count: int
    total_fen: int
    #: hvps beps ibps in_bank; empty where the profile does not split by rail.
    rail: str = ""


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """How many orders a file has and what they add up to."""

    count: int
    total_fen: int


class OrderRead(NamedTuple):
    """An order as it stands in a written file; None where the bank's layout has no place for it."""

    row: int
    reference: str
    amount_fen: int
    payee_account_no: str | None = None
    payee_account_name: str | None = None
    payee_bank_name: str | None = None
    payee_cnaps_code: str | None = None
    purpose: str | None = None
    uetr: str | None = None


@dataclass(frozen=True, slots=True)
class Reread:
    """What an independent reader found in the written bytes."""

    totals: ControlTotals
    references: tuple[str, ...]


class ResultStatus(StrEnum):
    """What a bank's word means; a word nobody mapped is None and goes to a person."""

    SETTLED = "settled"
    REJECTED = "rejected"
    RETURNED = "returned"
    #: 冲账: the bank corrected its own booking.
    REVERSED = "reversed"
    #: The bank has it and nothing is final: never a failure.
    PENDING = "pending"
    #: The bank confirms that it will not pay because we cancelled.
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What the bank says about one order."""

    #: Counts records of the file; a header is a record. In XML: the ordinal of the status block.
    row: int
    reference: str | None
    #: The bank's own word, unchanged.
    status_text: str
    status: ResultStatus | None
    amount_fen: int | None
    booked_on: date | None
    bank_reason: str | None
    account_no: str | None
    account_name: str | None
    bank_line_no: str | None
    #: Why a person must look though the word is known: two levels of the file disagree.
    contradiction: str | None = None
    #: The account the file says was debited, where it says so: it must be the batch's.
    debtor_account_no: str | None = None


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A result file (回盘) read whole."""

    lines: tuple[ResultLine, ...]
    #: Our batch number if the file names it.
    batch_no: str | None = None
    #: The bank's word for the whole message and what it means; only ISO files have one.
    group_status_text: str | None = None
    group_status: ResultStatus | None = None
    group_reason: str | None = None
    #: Orders of the original message as the bank counted them.
    original_count: int | None = None
    #: Orders for each of the bank's words, where the bank gives them.
    count_by_status: Mapping[str, int] = field(default_factory=dict)
    created_on: date | None = None


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One entry of an account's statement; a debit is negative."""

    row: int
    entry_no: str
    booked_on: date
    amount_fen: int
    counter_account: str | None = None
    counter_name: str | None = None
    reference: str | None = None
    purpose: str | None = None
    #: 冲账: the bank corrects its own entry.
    reversal: bool = False
    #: 退票: money of an earlier payment comes back.
    returned: bool = False
    #: The bank's remark on a return or a correction.
    bank_reason: str | None = None


@dataclass(frozen=True, slots=True)
class StatementDay:
    """One day of one account."""

    account_no: str
    day: date
    opening_fen: int
    closing_fen: int
    entries: tuple[StatementEntry, ...]
    #: The bank's own number and running number of the statement; only ISO files have them.
    statement_id: str | None = None
    sequence: int | None = None

    @property
    def adds_up(self) -> bool:
        """Say whether opening plus entries is closing."""
        return self.opening_fen + sum(e.amount_fen for e in self.entries) == self.closing_fen


@dataclass(frozen=True, slots=True)
class StatementFile:
    """The statement days of a file, in the order of account and day."""

    days: tuple[StatementDay, ...]

    @property
    def gaps(self) -> tuple[tuple[StatementDay, StatementDay], ...]:
        """Return neighbours of one account between which a statement seems to be missing.

        A warning, not a refusal: the running number jumps, or a day does not open as the day
        before it closed.
        """
        ordered = sorted(self.days, key=lambda each: (each.account_no, each.day))
        pairs = pairwise(ordered)
        return tuple(
            (one, two)
            for one, two in pairs
            if one.account_no == two.account_no
            and (
                one.closing_fen != two.opening_fen
                or (one.sequence and two.sequence and two.sequence - one.sequence > 1)
            )
        )


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why a field of an order cannot stand in the bank's file; found before approval."""

    field: str
    #: control_character not_encodable forbidden_character edge_blank line_start too_long
    #: wrong_length wrong_charset empty not_mapped bad_reference not_positive
    code: str
    reason: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class MappedField:
    """A text the profile's character map changes; the changed text is what the bank gets."""

    field: str
    before: str
    after: str
