"""What the provinces' notices say about direct settlement, parameter by parameter, each cited.

A preset is data of the program (models/presets/*.toml): the values a scheme of that province begins
with. What a notice does not state is left to the product's own values; nothing is invented.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "presets"
#: The preset of what no notice states: our own values and the law behind them.
PRODUCT = "product"
#: Columns that say which version it is, not how it settles; `preset` and the basis name the source.
IDENTITY = ("scheme_code", "valid_from", "area_code", "preset", "legal_basis")


@dataclass(frozen=True)
class Document:
    """A notice, measure or report that parameters were taken from."""

    title: str
    #: Empty where it has none or it is not known.
    number: str
    #: Day, month or year, as exactly as it is known.
    issued: str

    @property
    def cited(self) -> str:
        """Return the number where there is one, else the title, as people quote it."""
        return self.number or f"《{self.title}》"


@dataclass(frozen=True)
class Cited:
    """One parameter: the cell of the import, where it stands and what it says in our words."""

    value: str
    document: Document
    #: Empty where the text has no articles or was not seen whole.
    article: str
    says: str

    @property
    def source(self) -> str:
        """Return document and article as people quote them."""
        return f"{self.document.cited}{self.article and ' '}{self.article}"


@dataclass(frozen=True)
class Preset:
    """The parameters one notice states."""

    code: str
    name: str
    #: Area the notice is for; empty for the product's own values.
    area_code: str
    #: Whether the notice was read whole or only its opening.
    known_whole: bool
    note: str
    documents: tuple[Document, ...]
    parameters: Mapping[str, Cited]

    @property
    def basis(self) -> str:
        """Return the document that schemes made of it name as their basis."""
        return self.documents[0].cited if self.documents else ""

    def row(self) -> dict[str, str]:
        """Return the cells a scheme made of it begins with; where it is silent the product's."""
        stated = {**_values(product()), **_values(self)}
        return {**stated, "preset": self.code, "legal_basis": self.basis}

    def cited(self, column: str) -> Cited | None:
        """Return where a parameter's value comes from: the notice, else the product; or None."""
        return self.parameters.get(column) or product().parameters.get(column)


def _values(preset: Preset) -> dict[str, str]:
    return {name: cited.value for name, cited in preset.parameters.items()}


def _read(path: Path) -> Preset:
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    documents = {key: Document(**facts) for key, facts in told["documents"].items()}
    parameters = {
        name: Cited(
            value=cited["value"],
            document=documents[cited["document"]],
            article=cited["article"],
            says=cited["says"],
        )
        for name, cited in told["parameters"].items()
    }
    return Preset(
        code=path.stem,
        name=told["name"],
        area_code=told["area_code"],
        known_whole=told["known"] == "full",
        note=told["note"],
        documents=tuple(documents.values()),
        parameters=parameters,
    )


@cache
def _all() -> dict[str, Preset]:
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}


def product() -> Preset:
    """Return the values of what no notice states."""
    return _all()[PRODUCT]


def listed() -> list[Preset]:
    """Return the provinces' presets, the latest notice first."""
    found = [preset for preset in _all().values() if preset.code != PRODUCT]
    return sorted(found, key=lambda one: (one.code.rsplit("_", 1)[-1], one.code), reverse=True)


def find(code: str | None) -> Preset | None:
    """Return a province's preset by its code, or None."""
    return None if code in (None, PRODUCT) else _all().get(code or "")
