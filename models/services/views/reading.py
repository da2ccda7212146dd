"""How read models ask: the reader's rows, the conditions of the address, rows by name."""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from psycopg.rows import namedtuple_row

from models.records.base import db

#: Rows on a page of a list.
PAGE_ROWS = 50
#: Exact counts end here; beyond it a list says 10,000+.
COUNT_MAX = 10_000


class Rows(Protocol):
    """Which rows a reader may see (the pages bring it; see their scope)."""

    def sql(
        self, *, area: str = "", hospital: str = "", enterprise: str = ""
    ) -> tuple[str, dict[str, Any]]:
        """Return a condition over these columns and its parameters."""


@dataclass
class Where:
    """Conditions joined by AND, with their parameters."""

    parts: list[str] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Rows, *, area: str = "", hospital: str = "", enterprise: str = "") -> "Where":
        """Begin with the reader's rows."""
        condition, told = rows.sql(area=area, hospital=hospital, enterprise=enterprise)
        return cls([condition], dict(told))

    def add(self, condition: str, **told: object) -> "Where":
        """Add a condition of our own with its parameters."""
        self.parts.append(condition)
        self.told.update(told)
        return self

    def add_if(self, value: object, condition: str, name: str) -> "Where":
        """Add a condition with one parameter when the reader asked for it."""
        return self.add(condition, **{name: value}) if value not in (None, "", ()) else self

    @property
    def text(self) -> str:
        """Return the whole condition."""
        return " AND ".join(f"({part})" for part in self.parts)


def fetch(text: str, told: Mapping[str, Any] | None = None) -> list[Any]:
    """Return the rows of one statement, their columns by name."""
    with db.connection().cursor(row_factory=namedtuple_row) as cursor:
        cursor.execute(text, told)
        return list(cursor.fetchall())


def one(text: str, told: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - a row by name
    """Return the first row of one statement, or None."""
    found = fetch(text, told)
    return found[0] if found else None


def like(text: str) -> str:
    """Return the pattern that finds the text anywhere, its own % and _ taken literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def hospital_named(column: str) -> str:
    """Return the condition that a hospital's code or name holds %(hospital_text)s."""
    return (
        f"{column} IN (SELECT hospital_code FROM hospital WHERE hospital_code = %(hospital_text)s"
        " OR name LIKE %(hospital_like)s)"
    )


def enterprise_named(column: str) -> str:
    """Return the condition that an enterprise's code or name holds %(enterprise_text)s."""
    return (
        f"{column} IN (SELECT credit_code FROM enterprise WHERE credit_code = %(enterprise_text)s"
        " OR name LIKE %(enterprise_like)s)"
    )


def name_party(where: Where, text: str, *, code: str, names: Sequence[str]) -> Where:
    """Add the condition of one field for any institution: its code, or a part of a name."""
    if not text:
        return where
    alike = " OR ".join(f"{name} LIKE %(party_like)s" for name in names)
    return where.add(f"{code} = %(party)s OR {alike}", party=text, party_like=like(text))


def name_hospital(where: Where, text: str, column: str) -> Where:
    """Add the condition of a hospital's field: its code, or a part of its name."""
    if not text:
        return where
    return where.add(hospital_named(column), hospital_text=text, hospital_like=like(text))


def name_parties(where: Where, hospital: str, enterprise: str, of_h: str, of_e: str) -> Where:
    """Add the conditions of the two party fields of a query bar."""
    name_hospital(where, hospital, of_h)
    if enterprise:
        where.add(
            enterprise_named(of_e), enterprise_text=enterprise, enterprise_like=like(enterprise)
        )
    return where


#: Answers about a settled month are kept: they change with its next settlement alone. Names in
#: the conditions may change any time, so nothing is kept for long.
KEPT_SECONDS = 300
KEPT_ANSWERS = 64
_kept: dict[Hashable, tuple[float, Any]] = {}


#: An answer without names changes with the next settlement alone.
KEPT_SECONDS_NAMELESS = 43_200


def kept(
    period: str, question: Hashable, ask: Callable[[], Any], *, seconds: int = KEPT_SECONDS
) -> Any:  # noqa: ANN401 - whatever was asked
    """Return the answer to a question about a month's settlement, asked again when it changed."""
    key = _key(period, question)
    found = _kept.get(key)
    if found is None or time.monotonic() - found[0] > seconds:
        if len(_kept) >= KEPT_ANSWERS:
            _kept.clear()
        found = (time.monotonic(), ask())
        _kept[key] = found
    return found[1]


def is_kept(period: str, question: Hashable) -> bool:
    """Return whether the answer to such a question is at hand."""
    found = _kept.get(_key(period, question))
    return found is not None and time.monotonic() - found[0] <= KEPT_SECONDS


def _key(period: str, question: Hashable) -> Hashable:
    mark = one(
        "SELECT max(settled_at) AS at, count(*) AS areas FROM settled_period"
        " WHERE period = %(period)s",
        {"period": period},
    )
    host = str(db.connect_params.get("host"))
    return (db.database, host, period, mark.at, mark.areas, question)


def question(name: str, where: Where) -> Hashable:
    """Return what makes two questions the same: their name, conditions and parameters."""
    return (name, where.text, repr(sorted(where.told.items())))
