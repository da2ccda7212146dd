"""What stands in a paper, before it is a document: headings, sentences, tables and charts."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

#: Rows of a table in the document; the workbook has all of them.
SHOWN_ROWS_MAX = 60

#: A cell: text, a whole number, or nothing.
Cell = str | int | None


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    #: text, count, quantity (text with decimals), yuan (text), bp (basis points) or pp (points)
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """A table with its caption."""

    caption: str
    columns: list[Column]
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Chart:
    """A chart: values in percent over labels; each series is one colour."""

    title: str
    #: column, bar or line
    form: str
    labels: list[str]
    series: list[tuple[str, list[float | None]]]


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it, charts first, then tables."""

    heading: str
    sentences: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True)
class Content:
    """All that a paper says; written once and never edited."""

    title: str
    #: Area and span, as under the title.
    about: str
    office: str
    #: The day it was drafted, as written.
    day: str
    sections: list[Section]

    def told(self) -> dict[str, Any]:
        """Return the content as it is kept."""
        return asdict(self)


def read(told: Mapping[str, Any]) -> Content:
    """Return a kept content."""
    sections = [
        Section(
            one["heading"],
            list(one["sentences"]),
            [
                Chart(
                    c["title"],
                    c["form"],
                    c["labels"],
                    [(name, values) for name, values in c["series"]],
                )
                for c in one["charts"]
            ],
            [
                Table(t["caption"], [Column(**column) for column in t["columns"]], t["rows"])
                for t in one["tables"]
            ],
        )
        for one in told["sections"]
    ]
    return Content(told["title"], told["about"], told["office"], told["day"], sections)


def digest(content: Content) -> str:
    """Return the sha256 of a content, which reviews are bound to."""
    told = json.dumps(content.told(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def shown(cell: Cell, kind: str) -> str:
    """Return a cell as people read it."""
    if cell is None:
        return "—"
    if kind in {"bp", "pp"}:
        sign, value = ("-", -int(cell)) if int(cell) < 0 else ("", int(cell))
        return f"{sign}{value // 100}.{value % 100:02d}" + ("%" if kind == "bp" else "")
    return f"{cell:,}" if kind == "count" and isinstance(cell, int) else str(cell)
