"""The header of a file: which column is which, or a refusal that names the column."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from models.rules.errors.imports import (
    DuplicateColumn,
    EmptyFile,
    MissingColumn,
    MixedHeader,
    UnknownColumn,
)
from models.schemas.table import IGNORED, TableSchema

#: Longest part of a header shown in a refusal.
_SHOWN_CHARS = 60


@dataclass(frozen=True)
class Header:
    """The file's own header, and the table's column of each place (None: ignored)."""

    cells: tuple[str, ...]
    names: tuple[str | None, ...]

    @property
    def width(self) -> int:
        """Return how many cells a record has."""
        return len(self.cells)

    @property
    def present(self) -> tuple[str, ...]:
        """Return the table's columns that the file has."""
        return tuple(name for name in self.names if name)

    @property
    def own(self) -> list[int]:
        """Return the places that come back in an error file: all but an earlier error file's."""
        return [place for place, cell in enumerate(self.cells) if cell not in IGNORED]


def read(schema: type[TableSchema], cells: Sequence[str]) -> Header:
    """Resolve a header row: English names or Chinese labels, any order, not mixed.

    Raises EmptyFile, UnknownColumn, DuplicateColumn, MissingColumn, MixedHeader.
    """
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    if not stripped:
        raise EmptyFile
    english = set(schema.columns())
    labels = {
        label: name for name, column in schema.columns().items() for label in column.labels(name)
    }
    told = [cell for cell in stripped if cell not in IGNORED]
    unknown = [cell for cell in told if cell not in english and cell not in labels]
    if unknown:
        raise UnknownColumn(table=schema.about.kind, columns=_shown(unknown))
    chinese = [cell for cell in told if cell not in english]
    if chinese and len(chinese) < len(told):
        named = [cell for cell in told if cell in english]
        raise MixedHeader(english=_shown(named), chinese=_shown(chinese))
    names = tuple(
        None if cell in IGNORED else (cell if cell in english else labels[cell])
        for cell in stripped
    )
    _refuse_doubles(stripped, names)
    missing = [
        (column.label if chinese else name)
        for name, column in schema.columns().items()
        if not column.optional and name not in names
    ]
    if missing:
        raise MissingColumn(columns=_shown(missing))
    return Header(tuple(stripped), names)


def _refuse_doubles(cells: Sequence[str], names: Sequence[str | None]) -> None:
    counted = Counter(name or cell for name, cell in zip(names, cells, strict=True))
    twice = [name for name, count in counted.items() if count > 1]
    if twice:
        raise DuplicateColumn(columns=_shown(twice))


def _shown(columns: Sequence[str]) -> str:
    text = "、".join(column or "（空列名）" for column in columns)
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "…"
