"""Imports, refreshes and scans at once: no change is lost, no step is told twice."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.services import overdue
from models.services.access import SYSTEM
from models.services.notifications import Rendered
from models.services.overdue import register, scan
from tests.factories import receipts, sheets
from tests.faults.test_payment_races import race

#: Accepted 2 March: due 1 April.
ON = date(2026, 4, 2)
_COPIED = """
INSERT INTO purchase_line (line_no, line_kind, order_no, hospital_code, enterprise_code, nhsa_code,
    quantity, unit_price_yuan, amount_fen, delivered_on, accepted_on, platform, import_id)
SELECT %s, line_kind, order_no, hospital_code, enterprise_code, nhsa_code, quantity,
       unit_price_yuan, amount_fen, delivered_on, accepted_on, platform, %s
  FROM purchase_line WHERE line_no = 'FIRST'
"""


@pytest.fixture
def city(db) -> sheets.City:
    made = sheets.city()
    receipts.product()
    receipts.scheme()
    receipts.receipt(made.hospitals[0], made.enterprises[0], line_no="FIRST")
    refresh()
    return made


def refresh(on: date = ON) -> None:
    with handle.atomic():
        assert register.refresh(on)


def shown() -> set[str]:
    return {row[0] for row in sql("SELECT line_no FROM open_line")}


def waiting() -> list[tuple[str, str | None]]:
    return sql("SELECT what, key FROM open_line_change ORDER BY id").fetchall()


def bring(ask: Any, line_no: str, import_id: int) -> None:
    """Take one line in as the import of this number, without committing."""
    ask.execute("SELECT set_config('zhijie.import_id', %s, true)", (str(import_id),))
    ask.execute(_COPIED, (line_no, import_id))


@contextmanager
def elsewhere(settings: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(settings.database_url) as other:
        yield other


def test_an_import_of_a_lower_number_that_commits_later_is_not_lost(city, settings):
    with elsewhere(settings) as slow:
        bring(slow, "SLOW", 7)
        with handle.atomic():
            bring(handle.connection(), "FAST", 8)
        refresh()
        assert shown() == {"FIRST", "FAST"}
        slow.commit()
    assert waiting() == [("purchase_line", "7")]
    refresh()
    assert shown() == {"FIRST", "FAST", "SLOW"}
    assert waiting() == []


def test_what_commits_while_a_refresh_is_under_way_waits_for_the_next(city, settings):
    with elsewhere(settings) as other:
        bring(other, "BEFORE", 7)
        with handle.atomic():
            assert register.refresh(ON)
            other.commit()
            bring(other, "AFTER", 8)
            other.commit()
    assert shown() == {"FIRST"}
    refresh()
    assert shown() == {"FIRST", "BEFORE", "AFTER"}


def test_a_refresh_that_dies_leaves_every_change_for_the_next(city):
    with handle.atomic():
        bring(handle.connection(), "NEW", 7)
    with handle.atomic() as dying:
        assert register.refresh(ON)
        assert shown() == {"FIRST", "NEW"}
        dying.rollback()
    assert shown() == {"FIRST"}
    assert waiting() == [("purchase_line", "7")]
    refresh()
    assert shown() == {"FIRST", "NEW"}


def test_a_payment_booked_while_a_refresh_waits_for_its_turn_is_taken_in(city, settings):
    line = receipts.receipt(city.hospitals[0], city.enterprises[0])
    with elsewhere(settings) as other:
        other.execute(
            "INSERT INTO hospital_payment (payment_no, line_no, paid_on, amount_fen)"
            " VALUES ('Y', %s, %s, 100_00)",
            (line, ON),
        )
        refresh()
        assert line in shown()
        other.commit()
    refresh()
    assert line not in shown()


def test_many_imports_and_refreshes_at_once_lose_nothing(city, settings):
    def imports(first: int) -> None:
        for number in range(first, first + 8):
            with handle.atomic():
                bring(handle.connection(), f"L{number}", number)

    def refreshes() -> None:
        for _ in range(8):
            refresh()

    race(lambda: imports(100), lambda: imports(200), refreshes, refreshes)
    refresh()
    expected = {f"L{number}" for first in (100, 200) for number in range(first, first + 8)}
    assert shown() == {"FIRST", *expected}


def plain(template: str, facts: dict[str, Any]) -> Rendered:
    return Rendered(template, "text", "<p>")


def send() -> dict[str, int]:
    with handle.atomic():
        return overdue.find(SYSTEM, ON, None, render=plain)


def test_two_schedulers_tell_once(city):
    ended = race(send, send, send)
    assert sorted(one["escalated"] for one in ended) == [0, 0, 1]
    assert sql("SELECT count(*) FROM mail").fetchone()[0] == 1


def test_without_any_lock_the_rows_themselves_are_claimed_once(city):
    areas = [row[0] for row in sql("SELECT area_code FROM area")]
    looked, left = threading.Barrier(2), []

    def scanning() -> None:
        with handle.atomic():
            assert scan.look(areas, ON)["escalated"] == 1
            looked.wait()
            left.append(scan.claim(ON)["escalated"])
            sql(
                "INSERT INTO overdue_step SELECT line_no, step, %s, now(), '{}' FROM calling", (ON,)
            )
            scan.keep(ON)

    ended = race(scanning, scanning)
    assert ended == [None, None]
    assert sorted(left) == [0, 1]


def test_a_question_does_not_wait_for_a_refresh_by_somebody_else(city, settings):
    with elsewhere(settings) as other:
        other.execute("SELECT 1 FROM open_line_state FOR UPDATE")
        with handle.atomic():
            told = overdue.find(SYSTEM, ON, None, render=None)
    assert told == {"overdue": 1, "escalated": 1, "mails": 1}
