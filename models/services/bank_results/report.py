"""What a result file says besides its lines, where its format says more."""

from collections.abc import Collection, Iterable, Iterator
from typing import Protocol, runtime_checkable

from models.services.bank_results.lines import ResultLine


@runtime_checkable
class Report(Protocol):
    """A result file as its format reads it: lines, whom they are for, what silence means."""

    @property
    def batch_no(self) -> str | None:
        """Our batch number, if the file names one."""

    def __iter__(self) -> Iterator[ResultLine]:
        """Yield the lines the bank wrote."""

    def refuse_foreign(self, accounts: Iterable[str]) -> None:
        """Refuse the file whole when it is about a debtor account that is not one of these."""

    def silent(self, references: Collection[str]) -> Iterable[ResultLine]:
        """Return what the bank means by leaving out orders of the batch with these references.

        Nothing, unless the profile says that silence has a meaning and all counts agree.
        """
