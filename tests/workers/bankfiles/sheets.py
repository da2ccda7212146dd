"""Workbooks as banks send them, and such as nobody should."""

import io
import zipfile
from collections.abc import Sequence

import xlsxwriter


def book(*rows: Sequence[object], left: int = 0, top: int = 0) -> bytes:
    """Return a workbook with one sheet; texts are text cells, numbers number cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False}) as workbook:
        sheet = workbook.add_worksheet()
        for at, row in enumerate(rows, start=top):
            for place, value in enumerate(row, start=left):
                if isinstance(value, str):
                    sheet.write_string(at, place, value)
                else:
                    sheet.write_number(at, place, value)
    return out.getvalue()


def bomb(megabytes: int) -> bytes:
    """Return an archive that claims to be a workbook and unpacks to this much."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(megabytes):
                part.write(b"\0" * (1 << 20))
    return out.getvalue()


def giant() -> bytes:
    """Return a workbook with two cells, as far apart as a sheet allows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_string(0, 0, "客户方流水号")
        sheet.write_string(1_048_575, 16_383, "x")
    return out.getvalue()
