"""The files that go with mails: late lines or returned payments for a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import xlsxwriter

from models.rules.money import yuan
from models.rules.spreadsheets import guarded
from models.rules.words import FileFormat
from models.services.overdue.told import LateLine
from models.services.payment_news import Payment

HEADS: dict[str, tuple[str, ...]] = {
    "zh": (
        "明细编号", "通用名", "医疗机构", "配送企业", "验收入库日期", "到期日", "逾期天数",
        "未付金额", "逾期利息", "阶梯", "本次通知",
    ),
    "en": (
        "line_no", "product", "hospital", "enterprise", "accepted_on", "due_on", "days_late",
        "unpaid_yuan", "interest_yuan", "step", "this_mail",
    ),
}  # fmt: skip
HEAD = HEADS["zh"]
RETURNED_HEADS: dict[str, tuple[str, ...]] = {
    "zh": (
        "付款参考号", "批次号", "事实", "日期", "医药企业", "账号尾号", "医疗机构", "结算单",
        "金额", "银行说明",
    ),
    "en": (
        "reference", "batch_no", "fact", "day", "enterprise", "account_tail", "hospitals",
        "sheets", "amount_yuan", "bank_reason",
    ),
}  # fmt: skip
FACT_WORDS = {
    "zh": {"returned": "退票", "reversed": "冲账", "rejected": "拒绝"},
    "en": {"returned": "returned", "reversed": "reversed", "rejected": "rejected"},
}
YES = {"zh": "是", "en": "yes"}

#: A cell as a workbook keeps it: text, a day, a number, or a sum as Fen.
Cell = Any
Rows = Iterable[Sequence[Cell]]


class Fen(int):
    """A sum in fen: a workbook has it as a number in yuan."""


def overdue(lines: Iterable[LateLine], language: str, file_format: str) -> bytes:
    """Return the file of late lines in a language and format."""
    if file_format == FileFormat.XLSX:
        return _xlsx(HEADS[language], _overdue_cells(lines, YES[language]))
    head = ",".join(map(cell, HEADS[language]))
    return "\r\n".join([head, *_overdue_texts(lines, YES[language]), ""]).encode("utf-8-sig")


#: A number of a line that needs neither guard nor quotes.
_is_plain = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]*").fullmatch


@lru_cache(maxsize=4_096)
def cell(text: str) -> str:
    """Return a text as CSV has it: guarded, and quoted where it must be."""
    told = guarded(text)
    if any(letter in told for letter in ',"\r\n'):
        return '"' + told.replace('"', '""') + '"'
    return told


@lru_cache(maxsize=4_096)
def _day(day: date) -> str:
    return day.isoformat()


def _overdue_texts(lines: Iterable[LateLine], yes: str) -> Iterator[str]:
    """Yield late lines as rows of CSV; a day's digests have a million, so each is one text."""
    for (
        line_no, product, hospital, enterprise, accepted_on, due_on, late, unpaid, interest,
        _step, step_name, calls,
    ) in lines:  # fmt: skip
        number = line_no if _is_plain(line_no) else cell(line_no)
        yield (
            f"{number},{cell(product)},{cell(hospital)},{cell(enterprise)},{_day(accepted_on)},"
            f"{_day(due_on)},{late},{unpaid // 100}.{unpaid % 100:02d},"
            f"{interest // 100}.{interest % 100:02d},{cell(step_name or '')},{yes if calls else ''}"
        )


def _overdue_cells(lines: Iterable[LateLine], yes: str) -> Rows:
    for line in lines:
        yield (
            guarded(line.line_no),
            guarded(line.product_name),
            guarded(line.hospital_name),
            guarded(line.enterprise_name),
            line.accepted_on,
            line.due_on,
            line.days_late,
            Fen(line.unpaid_fen),
            Fen(line.interest_fen),
            guarded(line.step_name or ""),
            yes if line.calls else "",
        )


def returned(payments: Iterable[Payment], language: str, file_format: str) -> bytes:
    """Return the file of returned, reversed and rejected payments in a language and format."""
    rows = (
        (
            one.reference,
            one.batch_no,
            FACT_WORDS[language][one.state],
            one.day,
            guarded(one.enterprise_name),
            one.account_tail,
            guarded(one.hospitals),
            one.sheets,
            Fen(one.amount_fen) if file_format == FileFormat.XLSX else yuan(one.amount_fen),
            guarded(one.reason or ""),
        )
        for one in payments
    )
    return written(RETURNED_HEADS[language], rows, file_format)


def written(head: Sequence[str], rows: Rows, file_format: str) -> bytes:
    """Return a file of the format: CSV in UTF-8 with BOM, so that Excel reads it, or XLSX."""
    return _xlsx(head, rows) if file_format == FileFormat.XLSX else _csv(head, rows)


def _csv(head: Sequence[str], rows: Rows) -> bytes:
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(head)
    write.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(head: Sequence[str], rows: Rows) -> bytes:
    """Write row by row: a row is on disk before the next one is made."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    money, day = (book.add_format({"num_format": shape}) for shape in ("#,##0.00", "yyyy-mm-dd"))
    sheet.write_row(0, 0, head, book.add_format({"bold": True}))
    sheet.set_column(0, len(head) - 1, 16)
    sheet.freeze_panes(1, 0)
    for place, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if type(cell) is Fen:
                sheet.write_number(place, column, Decimal(cell) / 100, money)
            elif type(cell) is str:
                sheet.write_string(place, column, cell)
            elif type(cell) is int:
                sheet.write_number(place, column, cell)
            else:
                sheet.write_datetime(place, column, cell, day)
    book.close()
    return target.getvalue()
