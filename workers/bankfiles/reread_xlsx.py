"""Reading back an XLSX order file: the sheet's own XML, streamed."""

import re
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from models.rules.errors.bankfiles import FileForeign
from workers.bankfiles import reread_fields
from workers.bankfiles.intake import limited
from workers.bankfiles.model import ControlTotals, OrderRead
from workers.bankfiles.profiles import Profile
from workers.bankfiles.reread_text import columns_of
from workers.bankfiles.xml import Reader, elements, free

_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "xl/worksheets/sheet1.xml"
#: SpreadsheetML writes some characters as _xHHHH_ (ECMA-376 part 1, ST_Xstring).
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read(profile: Profile, chunks: Iterable[bytes]) -> Iterator[OrderRead | ControlTotals]:
    """Yield the orders and the totals a first row states."""
    with TemporaryFile() as file:
        for chunk in limited(chunks):
            file.write(chunk)
        rows = _rows(file)
        if profile.header_columns:
            texts = next(rows, [])
            columns = columns_of(profile, profile.header_columns, texts, 1)
            found = reread_fields.totals(columns, texts, 1)
            if found:
                yield found
        if profile.titles:
            titles = next(rows, [])
            if not set(titles) <= {c.title for c in profile.detail_columns}:
                expected = " ".join(c.title for c in profile.detail_columns)
                raise FileForeign(expected=expected, found=" ".join(titles)[:80])
        for place, texts in enumerate(rows, start=1):
            columns = columns_of(profile, profile.detail_columns, texts, place)
            yield reread_fields.order(columns, texts, place)


def _rows(file: IO[bytes]) -> Iterator[list[str]]:
    xml = Reader(_NAMESPACE)
    try:
        with ZipFile(file) as workbook, workbook.open(_SHEET) as sheet:
            chunks = iter(lambda: sheet.read(65_536), b"")
            for row in elements(chunks, _NAMESPACE, ("row",)):
                yield [_text(xml, cell) for cell in xml.children(row, "c")]
                free(row)
    except (BadZipFile, KeyError) as error:
        raise FileForeign(expected="XLSX", found="?") from error


def _text(xml: Reader, cell: Any) -> str:  # noqa: ANN401
    found = xml.child(cell, "is", "t")
    if found is None:
        found = xml.child(cell, "v")
    text = (found.text or "") if found is not None else ""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
