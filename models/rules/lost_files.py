"""The life of a bank file that a restored database lost: found, then recorded or withdrawn."""

from collections.abc import Mapping
from enum import StrEnum


class LostFileState(StrEnum):
    """What became of a released bank file the database knew nothing of."""

    OPEN = "open"
    #: It went to the bank: batch, orders and books are as they were when it left.
    RECORDED = "recorded"
    #: The bank never took it, or gave it back whole: what it paid may be paid again.
    WITHDRAWN = "withdrawn"


class LostFileMove(StrEnum):
    """What a second person may do with a lost file."""

    RECORD = "record"
    WITHDRAW = "withdraw"


LOST_FILE: Mapping[tuple[LostFileState, LostFileMove], LostFileState] = {
    (LostFileState.OPEN, LostFileMove.RECORD): LostFileState.RECORDED,
    (LostFileState.OPEN, LostFileMove.WITHDRAW): LostFileState.WITHDRAWN,
}
