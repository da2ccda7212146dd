"""The demo city: the same for the same seed, taken whole by the imports, with every hold."""

import csv
import hashlib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules import calendar
from models.rules.words import Hold, RoundLevel
from models.services import access, accounts, files, settle
from models.services.imports import running
from scripts import seed_demo
from scripts.demo import city, codes, places, users

ON = date(2026, 7, 8)
SMALL = city.Size(lines=6_000)


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.csv"))
    }


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    size = city.Size(lines=1_500)
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        city.write(tmp_path / name, ON, seed=seed, size=size)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(tmp_path / "a") != digest(tmp_path / "c")


@pytest.mark.parametrize("on", ["2026-07-01", "2026-01-15", "2027-03-31", "2026-12-31"])
def test_the_months_are_the_full_ones_before_the_business_date(tmp_path, on):
    made = city.write(tmp_path, date.fromisoformat(on), size=city.Size(lines=1_000))
    period = calendar.period_of(date.fromisoformat(on))
    assert len(made.months) == 3
    assert calendar.next_period(made.months[-1]) == period
    for month in made.months:
        for row in rows(tmp_path / month / "purchases.csv"):
            assert row["accepted_on"] <= calendar.last_day(month).isoformat()


def test_the_city_has_the_size_it_promises(tmp_path):
    made = city.write(tmp_path, ON)
    found = {file.kind: rows(file.path) for file in made.of(city.MASTER)}
    assert len(found["hospitals"]) == 40
    assert len(found["enterprises"]) == 60
    assert len(found["products"]) == 300
    assert {row["level"] for row in found["rounds"]} == set(RoundLevel)
    assert sum(len(rows(tmp_path / month / "purchases.csv")) for month in made.months) == 20_000
    assert len({row["name"] for row in found["enterprises"]}) == 60
    assert len({row["name"] for row in found["hospitals"]}) == 40


def test_check_characters_follow_their_standards():
    # GB 32100-2015 and the 联行号 of a known bank.
    assert codes.credit_code("91", "330100", 799655058) == "91330100799655058B"
    assert codes.cnaps_code(313, 6510, 2701) == "313651027012"


def test_the_command_says_what_it_wrote(tmp_path, capsys):
    out = tmp_path / "city"
    told = ["--out", str(out), "--lines", "1000", "--seed", "3", "--on", "2026-07-08"]
    assert seed_demo.main(told) == 0
    assert "2026-06" in capsys.readouterr().out
    order = rows(out / "order.csv")
    assert order[0] == {"stage": "master", "kind": "areas", "file": "master/01_areas.csv"}
    assert all((out / row["file"]).exists() for row in order)


def take_in(made: city.City, stage: str) -> None:
    maker = access.load(users.MAKER.name)
    for file in made.of(stage):
        with database.atomic():
            pieces = iter([file.path.read_bytes()])
            stored = files.store(file.path.name, pieces, by=maker.name, kind="upload")
            told = running.import_file(file.kind, stored, maker, ON)
        assert told["rejected"] == 0, (file.path, told["by_code"])
        assert told["accepted"] == told["rows"], file.path


def settled(period: str) -> Counter[str]:
    with database.atomic():
        settle.settle_period(
            access.load(users.MAKER.name), period, places.CITY, on=ON, progress=lambda *_: None
        )
    return Counter(
        dict(
            sql(
                "SELECT reason, count(*) FROM held_line, unnest(reasons) AS reason"
                " WHERE period = %s GROUP BY reason",
                (period,),
            ).fetchall()
        )
    )


def test_every_row_is_taken_and_every_hold_occurs(db, tmp_path):
    made = city.write(tmp_path, ON, size=SMALL)
    users.ensure(made)
    take_in(made, city.MASTER)
    accounts.approve(access.load(users.CHECKER.name))
    for month in made.months:
        if month == made.months[-1]:
            take_in(made, city.CHANGES)
        take_in(made, month)
        holds = settled(month)
        sql("UPDATE settlement_sheet SET state = 'in_review' WHERE state = 'draft'")
    assert set(holds) == set(Hold)
    lanes = dict(
        sql(
            "SELECT CASE WHEN lane = 'self' THEN 'self' ELSE 'held' END, count(*) FROM held_line"
            " WHERE period = %s GROUP BY 1",
            (made.months[0],),
        ).fetchall()
    )
    lines = SMALL.lines / 3
    assert 0.10 < lanes["self"] / lines < 0.22
    assert 0.05 < lanes["held"] / lines < 0.15
    negative, carried_in = sql(
        "SELECT count(*) FILTER (WHERE carried_out_fen < 0),"
        " count(*) FILTER (WHERE carried_in_fen < 0) FROM settlement_sheet"
    ).fetchone()
    assert negative > 0
    assert carried_in > 0
