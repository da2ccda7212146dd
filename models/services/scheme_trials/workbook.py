"""The file of a trial: totals, sheets, parties and lines that would differ, one table each."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from models.rules.money import yuan
from models.services.scheme_trials.compare import Outcome

#: Lines that would differ beyond this are counted, not listed.
LINES_MAX = 50_000

_TOTALS = (
    ("结算单张数", "sheets"),
    ("应付（元）", "payable_fen"),
    ("结转下期（元）", "carried_out_fen"),
    ("直接结算明细", "free_lines"),
    ("直接结算金额（元）", "free_fen"),
    ("挂起明细", "held_lines"),
    ("挂起金额（元）", "held_fen"),
    ("自行结算明细", "self_lines"),
    ("自行结算金额（元）", "self_fen"),
)
_SIDES = ("现行方案", "按草案")
_SHEETS = (
    ("变化", "change"),
    ("医疗机构编码", "hospital_code"),
    ("医疗机构", "hospital_name"),
    ("统一社会信用代码", "enterprise_code"),
    ("医药企业", "enterprise_name"),
    ("现行明细数", "was_lines"),
    ("草案明细数", "would_lines"),
    ("现行应付", "was_fen"),
    ("草案应付", "would_fen"),
    ("现行到期日", "was_due_on"),
    ("草案到期日", "would_due_on"),
    ("现行资金模式", "was_funding"),
    ("草案资金模式", "would_funding"),
)
_PARTIES = (
    ("代码", "code"),
    ("名称", "name"),
    ("现行结算单", "was_sheets"),
    ("草案结算单", "would_sheets"),
    ("现行应付", "was_fen"),
    ("草案应付", "would_fen"),
)
_COUNTED = (
    ("代码", "code"),
    ("现行明细", "was_lines"),
    ("草案明细", "would_lines"),
    ("现行金额", "was_fen"),
    ("草案金额", "would_fen"),
)
_LINES = (
    ("明细编号", "line_no"),
    ("医疗机构编码", "hospital_code"),
    ("统一社会信用代码", "enterprise_code"),
    ("金额", "amount_fen"),
    ("现行类别", "was_category"),
    ("草案类别", "would_category"),
    ("现行通道", "was_lane"),
    ("草案通道", "would_lane"),
    ("现行挂起", "was_reasons"),
    ("草案挂起", "would_reasons"),
    ("现行到期日", "was_due_on"),
    ("草案到期日", "would_due_on"),
)

Columns = Sequence[tuple[str, str]]


def write(
    path: Path, found: Outcome, lines: Iterable[Any], head: Sequence[tuple[str, str]]
) -> None:
    """Write the workbook; `head` is what was tried, as (label, value)."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        money = book.add_format({"num_format": "#,##0.00"})
        _front(book, found, head, money)
        _table(book, "结算单", _SHEETS, found.sheets, money)
        _table(book, "医疗机构", _PARTIES, found.hospitals, money)
        _table(book, "医药企业", _PARTIES, found.enterprises, money)
        _table(book, "类别", _COUNTED, found.categories, money)
        _table(book, "挂起原因", _COUNTED, found.reasons, money)
        _table(book, "明细", _LINES, lines, money)


def _front(book: Any, found: Outcome, head: Sequence[tuple[str, str]], money: Any) -> None:  # noqa: ANN401
    sheet = book.add_worksheet("汇总")
    line = 0
    for label, value in head:
        sheet.write_string(line, 0, label)
        sheet.write_string(line, 1, value)
        line += 1
    for place, title in enumerate(("", *_SIDES), start=0):
        sheet.write_string(line, place, title)
    for label, name in _TOTALS:
        line += 1
        sheet.write_string(line, 0, label)
        for place, side in enumerate((found.was, found.would), start=1):
            _cell(sheet, line, place, name, getattr(side, name), money)


def _table(book: Any, title: str, columns: Columns, rows: Iterable[Any], money: Any) -> None:  # noqa: ANN401
    sheet = book.add_worksheet(title)
    for place, (label, _) in enumerate(columns):
        sheet.write_string(0, place, label)
    for line, row in enumerate(rows, start=1):
        for place, (_, name) in enumerate(columns):
            _cell(sheet, line, place, name, getattr(row, name), money)


def _cell(sheet: Any, line: int, place: int, name: str, value: Any, money: Any) -> None:  # noqa: ANN401
    if value is None:
        return
    if name.endswith("_fen"):
        sheet.write_number(line, place, Decimal(yuan(int(value))), money)
    elif isinstance(value, int):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(
            line, place, value.isoformat() if isinstance(value, date) else str(value)
        )
