"""The ranking of hospitals by what they owe, and the yearly lists, as the pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.records.base import db
from models.rules.monitoring import value_bp
from models.rules.publication import LEVELS
from models.services.arrears import ranking
from models.services.views.reading import Rows, fetch

#: Places that are emphasised.
TOP = 3
RECORDED_MAX = 36

_RECORDED = """
SELECT r.as_of, r.since_on, r.made_at, r.made_by FROM arrears_ranking r
 ORDER BY r.as_of DESC, r.since_on LIMIT %(most)s
"""
_COLUMNS = "r.hospital_code, r.hospital_name, r.area_code, r.level"
_FIGURES = {
    "since": "r.owed_fen AS owed_fen, r.accepted_fen AS base_fen",
    "month": "r.month_owed_fen AS owed_fen, r.month_due_fen AS base_fen",
}
_ROWS = """
SELECT {columns}, {figures} FROM {source} r WHERE {where}
"""


@dataclass(frozen=True)
class Recorded:
    """A ranking that was recorded."""

    as_of: date
    since_on: date
    made_at: datetime
    made_by: str


@dataclass(frozen=True)
class Place:
    """A hospital in the ranking of its level."""

    place: int
    hospital_code: str
    hospital_name: str
    area_code: str
    owed_fen: int
    base_fen: int
    #: Owed ÷ accepted in basis points, half up; None: nothing was accepted.
    ratio_bp: int | None

    @property
    def is_top(self) -> bool:
        """Return whether the place is emphasised."""
        return self.place <= TOP


@dataclass(frozen=True)
class Level:
    """The ranking of one level: who owes, in order, and how many owe nothing."""

    level: str
    places: list[Place]
    clear: int
    owed_fen: int
    base_fen: int


def recorded() -> list[Recorded]:
    """Return the rankings that were recorded, the latest first."""
    return [Recorded(*row) for row in fetch(_RECORDED, {"most": RECORDED_MAX})]


def levels(
    areas: Sequence[str],
    on: date,
    since: date,
    *,
    window: str,
    by: str,
    kept: bool,
    hospital_code: str = "",
) -> list[Level]:
    """Return the ranking of each level by `amount` or `ratio` in the `since` or `month` window.

    A kept one is read as it was recorded; else it is reckoned as everything stands now. A hospital
    sees its own place alone, counted among all.
    """
    told = {"on": on, "since": since, "areas": list(areas)}
    parts = {"columns": _COLUMNS, "figures": _FIGURES[window]}
    if kept:
        where = "r.as_of = %(on)s AND r.since_on = %(since)s AND r.area_code = ANY (%(areas)s)"
        rows = fetch(_ROWS.format(**parts, source="arrears_ranking_row", where=where), told)
    else:
        with db.atomic():
            ranking.collect(areas, on, since)
            rows = fetch(_ROWS.format(**parts, source="ranking_row", where="true"), told)
    found = [_level(level.value, rows, by) for level in LEVELS]
    if hospital_code:
        found = [_only(level, hospital_code) for level in found]
        found = [level for level in found if level.places]
    return [level for level in found if level.places or level.clear]


def _level(level: str, rows: list[Any], by: str) -> Level:
    those = [row for row in rows if row.level == level]
    places = sorted(
        (row for row in those if row.owed_fen > 0),
        key=lambda row: (-_weight(row, by), -row.owed_fen, row.hospital_code),
    )
    return Level(
        level=level,
        places=[
            Place(
                n, r.hospital_code, r.hospital_name, r.area_code, r.owed_fen, r.base_fen, ratio(r)
            )
            for n, r in enumerate(places, start=1)
        ],
        clear=len(those) - len(places),
        owed_fen=sum(row.owed_fen for row in places),
        base_fen=sum(row.base_fen for row in those),
    )


def _only(level: Level, hospital_code: str) -> Level:
    places = [place for place in level.places if place.hospital_code == hospital_code]
    return Level(level.level, places, 0, sum(p.owed_fen for p in places), 0)


def _weight(row: Any, by: str) -> int:  # noqa: ANN401 - a row by name
    """Return what places are ordered by; without an accepted amount the ratio is endless."""
    if by == "amount":
        return int(row.owed_fen)
    found = ratio(row)
    return int(row.owed_fen) * 10_000 if found is None else found


def ratio(row: Any) -> int | None:  # noqa: ANN401 - a row by name
    """Return owed ÷ accepted in basis points, half up."""
    return value_bp(row.owed_fen, row.base_fen) if row.base_fen > 0 else None


_LISTS = """
SELECT p.id, p.year, p.area_code, p.version, p.state, p.drafted_by, p.drafted_at, p.content_hash,
       p.own_fault_lines, p.own_fault_fen, p.reviewed_by, p.reviewed_at, p.reason,
       p.publication_no, p.published_by, p.published_at, p.published_on,
       coalesce(a.name, '全部统筹区') AS area_name
  FROM overdue_publication p LEFT JOIN area a ON a.area_code = p.area_code
 WHERE {where} ORDER BY p.year DESC, p.area_code, p.version DESC
"""
_ENTRIES = """
SELECT r.debtor_kind, r.debtor_code, r.debtor_name, r.area_code, r.contracts, r.lines,
       r.unpaid_fen, r.year_contracts, r.year_lines, r.year_fen
  FROM publication_row r WHERE r.publication_id = %(id)s AND {scope}
 ORDER BY r.unpaid_fen DESC, r.year_fen DESC, r.debtor_code
"""


def publications(areas: Sequence[str] | None, *, published_only: bool) -> list[Any]:
    """Return the yearly lists of the areas (None: of all), the latest first."""
    where = ["p.area_code = ANY (%(areas)s)"] if areas is not None else ["true"]
    where += ["p.state = 'published'"] if published_only else []
    return fetch(_LISTS.format(where=" AND ".join(where)), {"areas": list(areas or ())})


def entries(rows: Rows, publication_id: int) -> list[Any]:
    """Return the debtors of a list that the reader may see, the greatest debt first."""
    scope, told = rows.sql(area="r.area_code", hospital="r.debtor_code")
    return fetch(_ENTRIES.format(scope=scope), {**told, "id": publication_id})
