"""A statement day is opened, fed and closed as facts, and says why it stays open."""

from datetime import date

import pytest

from models.records.base import sql
from models.rules.errors.access import OutOfScope
from models.rules.errors.cases import NotAnAccount, StatementDayOpen
from models.rules.errors.payment import ReasonNeeded
from models.services import statements
from models.services.access import Actor
from tests.factories import payments as bank
from tests.factories.sheets import MAKER, ON
from tests.services.test_statements import DAY, NEXT, OURS, Day, Entry, record, reference

pytestmark = pytest.mark.usefixtures("db")


def told(*days: Day, **how) -> dict:
    return statements.record_and_tell(
        MAKER, bank.stored(b"x", "statement"), bank.PROFILE, ON,
        read=lambda spec, chunks: days, **how,
    )  # fmt: skip


def plan(*days: Day) -> dict:
    return statements.plan(
        MAKER, bank.stored(b"x", "statement"), bank.PROFILE, ON, read=lambda spec, chunks: days
    )


def events() -> list[tuple[date, str]]:
    return sql("SELECT day, what FROM statement_day_event ORDER BY id").fetchall()


def counts(*tables: str) -> list[int]:
    return [sql(f"SELECT count(*) FROM {one}").fetchone()[0] for one in tables]


def batch_no() -> str:
    return sql("SELECT batch_no FROM payment_batch").fetchone()[0]


def states() -> list[str]:
    return [state for _, _, state in bank.orders()]


def test_a_plan_tells_counts_and_sums_and_changes_nothing():
    bank.paid_city(100, 200)
    tables = "statement_day", "statement_entry", "payment_exception", "ledger_entry", "audit_event"
    before = counts(*tables)
    day = Day(1000, 893, [Entry("1", -100, reference()), Entry("2", -7, "X")])
    found = plan(day)
    assert found["dry"]
    assert found["outcomes"] == {
        "settle": {"count": 1, "sum_fen": 100},
        "unmatched": {"count": 1, "sum_fen": 7},
    }
    assert [row["outcome"] for row in found["rows"]] == ["unmatched", "settle"]
    assert counts(*tables) == before
    assert states() == ["sent", "sent"]
    assert told(day)["outcomes"] == found["outcomes"]


def test_a_day_that_does_not_add_up_says_by_how_much():
    bank.paid_city(100)
    result = told(Day(1000, 800, [Entry("1", -100, reference())]))
    (left,) = result["open_days"]
    assert (left["day"], left["missing_fen"]) == ("2026-04-10", -100)
    assert "相差 -1.00 元" in left["sentence"]


def test_a_day_that_does_not_follow_names_the_day_before():
    bank.paid_city(100)
    told(Day(1000, 1000, []))
    (left,) = told(Day(900, 900, [], NEXT))["open_days"]
    assert left["gap_fen"] == -100
    assert "2026-04-10 的期末少 1.00 元" in left["sentence"]


def test_what_becomes_of_a_day_is_kept():
    bank.paid_city(100)
    told(Day(1000, 800, [Entry("1", -100, reference())]))
    told(Day(1000, 800, [Entry("2", -100, None)]))
    told(Day(1000, 800, [Entry("2", -100, None)]))
    assert events() == [(DAY, "fed"), (DAY, "fed"), (DAY, "closed")]


def test_an_earlier_day_that_comes_late_opens_again_what_does_not_follow():
    bank.paid_city(100)
    told(Day(900, 900, [], NEXT))
    told(Day(1000, 1000, [], DAY))
    assert events() == [
        (NEXT, "fed"), (NEXT, "closed"), (DAY, "fed"), (DAY, "closed"), (NEXT, "reopened"),
    ]  # fmt: skip


def test_expected_days_are_opened_once_with_a_reason():
    bank.paid_city(100)
    with pytest.raises(ReasonNeeded):
        statements.open_days(MAKER, OURS, DAY, NEXT, " ")
    assert statements.open_days(MAKER, OURS, DAY, NEXT, "四月对账") == 2
    assert statements.open_days(MAKER, OURS, DAY, NEXT, "四月对账") == 0
    assert events() == [(DAY, "opened"), (NEXT, "opened")]


def test_nobody_closes_a_day_that_does_not_add_up_or_never_came():
    bank.paid_city(100)
    with pytest.raises(StatementDayOpen, match="no statement"):
        statements.close_day(MAKER, OURS, DAY)
    told(Day(1000, 800, [Entry("1", -100, reference())]))
    with pytest.raises(StatementDayOpen, match="misses the closing"):
        statements.close_day(MAKER, OURS, DAY)
    told(Day(1000, 800, [Entry("2", -100, None)]))
    assert statements.close_day(MAKER, OURS, DAY) is False


def test_days_of_other_accounts_and_areas_are_refused():
    bank.paid_city(100)
    with pytest.raises(NotAnAccount):
        statements.open_days(MAKER, "999", DAY, DAY, "x")
    with pytest.raises(OutOfScope):
        statements.open_days(Actor("c", "maker", "529901"), OURS, DAY, DAY, "x")


def test_one_debit_of_a_whole_batch_settles_its_orders_when_the_total_agrees():
    bank.paid_city(100, 200)
    day = Day(1000, 700, [Entry("E1", -300, batch_no())])
    assert record(day) == {"entries": 2, "matched": 2, "exceptions": 0}
    assert states() == ["settled", "settled"]
    assert sql("SELECT entry_no, amount_fen FROM statement_entry ORDER BY 1").fetchall() == [
        ("E1/1", -100), ("E1/2", -200),
    ]  # fmt: skip
    assert sql("SELECT closed FROM statement_day").fetchone() == (True,)
    assert record(day)["unchanged"]


def test_a_batch_debit_of_another_total_is_one_case_and_moves_nothing():
    bank.paid_city(100, 200)
    assert record(Day(1000, 750, [Entry("E1", -250, batch_no())]))["exceptions"] == 1
    assert states() == ["sent", "sent"]
    assert sql("SELECT kind FROM payment_exception").fetchone() == ("amount_differs",)


def test_a_batch_debit_without_what_was_refused_settles_the_rest_and_stays_so():
    from models.services import bank_results
    from tests.factories.payments import Word

    bank.paid_city(100, 200)
    word = Word(2, reference(1), "rejected", 200)
    bank_results.apply(
        MAKER, bank.stored(b"no"), bank.PROFILE, ON, read=lambda spec, chunks: [word]
    )
    day = Day(1000, 900, [Entry("E1", -100, batch_no())])
    assert record(day) == {"entries": 1, "matched": 1, "exceptions": 0}
    assert states() == ["settled", "rejected"]
    assert record(day)["unchanged"]
