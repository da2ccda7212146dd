"""A bank of few words: its order file is plain CSV, and what it answers is what the test says."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from models.records.base import JsonField, run_sql_text, sql
from models.rules.errors.payment import FileOrderDiffers
from models.services import approvals, files, payments
from models.services.bank_files import BatchHead, OrderRow
from tests.factories import sheets

PROFILE = "plain"


class PlainFormat:
    """reference, account, name, bank, code, fen, purpose: one order a line."""

    max_rows: int | None = None
    max_bytes: int | None = None
    split_in_bank = False
    split_rail = False
    cut_off = "ignore"
    char_map: ClassVar[dict[str, str]] = {}
    #: What the reader finds besides the truth.
    misread_fen = 0

    def __init__(self, spec: Mapping[str, Any] | None = None) -> None:
        for key, value in (spec or {}).items():
            setattr(self, key, value)

    def file_name(self, head: BatchHead) -> str:
        return f"{head.batch_no}.csv"

    def write(self, head: BatchHead, orders: Iterable[OrderRow]) -> Iterator[bytes]:
        for order in orders:
            line = io.StringIO()
            name = order[3].translate(str.maketrans(self.char_map))
            csv.writer(line).writerow((*order[:3], name, *order[4:]))
            yield line.getvalue().encode()

    def reread(self, chunks: Iterable[bytes], approved: Iterable[OrderRow]) -> tuple[int, int]:
        rows = list(csv.reader(io.StringIO(b"".join(chunks).decode())))
        for place, (row, order) in enumerate(zip(rows, approved, strict=False), start=1):
            if row != list(map(str, order)):
                raise FileOrderDiffers(row=place, reference=order[0], field="?", field_en="?")
        return len(rows), sum(int(row[6]) for row in rows) + self.misread_fen


@dataclass(frozen=True)
class Word:
    """One line of a result file."""

    row: int
    reference: str | None
    status: str | None
    amount_fen: int | None
    booked_on: date | None = None
    bank_reason: str | None = None
    account_no: str | None = None
    account_name: str | None = None
    status_text: str = "…"
    bank_line_no: str | None = None
    contradiction: str | None = None


def profile(code: str = PROFILE, /, version: int = 1, **spec: object) -> None:
    sql(
        "INSERT INTO bank_profile (profile_code, version, name, format, spec, created_at,"
        " created_by)"
        " VALUES (%s, %s, %s, 'csv', %s, now(), 'tests')",
        (code, version, code, JsonField().db_value(spec)),
    )


def approve_all(period: str = sheets.PERIOD, on: date = sheets.ON) -> None:
    approvals.approve(sheets.CHECKER, period, None, on)
    approvals.approve(sheets.APPROVER, period, None, on)


def pay(period: str = sheets.PERIOD, on: date = sheets.ON, **options: Any) -> list[dict[str, Any]]:
    result = payments.pay_sheets(
        sheets.MAKER, period, options.pop("area", None), options.pop("profile", PROFILE), on,
        formats=options.pop("formats", PlainFormat), **options,
    )  # fmt: skip
    return result["batches"]  # type: ignore[return-value]


def paid_city(*amounts_fen: int, hospitals: int = 1) -> sheets.City:
    """A city where enterprise n was paid the n-th amount for the first hospital."""
    town = sheets.city(hospitals, len(amounts_fen))
    profile()
    for code, amount in zip(town.enterprises, amounts_fen, strict=True):
        sheets.sheet(town.hospitals[0], code, amount)
    approve_all()
    pay()
    return town


def orders() -> list[tuple[str, int, str]]:
    """Reference, fen and state of the instructions in the order they were made."""
    return sql(
        "SELECT reference, amount_fen, state FROM payment_instruction ORDER BY id"
    ).fetchall()


def released(*references: str) -> None:
    """A maker asked for the payments to be made again, and a checker released that."""
    sql(
        "INSERT INTO payment_reissue (request_no, instruction_id, amount_fen, profile_code, reason,"
        " asked_by, asked_at, asked_on, decided_by, decided_at, released)"
        " SELECT 'CF0', id, amount_fen, %s, '-', 'maker', now(), now(), 'checker', now(), true"
        " FROM payment_instruction WHERE reference = ANY (%s)",
        (PROFILE, list(references)),
    )


def stored(content: bytes, kind: str = "bank_result") -> int:
    return int(files.store("answer.csv", [content], by="maker", kind=kind).id)


def balance(account: str) -> int:
    from models.services import ledger

    return ledger.balance_fen(account)


def damage_an_allocation() -> None:
    """Take a fen from the first sheet's payment, which the database itself would refuse."""
    run_sql_text(
        "ALTER TABLE payment_allocation DISABLE TRIGGER USER;"
        " UPDATE payment_allocation SET amount_fen = amount_fen - 1 WHERE sheet_id = 1;"
        " ALTER TABLE payment_allocation ENABLE TRIGGER USER"
    )
