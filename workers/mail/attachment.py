"""The file that goes with a digest: the institution's late lines for a spreadsheet."""

import csv
import io
from collections.abc import Iterable

from models.rules.money import yuan
from models.services.overdue.digests import LateLine

HEAD = (
    "明细编号", "通用名", "医疗机构", "配送企业", "验收入库日期", "到期日", "逾期天数", "未付金额",
    "逾期利息", "阶梯", "本次通知",
)  # fmt: skip
#: Cells that begin so would be run by a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """Return the text so that a spreadsheet shows it and does not run it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def overdue_csv(lines: Iterable[LateLine]) -> bytes:
    """Return the lines as CSV in UTF-8 with BOM, so that Excel reads the Chinese."""
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(HEAD)
    for line in lines:
        names = (line.line_no, line.product_name, line.hospital_name, line.enterprise_name)
        write.writerow(
            [
                *map(guarded, names),
                line.accepted_on,
                line.due_on,
                line.days_late,
                yuan(line.unpaid_fen),
                yuan(line.interest_fen),
                guarded(line.step_name or ""),
                "是" if line.calls else "",
            ]
        )
    return text.getvalue().encode("utf-8-sig")
