"""按时结算率: a fact of the bank's day against the due day, and nothing due is not a rate of 0."""

import re

import pytest

from tests.factories import imports as world
from web.today import punctual


@pytest.fixture
def due(city) -> None:
    """A sheet of 123.45 that fell due and was not paid."""
    world.send("purchases", [world.purchase("L1")])
    world.put_on_sheet("L1", state="approved")
    world.sql("UPDATE settlement_sheet SET due_on = '2026-04-30'")
    world.sql(
        "INSERT INTO settled_period (area_code, period, settled_at, settled_by)"
        " VALUES ('529901', '2026-03', now(), 'maker')"
    )
    world.db.connection().commit()


@pytest.mark.parametrize(
    ("in_time", "due_fen", "told"),
    [(0, 0, None), (0, 100, 0.0), (999_69, 1000_00, 99.9), (5, 5, 100.0)],
)
def test_the_rate_is_rounded_down(in_time, due_fen, told):
    assert punctual.Month("2026-03", in_time, due_fen).percent == told


def test_what_fell_due_and_was_not_paid_counts_as_not_in_time(reader, due):
    part = reader("maker").get("/?part=punctual").text
    table = re.findall(r'<td class="num r">([^<]*)</td>', part)
    assert table[-3:] == ["0.01", "0.00", "0.0"]
    assert 'role="img"' in part
    assert "<html" not in part


def test_home_asks_for_it_by_a_second_request(reader, due):
    assert 'data-part="/?part=punctual"' in reader("maker").get("/").text
    assert reader("administrator").get("/?part=punctual").status_code == 404
    far = reader("enterprise").get("/?part=punctual")
    assert far.status_code == 200


def test_without_any_month_there_is_no_such_part(reader, city):
    assert reader("maker").get("/?part=punctual").status_code == 404
