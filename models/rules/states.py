"""Life cycles of sheets, payment instructions and batches: tables of (state, move) → state.

Code takes the guards of its updates from here, the documents are generated from here, and the
tests try every pair. A move that is not listed cannot happen.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from models.rules.words import BatchState, InstructionState, SheetState

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=StrEnum)


class SheetMove(StrEnum):
    """What can happen to a settlement sheet."""

    SETTLE_AGAIN = "settle_again"
    REVIEW = "review"
    APPROVE = "approve"
    APPROVE_ZERO = "approve_zero"
    #: One approver agreed; above the scheme's amount another one has the last word.
    SEND_ON = "send_on"
    RETURN = "return"
    LACK = "lack"
    KEEP_OUT = "keep_out"
    PAY = "pay"
    LOSE_SIGHT = "lose_sight"
    FIND = "find"
    SETTLE = "settle"
    REJECT = "reject"
    COME_BACK = "come_back"
    CANCEL = "cancel"
    REISSUE = "reissue"
    ADMIT = "admit"


class InstructionMove(StrEnum):
    """What can happen to a payment instruction."""

    BATCH = "batch"
    SEND = "send"
    LOSE_SIGHT = "lose_sight"
    ACCEPT = "accept"
    SETTLE = "settle"
    REJECT = "reject"
    RETURN = "return"
    REVERSE = "reverse"
    CANCEL = "cancel"
    #: Two people take late evidence that contradicts an earlier refusal as true.
    ADMIT = "admit"


class BatchMove(StrEnum):
    """What can happen to a payment batch."""

    SEND = "send"
    ANSWER_PART = "answer_part"
    ANSWER_ALL = "answer_all"
    VOID = "void"


_S, _I, _B = SheetState, InstructionState, BatchState

#: Sheets follow their latest instruction once pay took them.
SHEET: Mapping[tuple[SheetState, SheetMove], SheetState] = {
    (_S.DRAFT, SheetMove.SETTLE_AGAIN): _S.DRAFT,
    (_S.DRAFT, SheetMove.REVIEW): _S.IN_REVIEW,
    (_S.IN_REVIEW, SheetMove.SEND_ON): _S.IN_REVIEW,
    (_S.IN_REVIEW, SheetMove.APPROVE): _S.APPROVED,
    (_S.IN_REVIEW, SheetMove.APPROVE_ZERO): _S.NOTHING_PAYABLE,
    (_S.IN_REVIEW, SheetMove.RETURN): _S.DRAFT,
    (_S.APPROVED, SheetMove.RETURN): _S.DRAFT,
    (_S.SHORT, SheetMove.RETURN): _S.DRAFT,
    (_S.NOTHING_PAYABLE, SheetMove.RETURN): _S.DRAFT,
    (_S.APPROVED, SheetMove.LACK): _S.SHORT,
    (_S.SHORT, SheetMove.LACK): _S.SHORT,
    (_S.APPROVED, SheetMove.KEEP_OUT): _S.APPROVED,
    (_S.SHORT, SheetMove.KEEP_OUT): _S.APPROVED,
    (_S.APPROVED, SheetMove.PAY): _S.SENT,
    (_S.SHORT, SheetMove.PAY): _S.SENT,
    (_S.SENT, SheetMove.LOSE_SIGHT): _S.UNKNOWN,
    (_S.UNKNOWN, SheetMove.FIND): _S.SENT,
    (_S.SENT, SheetMove.SETTLE): _S.PAID,
    (_S.UNKNOWN, SheetMove.SETTLE): _S.PAID,
    (_S.SENT, SheetMove.REJECT): _S.REJECTED,
    (_S.UNKNOWN, SheetMove.REJECT): _S.REJECTED,
    (_S.PAID, SheetMove.COME_BACK): _S.RETURNED,
    (_S.SENT, SheetMove.CANCEL): _S.APPROVED,
    (_S.UNKNOWN, SheetMove.CANCEL): _S.APPROVED,
    (_S.REJECTED, SheetMove.REISSUE): _S.SENT,
    (_S.RETURNED, SheetMove.REISSUE): _S.SENT,
    (_S.REJECTED, SheetMove.ADMIT): _S.PAID,
    (_S.APPROVED, SheetMove.ADMIT): _S.PAID,
}

#: After `sent` nothing is cancelled or made again on absence of news: the bank's word moves it.
INSTRUCTION: Mapping[tuple[InstructionState, InstructionMove], InstructionState] = {
    (_I.APPROVED, InstructionMove.BATCH): _I.BATCHED,
    (_I.APPROVED, InstructionMove.CANCEL): _I.CANCELLED,
    (_I.BATCHED, InstructionMove.SEND): _I.SENT,
    (_I.BATCHED, InstructionMove.CANCEL): _I.CANCELLED,
    (_I.SENT, InstructionMove.LOSE_SIGHT): _I.UNKNOWN,
    (_I.SENT, InstructionMove.ACCEPT): _I.ACCEPTED,
    (_I.SENT, InstructionMove.SETTLE): _I.SETTLED,
    (_I.SENT, InstructionMove.REJECT): _I.REJECTED,
    (_I.SENT, InstructionMove.CANCEL): _I.CANCELLED,
    (_I.UNKNOWN, InstructionMove.ACCEPT): _I.ACCEPTED,
    (_I.UNKNOWN, InstructionMove.SETTLE): _I.SETTLED,
    (_I.UNKNOWN, InstructionMove.REJECT): _I.REJECTED,
    (_I.UNKNOWN, InstructionMove.CANCEL): _I.CANCELLED,
    (_I.ACCEPTED, InstructionMove.SETTLE): _I.SETTLED,
    (_I.ACCEPTED, InstructionMove.REJECT): _I.REJECTED,
    (_I.ACCEPTED, InstructionMove.CANCEL): _I.CANCELLED,
    (_I.SETTLED, InstructionMove.RETURN): _I.RETURNED,
    (_I.SETTLED, InstructionMove.REVERSE): _I.REVERSED,
    (_I.REJECTED, InstructionMove.ADMIT): _I.SETTLED,
    (_I.CANCELLED, InstructionMove.ADMIT): _I.SETTLED,
}

BATCH: Mapping[tuple[BatchState, BatchMove], BatchState] = {
    (_B.PREPARED, BatchMove.SEND): _B.SENT,
    (_B.PREPARED, BatchMove.VOID): _B.VOIDED,
    (_B.SENT, BatchMove.ANSWER_PART): _B.PARTLY_SETTLED,
    (_B.SENT, BatchMove.ANSWER_ALL): _B.SETTLED,
    (_B.PARTLY_SETTLED, BatchMove.ANSWER_ALL): _B.SETTLED,
}

#: What a sheet shows for the state of its latest instruction (file formats §4, states).
SHEET_SHOWS: Mapping[InstructionState, SheetState] = {
    _I.APPROVED: _S.APPROVED,
    _I.BATCHED: _S.SENT,
    _I.SENT: _S.SENT,
    _I.UNKNOWN: _S.UNKNOWN,
    _I.ACCEPTED: _S.SENT,
    _I.SETTLED: _S.PAID,
    _I.REJECTED: _S.REJECTED,
    _I.RETURNED: _S.RETURNED,
    _I.REVERSED: _S.RETURNED,
    _I.CANCELLED: _S.APPROVED,
}

#: The bank has the order and has not said the last word.
AWAITED = (_I.SENT, _I.UNKNOWN, _I.ACCEPTED)
#: The money is out or on its way: what an offset may count as goods.
OUT = (*AWAITED, _I.SETTLED)
#: The money did not arrive or came back: the sheet may be paid by a re-issue.
CAME_TO_NOTHING = (_I.REJECTED, _I.RETURNED, _I.REVERSED, _I.CANCELLED)


def sources(table: Mapping[tuple[S, M], S], move: M) -> list[str]:
    """Return the states a move may start from, for the guard of its UPDATE."""
    return sorted(state.value for state, one in table if one == move)


def target(table: Mapping[tuple[S, M], S], move: M) -> str:
    """Return the one state a move leads to; ValueError when it leads to several."""
    ends = {end.value for (_, one), end in table.items() if one == move}
    if len(ends) != 1:
        raise ValueError(f"{move} leads to {sorted(ends)}")
    return ends.pop()
