"""A short storm over a small month; `make chaos` plays many long ones and keeps the figures."""

from collections.abc import Iterator

import pytest

from scripts.front_door import is_free
from tests.chaos.record import tables
from tests.chaos.round import Outcome, Theatre

SEED, FAULTS, LINES = 5, 12, 30
#: After the bank was told, before it is noted: plain actors have no answer to it.
BETWEEN = ("worker killed before its commit",)
PORT_FROM = 9700


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    made = Theatre(next(port for port in range(PORT_FROM, 65_000) if is_free(port)), LINES)
    try:
        made.open()
        yield made
    finally:
        made.close()


def test_a_month_in_a_storm_ends_as_in_peace(theatre):
    outcome = theatre.play(SEED, FAULTS)
    assert outcome.wrong == []
    assert (outcome.paid_twice, outcome.lost) == (0, 0)
    assert outcome.faults >= FAULTS // 2
    assert max(outcome.recovered) < 60


def test_plain_actors_pay_twice_in_the_same_storm(theatre):
    """The check bites: it is the rows, leases and tokens that keep the money, not luck."""
    twice, _ = theatre.play_naive(SEED, FAULTS, BETWEEN)
    assert twice > 0


def test_the_tables_tell_ranges_of_seeds_and_kinds_of_faults():
    line = {
        "faults": {"worker killed": 3, "foreign files": 1}, "recovered": [0.0, 0.1, 9.0],
        "paid_twice": 0, "lost": 0, "wrong": [], "run_again": 2, "mails_twice": 1, "naive": [4, 5],
    }  # fmt: skip
    told = tables([{"seed": 3} | line, {"seed": 12} | line | {"naive": None}])
    assert "| 0–9 | 1 | 4 | 0 | 0 | 0 | 2 | 1 | 0.1 / 9.0 / 9.0 | 4 / 5 (1) |" in told
    assert "| **all** | 2 | 8 |" in told
    assert "| process | worker killed | 6 |" in told
    assert "| paper | foreign files | 2 |" in told


def test_a_seed_with_anything_wrong_is_not_good():
    assert Outcome(1).is_good
    assert not Outcome(1, wrong=["x"]).is_good
    assert not Outcome(1, paid_twice=1).is_good
