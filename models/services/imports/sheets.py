"""XLSX uploads: the first sheet as a spooled CSV, within the limits of an import."""

from pathlib import Path

from models import workbooks
from models.rules.errors.imports import BinaryFile, SheetNotReadable
from models.services.imports.spool import Spooled
from models.workbooks import Flaw, Form, Limits, WorkbookUnreadable

LIMITS = Limits(
    unpacked_bytes=1 << 30,
    memory_bytes=2 << 30,
    cpu_seconds=120,
    wall_seconds=180,
    target_bytes=2 << 30,
)
_REASONS = {
    Flaw.CUT: "压缩包已损坏或不完整",
    Flaw.TOO_LARGE: f"解压后超过 {LIMITS.unpacked_bytes >> 20} MB",
    Flaw.ENCRYPTED: "文件已加密",
    Flaw.TOO_SLOW: f"超过 {LIMITS.wall_seconds} 秒仍未读完",
    Flaw.OUT_OF_LIMITS: "表格范围或内容过大，读取进程因超出内存或时间上限而中止",
    Flaw.DAMAGED: "文件已损坏、没有工作表，或表格范围过大",
}


def to_csv(spooled: Spooled, target: Path) -> Spooled:
    """Return the first sheet as a spooled CSV; raises BinaryFile, SheetNotReadable."""
    try:
        workbooks.look(spooled.path, LIMITS)
        workbooks.convert(spooled.path, target, Form.CSV, LIMITS)
    except WorkbookUnreadable as error:
        if error.flaw is Flaw.NO_WORKBOOK:
            raise BinaryFile(looks_like="ZIP压缩文件") from error
        raise SheetNotReadable(reason=_REASONS[error.flaw]) from error
    return Spooled(target, target.stat().st_size)
