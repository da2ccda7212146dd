"""Reading the first sheet of a bank's workbook within limits; what is a number stays marked."""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from models.rules.errors.bankfiles import (
    FileForeign,
    FileTooLarge,
    FileTruncated,
    WorkbookBroken,
)
from workers.bankfiles import sheet_child
from workers.bankfiles.intake import limited

#: What the archive may claim to unpack to, and in how many parts.
UNPACKED_BYTES_MAX = 512 << 20
PARTS_MAX = 2_000
#: What the reading process may use.
MEMORY_BYTES_MAX = 1 << 30
CPU_SECONDS_MAX = 60
WALL_SECONDS_MAX = 120
TARGET_BYTES_MAX = 128 << 20
CELL_CHARS_MAX = 32_767
_WORKBOOK = "xl/workbook.xml"
_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_FIRST_BYTES = 8


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
        _look(source)
        _convert(source, target)
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


def _look(path: Path) -> None:
    """Refuse what is no workbook or would unpack to too much, before anything is unpacked."""
    with path.open("rb") as file:
        first = file.read(_FIRST_BYTES)
    if not first.startswith(_ZIP):
        raise FileForeign(expected="XLSX", found="XLS" if first == _OLE else "其他类型")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileTruncated(reason="压缩包没有结束", reason_en="the archive has no end") from error
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
        limit = UNPACKED_BYTES_MAX >> 20
        raise FileTooLarge(limit=limit, unit=" MB（解压后）", unit_en="MB unpacked")
    if not any(part.filename == _WORKBOOK for part in parts):
        raise FileForeign(expected="XLSX", found="ZIP")
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookBroken(reason="文件已加密", reason_en="it is encrypted")


def _convert(source: Path, target: Path) -> None:
    command = [
        sys.executable, "-I", sheet_child.__file__, str(source), str(target),
        str(MEMORY_BYTES_MAX), str(CPU_SECONDS_MAX), str(TARGET_BYTES_MAX),
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        seconds = WALL_SECONDS_MAX
        raise WorkbookBroken(
            reason=f"超过 {seconds} 秒仍未读完", reason_en=f"not read within {seconds} s"
        ) from error
    if done.returncode < 0:
        raise WorkbookBroken(
            reason="内容过大，读取进程因超出内存或时间上限而中止", reason_en="it exceeds the limits"
        )
    if done.returncode:
        raise WorkbookBroken(
            reason="文件已损坏、没有工作表，或表格范围过大", reason_en="damaged, or no sheet in it"
        )
