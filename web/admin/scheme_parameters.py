"""The parameters of a version as a page lists them: value, where it comes from, what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import gettext as _

from models.rules import presets
from models.rules.money import fen
from models.services.scheme_drafts import cells as scheme_cells
from web import formats, words
from web.admin import columns, scheme_words
from web.language import worded

Cells = Mapping[str, str]

#: Where a value comes from: the notice, the law or our own default, somebody's hand, nothing said.
NOTICE, PRODUCT, HAND, SILENT = "notice", "product", "hand", "silent"


#: Every version states these; the product has no value of its own for them.
_ALWAYS_STATED = ("funding", "scope")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a version."""

    column: str
    label: Any
    shown: str
    help: Any
    origin: str
    #: Document and article, and what they say in our words.
    source: str
    says: str


@dataclass(frozen=True)
class Difference:
    """A parameter that two versions state differently."""

    group: Any
    label: Any
    before: str
    after: str


@cache
def described() -> dict[str, columns.Column]:
    """Return column → its label, form and choices."""
    return {column.name: column for column in columns.of("schemes")}


def listed(cells: Cells) -> list[tuple[Any, list[Parameter]]]:
    """Return (title, parameters) of each group, each parameter with its source."""
    preset = presets.find(cells.get("preset"))
    return [
        (
            group.title,
            [_parameter(name, help_, cells, preset) for name, help_ in group.helps.items()],
        )
        for group in scheme_words.GROUPS
    ]


def stated(cells: Cells) -> list[tuple[Any, list[Parameter]]]:
    """Return only what a notice states or the product adds, for the page of a preset."""
    found = [
        (title, [one for one in group if one.origin in {NOTICE, PRODUCT}])
        for title, group in listed(cells)
    ]
    return [(title, group) for title, group in found if group]


def differing(before: Cells, after: Cells) -> list[Difference]:
    """Return what two versions state differently, in the order of the groups."""
    return [
        Difference(group.title, described()[name].label, shown(name, was), shown(name, now))
        for group in scheme_words.GROUPS
        for name in group.helps
        if (was := before.get(name, "")) != (now := after.get(name, ""))
    ]


def shown(name: str, cell: str) -> str:
    """Return a cell in the words people read; an empty one as a dash."""
    try:
        return _worded(described()[name], cell) if cell else "—"
    except ValueError:
        return cell


def _worded(column: columns.Column, cell: str) -> str:
    if column.form == "flag":
        return _("是") if cell == "yes" else _("否")
    if column.form == "money":
        return formats.money(fen(cell))
    if column.enumeration is not None:
        return _("、").join(words.word(column.enumeration(one)) for one in cell.split(";"))
    return cell


def sources(cells: Cells) -> dict[str, Parameter]:
    """Return column → its parameter, for the notes beside the fields of the editor."""
    return {one.column: one for _title, group in listed(cells) for one in group}


def _parameter(name: str, help_: Any, cells: Cells, preset: presets.Preset | None) -> Parameter:
    cell = cells.get(name, "")
    origin, cited = _origin(name, cell, preset)
    return Parameter(
        column=name,
        label=described()[name].label,
        shown=shown(name, cell),
        help=help_,
        origin=origin,
        source=cited.source if cited else "",
        says=worded(cited.says) if cited else "",
    )


def _origin(
    name: str, cell: str, preset: presets.Preset | None
) -> tuple[str, presets.Cited | None]:
    """Return where a cell comes from and what is cited for it."""
    if name in scheme_words.NAMES or name in {"preset", "legal_basis"}:
        return SILENT, None
    basis = preset or presets.product()
    cited = basis.cited(name)
    if preset is None and name in _ALWAYS_STATED:
        return HAND, None
    stated = standard(basis.code).get(name, "")
    if cell != stated:
        return HAND, cited if preset else None
    if cited is None:
        return SILENT, None
    return (NOTICE if preset and name in preset.parameters else PRODUCT), cited


@cache
def standard(code: str) -> dict[str, str]:
    """Return the cells of a preset as a version would hold them, defaults written out."""
    preset = presets.find(code) or presets.product()
    # What names a version is not compared; any will do to read the rest.
    named = {"scheme_code": "-", "valid_from": "2000-01-01", "area_code": "000000"}
    stated = {"funding": "offset", "scope": "listed"} | preset.row() | named
    return scheme_cells.written(scheme_cells.values(stated))
