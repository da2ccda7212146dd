"""What every format of a bank's order file can do; the formats themselves live with the workers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from models.services.bank_files.order_rows import OrderRow


@dataclass(frozen=True, slots=True)
class BatchHead:
    """What a file says about the whole batch."""

    batch_no: str
    created_at: datetime
    execution_on: date
    debtor_account_no: str
    debtor_account_name: str
    debtor_bank_name: str
    debtor_cnaps_code: str
    count: int
    total_fen: int
    #: The payment system of the whole batch; empty where files are not split by it.
    rail: str = ""


class BankFormat(Protocol):
    """One version of a bank's order file."""

    @property
    def max_rows(self) -> int | None:
        """Most orders the bank takes in a file."""

    @property
    def max_bytes(self) -> int | None:
        """Largest file the bank takes."""

    @property
    def split_in_bank(self) -> bool:
        """Whether orders within the bank and to other banks need separate files."""

    @property
    def split_rail(self) -> bool:
        """Whether orders of different payment systems need separate files."""

    @property
    def cut_off(self) -> str:
        """What a passed cut-off does to the day of payment: ignore, warn, next_day."""

    @property
    def char_map(self) -> Mapping[str, str]:
        """Single characters of names and what the bank's file has in their place."""

    def file_name(self, head: BatchHead) -> str:
        """Return the name of the file."""

    def write(self, head: BatchHead, orders: Iterable[OrderRow]) -> Iterator[bytes]:
        """Yield the bytes of the file; raises a SettlementError for an order it cannot carry."""

    def reread(self, chunks: Iterable[bytes], approved: Iterable[OrderRow]) -> tuple[int, int]:
        """Return count and total in fen as an independent reader finds them in the bytes.

        Each order is compared with the approved one at its place; raises FileOrderDiffers.
        """


#: Makes the format of a profile version from its data (handed in by the workers).
Formats = Callable[[Mapping[str, Any]], BankFormat]
