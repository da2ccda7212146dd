"""The version the pages show for an area and day is the one the settlement takes."""

import random
from datetime import date, timedelta

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.schemes import Version, counting, terms
from models.services.judgement import spans
from models.services.views import schemes
from tests.factories import sheets
from tests.factories.imports import SCHEME_ROW, send

AREAS = {
    "520000": None,
    "520100": "520000",
    "520101": "520100",
    "520102": "520100",
    "520200": "520000",
}
FIRST = date(2026, 1, 1)


class Everybody:
    """A reader who sees every area."""

    def sql(self, **_columns: str) -> tuple[str, dict[str, object]]:
        return "true", {}


def areas_and_schemes(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - worlds, not secrets
    for code, parent in AREAS.items():
        sheets.area(code, parent, "province" if parent is None else "city")
    rows = {}
    for number in range(12):
        valid_from = FIRST + timedelta(days=chance.randrange(0, 120, 10))
        open_ended = chance.random() < 0.5
        row = SCHEME_ROW | {
            "scheme_code": f"S-{chance.randrange(5)}",
            "valid_from": str(valid_from),
            "valid_to": ""
            if open_ended
            else str(valid_from + timedelta(days=chance.randrange(60))),
            "area_code": chance.choice(sorted(AREAS)),
            "due_days": str(number + 1),
        }
        rows[row["scheme_code"], row["valid_from"]] = row
    assert send("schemes", list(rows.values())).counts[2] == 0


def settled_by(area: str, day: date) -> tuple[str, date] | None:
    return sql(
        "SELECT scheme_code, valid_from FROM scheme_span"
        " WHERE area_code = %s AND %s BETWEEN from_on AND to_on",
        (area, day),
    ).fetchone()


@pytest.mark.parametrize("seed", range(6))
def test_the_pages_and_the_settlement_name_the_same_version(db, seed):
    areas_and_schemes(seed)
    with database.atomic():
        spans.build(sorted(AREAS))
        for day in (FIRST + timedelta(days=n) for n in range(-1, 200, 7)):
            shown = {row.area_code: row for _depth, row in schemes.in_force(Everybody(), day)}
            for area in AREAS:
                taken = settled_by(area, day)
                row = shown[area]
                assert taken == ((row.scheme_code, row.valid_from) if row.scheme_code else None)
                found = schemes.of_area(area)
                pure = counting(
                    [Version(v.scheme_code, v.valid_from, v.valid_to, v.distance) for v in found],
                    day,
                )
                assert taken == (pure and (pure.scheme_code, pure.valid_from))


@pytest.mark.parametrize("seed", range(6, 10))
def test_the_time_line_has_each_day_once_and_says_what_counts_on_it(db, seed):
    areas_and_schemes(seed)
    for area in AREAS:
        versions = [
            Version(v.scheme_code, v.valid_from, v.valid_to, v.distance)
            for v in schemes.of_area(area)
        ]
        line = terms(versions)
        for day in (FIRST + timedelta(days=n) for n in range(-2, 250)):
            named = [
                t.version for t in line if t.from_on <= day and (t.to_on is None or day <= t.to_on)
            ]
            counts = counting(versions, day)
            assert named == ([counts] if counts else [])
