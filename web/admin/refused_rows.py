"""The first rows an import refused, as its error file has them, in the reader's language."""

import csv
import io
from itertools import islice
from typing import NamedTuple

from flask_babel import gettext as _

from models.schemas.table import IGNORED
from models.services import files
from web import language
from web.admin import row_codes

#: More are in the file.
SHOWN = 20
#: Columns of the table that name a row; the others are in the file, too.
CELLS = 3


class Refused(NamedTuple):
    """One refused row: where it stood, how it begins, why it was refused."""

    row: str
    cells: list[str]
    why: str


class Shown(NamedTuple):
    """The names of the first columns, and the first refused rows."""

    titles: list[str]
    rows: list[Refused]


def first(file_id: int | None) -> Shown | None:
    """Return the first refused rows of an error file; none was written where none was refused.

    The file's own sentence is Chinese for all (docs/formats.md §1); in English the codes are told.
    """
    if file_id is None:
        return None
    piece = next(files.read(file_id), b"")
    lines = piece.decode("utf-8-sig", errors="ignore").splitlines(keepends=True)
    # A piece may end within a line.
    whole = lines if len(piece) < files.CHUNK_BYTES else lines[:-1]
    records = csv.reader(io.StringIO("".join(whole)))
    titles = next(records, [])
    own = max(len(titles) - len(IGNORED), 0)
    found = [record for record in islice(records, SHOWN) if len(record) == len(titles)]
    return Shown(titles[: min(own, CELLS)], [_refused(record, own) for record in found])


def _refused(record: list[str], own: int) -> Refused:
    row, codes, sentence = record[own:]
    why = sentence
    if language.is_english():
        told = "; ".join(row_codes.word(code) for code in codes.split(";") if code)
        why = told or _("本行无误；因同一文件中有其他行有误，按“全部或全不”的要求未导入。")
    return Refused(row, record[: min(own, CELLS)], why)
