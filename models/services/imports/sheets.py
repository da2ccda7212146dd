"""XLSX uploads: looked at without unpacking, then read by a child process within limits."""

import subprocess
import sys
import zipfile
from pathlib import Path

from models.rules.errors.imports import BinaryFile, SheetNotReadable
from models.services.imports import sheet_child
from models.services.imports.spool import Spooled

#: What the archive may claim to unpack to.
UNPACKED_BYTES_MAX = 1 << 30
ENTRIES_MAX = 2_000
#: What the child may use.
MEMORY_BYTES_MAX = 2 << 30
CPU_SECONDS_MAX = 120
WALL_SECONDS_MAX = 180
CSV_BYTES_MAX = 2 << 30

_WORKBOOK = "xl/workbook.xml"


def to_csv(spooled: Spooled, target: Path) -> Spooled:
    """Return the first sheet as a spooled CSV; raises BinaryFile, SheetNotReadable."""
    _look(spooled.path)
    command = [
        sys.executable, "-I", sheet_child.__file__, str(spooled.path), str(target),
        str(MEMORY_BYTES_MAX), str(CPU_SECONDS_MAX), str(CSV_BYTES_MAX),
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=WALL_SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SheetNotReadable(reason=f"超过 {WALL_SECONDS_MAX} 秒仍未读完") from error
    if done.returncode != 0:
        raise SheetNotReadable(reason=_reason(done.returncode))
    return Spooled(target, target.stat().st_size)


def _reason(returncode: int) -> str:
    if returncode < 0:
        return "表格范围或内容过大，读取进程因超出内存或时间上限而中止"
    return "文件已损坏、没有工作表，或表格范围过大"


def _look(path: Path) -> None:
    """Refuse what is no XLSX or would unpack to too much, by the archive's directory alone."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SheetNotReadable(reason="压缩包已损坏或不完整") from error
    if len(entries) > ENTRIES_MAX or sum(e.file_size for e in entries) > UNPACKED_BYTES_MAX:
        raise SheetNotReadable(reason=f"解压后超过 {UNPACKED_BYTES_MAX >> 20} MB")
    if not any(entry.filename == _WORKBOOK for entry in entries):
        raise BinaryFile(looks_like="ZIP压缩文件")
    if any(entry.flag_bits & 1 for entry in entries):
        raise SheetNotReadable(reason="文件已加密")
