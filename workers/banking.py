"""Brings the bank formats to the services: these know the money, those the bytes."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models import settings
from models.services import bank_files, bank_results, books, jobs, payments, reissue, statements
from models.services.retention import paying
from workers import bankfiles


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A profile version as the service writes its batches with it."""

    profile: bankfiles.Profile

    @property
    def max_rows(self) -> int | None:
        """Most orders the bank takes in a file."""
        return self.profile.max_rows

    @property
    def max_bytes(self) -> int | None:
        """Largest file the bank takes."""
        return self.profile.max_bytes

    @property
    def split_in_bank(self) -> bool:
        """Whether orders within the bank and to other banks need separate files."""
        return "in_bank" in self.profile.split_by

    @property
    def split_rail(self) -> bool:
        """Whether orders of different payment systems need separate files."""
        return "rail" in self.profile.split_by

    @property
    def cut_off(self) -> str:
        """What a passed cut-off does to the day of payment."""
        return self.profile.cut_off

    @property
    def char_map(self) -> Mapping[str, str]:
        """Single characters of names and what the bank's file has in their place."""
        return self.profile.char_map

    def file_name(self, head: bank_files.BatchHead) -> str:
        """Return the name of the file."""
        return self.profile.file_name(_batch(head))

    def write(
        self, head: bank_files.BatchHead, orders: Iterable[bank_files.OrderRow]
    ) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        # The service splits by size after measuring a first file, which may be larger than any.
        unlimited = dataclasses.replace(self.profile, max_rows=None, max_bytes=None)
        return bankfiles.write(unlimited, _batch(head), map(bankfiles.Order._make, orders))

    def reread(
        self, chunks: Iterable[bytes], approved: Iterable[bank_files.OrderRow]
    ) -> tuple[int, int]:
        """Return count and total in fen as an independent reader finds them in the bytes.

        Every order of the file is compared with the approved one at its place: FileOrderDiffers.
        """
        count = total_fen = 0
        xsd_dir = settings.load().iso20022_xsd_dir
        found = bankfiles.read_orders(self.profile, chunks, xsd_dir=xsd_dir)
        orders = map(bankfiles.Order._make, approved)
        for order in bankfiles.compared(self.profile, found, orders):
            count += 1
            total_fen += order.amount_fen
        return count, total_fen


def _batch(head: bank_files.BatchHead) -> bankfiles.Batch:
    return bankfiles.Batch(
        batch_no=head.batch_no,
        created_at=head.created_at,
        execution_on=head.execution_on,
        debtor_account_no=head.debtor_account_no,
        debtor_account_name=head.debtor_account_name,
        debtor_bank_name=head.debtor_bank_name,
        debtor_cnaps_code=head.debtor_cnaps_code,
        count=head.count,
        total_fen=head.total_fen,
        rail=head.rail,
    )


def order_file(spec: Mapping[str, Any]) -> OrderFile:
    """Return the format of a profile version from its data."""
    return OrderFile(bankfiles.Profile.from_spec(spec))


@dataclass(frozen=True, slots=True)
class ResultReport:
    """A result file as the service takes it."""

    profile: bankfiles.Profile
    found: bankfiles.ResultFile

    @property
    def batch_no(self) -> str | None:
        """Our batch number, if the file names one."""
        return self.found.batch_no

    def __iter__(self) -> Iterator[bankfiles.ResultLine]:
        """Yield the lines the bank wrote."""
        return iter(self.found.lines)

    def refuse_foreign(self, accounts: Iterable[str]) -> None:
        """Refuse the file whole when it is about a debtor account that is not one of these."""
        bankfiles.refuse_foreign(self.found, frozenset(accounts))

    def silent(self, references: Collection[str]) -> tuple[bankfiles.ResultLine, ...]:
        """Return what the bank means by leaving out orders of the batch with these references."""
        return bankfiles.inferred(self.profile, self.found, references)


def result_lines(spec: Mapping[str, Any], chunks: Iterator[bytes]) -> ResultReport:
    """Return a result file, read by the data of a profile."""
    profile = bankfiles.Profile.from_spec(spec)
    return ResultReport(profile, bankfiles.read_results(profile, chunks))


def statement_days(
    spec: Mapping[str, Any], chunks: Iterator[bytes]
) -> tuple[bankfiles.StatementDay, ...]:
    """Return the days of a statement, read by the data of a profile."""
    return bankfiles.read_statement(bankfiles.Profile.from_spec(spec), chunks).days


def pay(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `pay`."""
    return payments.pay(claim, order_file)


def pay_again(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `reissue`."""
    return reissue.run(claim, order_file)


def pay_retention(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `retention_pay`."""
    return paying.pay(claim, order_file)


def apply_results(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `bank_result`."""
    return bank_results.take(claim, result_lines)


def record_statement(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `statement`."""
    return statements.take(claim, statement_days)


def check_books(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `check_books`."""
    return books.run(claim, order_file)
