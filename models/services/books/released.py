"""Every bank file that left the house is a batch of these books, or waits for two people."""

from collections.abc import Iterator

from models import settings
from models.records.base import sql
from models.rules.errors.recovery import JournalBroken
from models.rules.money import yuan
from models.services import releases

NAME = "released_files_are_known"

_OPEN = "SELECT batch_no, total_fen FROM lost_file WHERE state = 'open' ORDER BY id"


def differences() -> Iterator[str]:
    """Yield what a restore lost and nobody settled, and what this host's journal knows alone."""
    for batch_no, total_fen in sql(_OPEN).fetchall():
        yield (
            f"{NAME}：批次 {batch_no}（{yuan(total_fen)} 元）的银行文件在恢复之前已经发出，"
            "尚未由两人处理。"
        )
    folders = settings.load().journals
    try:
        for one in releases.unknown(folders):
            yield (
                f"{NAME}：外发登记中的批次 {one.batch_no}（{yuan(one.total_fen)} 元）"
                "不在本库中，请执行 scripts.released compare。"
            )
    except JournalBroken as error:
        yield f"{NAME}：{error.sentence}"
