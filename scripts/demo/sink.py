"""The files of the demo city, written row by row so that memory stays flat at any size."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from scripts.demo.lines import CONFIRMATION_COLUMNS, INVOICE_COLUMNS, PURCHASE_COLUMNS
from scripts.demo.orders import DELIVERY_COLUMNS, ORDER_COLUMNS

VOID_COLUMNS = ("line_no", "reason")
PAYMENT_COLUMNS = ("payment_no", "line_no", "paid_on", "amount_yuan")
FACTS = {
    "purchases": PURCHASE_COLUMNS,
    "voids": VOID_COLUMNS,
    "invoices": INVOICE_COLUMNS,
    "confirmations": CONFIRMATION_COLUMNS,
    "hospital_payments": PAYMENT_COLUMNS,
}


#: Files of a city; a province is written without them.
PAPERS = {"orders": ORDER_COLUMNS, "deliveries": DELIVERY_COLUMNS}


@dataclass(frozen=True)
class CityFile:
    """One file to import: its table, where it lies and in which stage of the story it comes."""

    stage: str
    kind: str
    path: Path


class Sink:
    """All files of the months, open at once: a line of May may be mended in June's files."""

    def __init__(self, out: Path, months: Sequence[str], *, papers: bool = False) -> None:
        self._stack = ExitStack()
        self._writers: dict[tuple[str, str], Any] = {}
        self.files: list[CityFile] = []
        for month in months:
            folder = out / month
            folder.mkdir(parents=True, exist_ok=True)
            for kind, columns in (FACTS | (PAPERS if papers else {})).items():
                path = folder / f"{kind}.csv"
                opened = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
                writer = csv.writer(opened, lineterminator="\n")
                writer.writerow(columns)
                self._writers[month, kind] = writer
                self.files.append(CityFile(month, kind, path))

    def write(self, month: str, kind: str, rows: Iterable[Sequence[str]]) -> None:
        """Add rows to the file of a month and table."""
        self._writers[month, kind].writerows(rows)

    def __enter__(self) -> "Sink":
        """Return the open files."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all files."""
        self._stack.close()


def write_table(path: Path, stage: str, kind: str, rows: Iterable[Mapping[str, str]]) -> CityFile:
    """Write a whole table whose rows name their columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(opened, list(row), lineterminator="\n")
                writer.writeheader()
            writer.writerow(row)
    return CityFile(stage, kind, path)
