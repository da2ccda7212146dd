"""Empty files to fill in: the header of each table in Chinese, as CSV and XLSX."""

import io

import xlsxwriter

from models.schemas import tables
from models.schemas.columns import Column

#: Width of a column in a template, in characters.
_WIDTH = 22


def csv(kind: str) -> bytes:
    """Return the template of a table as CSV in UTF-8 with BOM; it can be imported as it is."""
    labels = [column.label for column in tables.table(kind).columns().values()]
    return (",".join(labels) + "\r\n").encode("utf-8-sig")


def xlsx(kind: str) -> bytes:
    """Return the template of a table as XLSX; every column is text, so no program edits codes."""
    schema = tables.table(kind)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(schema.about.title)
    text = book.add_format({"num_format": "@"})
    required = book.add_format({"num_format": "@", "bold": True, "bg_color": "#DCE9F5"})
    optional = book.add_format({"num_format": "@", "bg_color": "#F2F2F2"})
    for place, column in enumerate(schema.columns().values()):
        sheet.set_column(place, place, _WIDTH, text)
        sheet.write_string(0, place, column.label, optional if column.optional else required)
        sheet.write_comment(0, place, hint(column))
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def hint(column: Column) -> str:
    """Return how a column is to be filled in."""
    must = "可以为空" if column.optional else "必填"
    return "；".join(part for part in (must, column.form, column.note) if part) + "。"
