"""The first sheet of an XLSX: looked at without unpacking, then read by a child within limits.

Imports and bank files both take workbooks from outside. They differ in what they may cost and in
what a refusal says; what a workbook is, and that only a process of its own opens it, stands here.
"""

import subprocess
import sys
import zipfile
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from models.workbooks import child
from models.workbooks.child import LOST_DIGITS, Form

__all__ = ["LOST_DIGITS", "Flaw", "Form", "Limits", "WorkbookUnreadable", "convert", "look"]

PARTS_MAX = 2_000
_WORKBOOK = "xl/workbook.xml"


class Limits(NamedTuple):
    """What a workbook may cost."""

    #: What the archive may claim to unpack to.
    unpacked_bytes: int
    #: What the reading process may use.
    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
    #: What it may write.
    target_bytes: int


class Flaw(StrEnum):
    """Why a file is not read as a workbook."""

    CUT = "cut"
    TOO_LARGE = "too_large"
    NO_WORKBOOK = "no_workbook"
    ENCRYPTED = "encrypted"
    TOO_SLOW = "too_slow"
    #: The child died of its limits.
    OUT_OF_LIMITS = "out_of_limits"
    DAMAGED = "damaged"


class WorkbookUnreadable(Exception):
    """A file that is no workbook or cannot be read within the limits; callers put it in words."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


def look(path: Path, limits: Limits) -> None:
    """Refuse what is no XLSX or would unpack to too much, by the archive's directory alone.

    Raises WorkbookUnreadable.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise WorkbookUnreadable(Flaw.CUT) from error
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise WorkbookUnreadable(Flaw.TOO_LARGE)
    if not any(part.filename == _WORKBOOK for part in parts):
        raise WorkbookUnreadable(Flaw.NO_WORKBOOK)
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookUnreadable(Flaw.ENCRYPTED)


def convert(source: Path, target: Path, form: Form, limits: Limits) -> None:
    """Write the first sheet in a form to the target, by a process that may die of a hostile file.

    Raises WorkbookUnreadable.
    """
    command = [
        sys.executable, "-I", child.__file__, form, str(source), str(target),
        str(limits.memory_bytes), str(limits.cpu_seconds), str(limits.target_bytes),
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise WorkbookUnreadable(Flaw.TOO_SLOW) from error
    if done.returncode:
        raise WorkbookUnreadable(Flaw.OUT_OF_LIMITS if done.returncode < 0 else Flaw.DAMAGED)
