"""A paper as a workbook: a sheet for each section, its whole tables, its charts beside them."""

import io
import re
from typing import Any

import xlsxwriter

from models.rules.paper_content import Column, Content, Section
from models.rules.spreadsheets import guarded
from workers.papers import charts

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\（）()、]")
SHEET_CHARS_MAX = 28
_FORMATS = {"bp": "0.00%", "pp": "0.00", "count": "#,##0"}
#: Behind the tables: the values that charts are drawn of.
DRAWN = "图表数据"


def written(content: Content) -> bytes:
    """Return the workbook of a paper."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": content.title, "company": content.office})
    look = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "bg_color": "#E8EDF2"}
        ),
        "text": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        **{
            kind: book.add_format({"border": 1, "num_format": form, "valign": "top"})
            for kind, form in _FORMATS.items()
        },
    }
    sheets = [
        (section, book.add_worksheet(_name(number, section)))
        for number, section in enumerate(content.sections, start=1)
    ]
    behind, row = book.add_worksheet(DRAWN), 0
    for section, sheet in sheets:
        row = _sheet(book, sheet, section, content, look, behind, row)
    if row == 0:
        behind.hide()
    book.close()
    return target.getvalue()


def _name(number: int, section: Section) -> str:
    return f"{number}{_NOT_IN_NAMES.sub('', section.heading)}"[:SHEET_CHARS_MAX]


def _sheet(
    book: Any,  # noqa: ANN401 - a workbook of xlsxwriter
    sheet: Any,  # noqa: ANN401
    section: Section,
    content: Content,
    look: dict[str, Any],
    behind: Any,  # noqa: ANN401
    drawn: int,
) -> int:
    """Write one section; return the first free row of the values behind the charts."""
    sheet.write_string(0, 0, f"{content.title} {section.heading}", look["title"])
    sheet.write_string(1, 0, f"{content.about}　{content.office}　{content.day}")
    row, width = 3, 0
    for sentence in section.sentences:
        sheet.write_string(row, 0, sentence)
        row += 1
    for table in section.tables:
        width = max(width, len(table.columns))
        for at, column in enumerate(table.columns):
            sheet.write_string(row, at, column.title, look["head"])
            sheet.set_column(at, at, _width(column, table.rows, at))
        for values in table.rows:
            row += 1
            for at, (column, value) in enumerate(zip(table.columns, values, strict=True)):
                _cell(sheet, row, at, column, value, look)
        row += 2
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    top = 3
    for chart in section.charts:
        made = charts.drawn(book, behind, chart, drawn, 0)
        made.set_size({"width": 640, "height": max(300, 60 + 26 * len(chart.labels))})
        sheet.insert_chart(top if width else row, width + 1, made)
        drawn += len(chart.labels) + 2
        top += 20
    return drawn


def _width(column: Column, rows: list[Any], at: int) -> float:
    longest = max((len(str(row[at] or "")) for row in rows), default=0)
    return min(max(longest * (2 if column.kind == "text" else 1.1), len(column.title) * 2, 8), 60)


def _cell(
    sheet: Any,  # noqa: ANN401
    row: int,
    at: int,
    column: Column,
    value: str | int | None,
    look: dict[str, Any],
) -> None:
    if isinstance(value, int):
        kind = column.kind if column.kind in _FORMATS else "count"
        scale = {"bp": 10_000, "pp": 100}.get(kind, 1)
        sheet.write_number(row, at, value / scale if scale > 1 else value, look[kind])
    else:
        sheet.write_string(row, at, "—" if value is None else guarded(value), look["text"])
