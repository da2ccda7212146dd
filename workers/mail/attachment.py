"""The files that go with digests: late lines or returned payments for a spreadsheet."""

import csv
import io
from collections.abc import Iterable

from models.rules.money import yuan
from models.services.overdue.digests import LateLine
from models.services.payment_news import Payment

HEAD = (
    "明细编号", "通用名", "医疗机构", "配送企业", "验收入库日期", "到期日", "逾期天数", "未付金额",
    "逾期利息", "阶梯", "本次通知",
)  # fmt: skip
RETURNED_HEAD = (
    "付款参考号", "批次号", "事实", "日期", "医药企业", "账号尾号", "医疗机构", "结算单", "金额",
    "银行说明",
)  # fmt: skip
FACT_WORDS = {"returned": "退票", "reversed": "冲账", "rejected": "拒绝"}
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


def returned_csv(payments: Iterable[Payment]) -> bytes:
    """Return returned, reversed and rejected payments as CSV in UTF-8 with BOM."""
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(RETURNED_HEAD)
    for one in payments:
        write.writerow(
            [
                one.reference,
                one.batch_no,
                FACT_WORDS[one.state],
                one.day,
                guarded(one.enterprise_name),
                one.account_tail,
                guarded(one.hospitals),
                one.sheets,
                yuan(one.amount_fen),
                guarded(one.reason or ""),
            ]
        )
    return text.getvalue().encode("utf-8-sig")
