"""Reading the first sheet of a bank's workbook within limits; what is a number stays marked."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from models import workbooks
from models.rules.errors import SettlementError
from models.rules.errors.bankfiles import (
    FileForeign,
    FileTooLarge,
    FileTruncated,
    WorkbookBroken,
)
from models.workbooks import Flaw, Form, Limits, WorkbookUnreadable
from workers.bankfiles.intake import limited

LIMITS = Limits(
    unpacked_bytes=512 << 20,
    memory_bytes=1 << 30,
    cpu_seconds=60,
    wall_seconds=120,
    target_bytes=128 << 20,
)
CELL_CHARS_MAX = 32_767
_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_FIRST_BYTES = 8
_REASONS = {
    Flaw.ENCRYPTED: ("文件已加密", "it is encrypted"),
    Flaw.TOO_SLOW: (
        f"超过 {LIMITS.wall_seconds} 秒仍未读完", f"not read within {LIMITS.wall_seconds} s",
    ),
    Flaw.OUT_OF_LIMITS: (
        "内容过大，读取进程因超出内存或时间上限而中止", "it exceeds the limits",
    ),
    Flaw.DAMAGED: ("文件已损坏、没有工作表，或表格范围过大", "damaged, or no sheet in it"),
}  # fmt: skip


class Number(str):
    """The text of a number cell: digits a spreadsheet may have rounded, zeros it has dropped."""

    __slots__ = ()


def rows(chunks: Iterable[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of the first sheet with their numbers, blank rows left out.

    Raises FileForeign for another kind of file, FileTruncated for a cut archive, FileTooLarge and
    WorkbookBroken for what exceeds the limits or cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="bank-sheet-") as folder:
        source, target = Path(folder, "source"), Path(folder, "target")
        with source.open("wb") as file:
            for chunk in limited(chunks):
                file.write(chunk)
        _require_zip(source)
        try:
            workbooks.look(source, LIMITS)
            workbooks.convert(source, target, Form.CELLS, LIMITS)
        except WorkbookUnreadable as error:
            raise _refusal(error.flaw) from error
        lines = target.read_bytes().splitlines()
    return _cells(lines)


def _cells(lines: list[bytes]) -> Iterator[tuple[int, list[str]]]:
    for row, line in enumerate(lines, start=1):
        cells = [_cell(value) for value in json.loads(line)]
        if any(cells):
            yield row, cells


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return Number(value["n"])
    text = str(value).strip(" \t\u3000")
    if len(text) > CELL_CHARS_MAX:
        raise FileTooLarge(limit=CELL_CHARS_MAX, unit="字的单元格", unit_en="characters in a cell")
    return text


def _require_zip(path: Path) -> None:
    with path.open("rb") as file:
        first = file.read(_FIRST_BYTES)
    if not first.startswith(_ZIP):
        raise FileForeign(expected="XLSX", found="XLS" if first == _OLE else "其他类型")


def _refusal(flaw: Flaw) -> SettlementError:
    """Return what a flaw is called among bank files."""
    if flaw is Flaw.CUT:
        return FileTruncated(reason="压缩包没有结束", reason_en="the archive has no end")
    if flaw is Flaw.NO_WORKBOOK:
        return FileForeign(expected="XLSX", found="ZIP")
    if flaw is Flaw.TOO_LARGE:
        limit = LIMITS.unpacked_bytes >> 20
        return FileTooLarge(limit=limit, unit=" MB（解压后）", unit_en="MB unpacked")
    reason, reason_en = _REASONS[flaw]
    return WorkbookBroken(reason=reason, reason_en=reason_en)
