"""Before a run people see which orders look like one made lately."""

from datetime import date, timedelta

import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.errors.payment import RepeatUnexplained
from models.services import payment_warnings
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import CITY, ON, OTHER_CITY, PERIOD, PROVINCE

pytestmark = pytest.mark.usefixtures("db")


def alike(on: date = ON, areas: tuple[str, ...] = (CITY,)) -> list[tuple[int, str | None]]:
    found = payment_warnings.alike(list(areas), PERIOD, on)
    assert all(row.total == len(found) for row in found)
    return [(row.amount_fen, row.reference) for row in found]


def paid_and_due(due_fen: int) -> str:
    """An enterprise that was paid 1.00, and a sheet of another hospital that is due now."""
    town = bank.paid_city(100, hospitals=2)
    sheets.sheet(town.hospitals[1], town.enterprises[0], due_fen)
    bank.approve_all()
    return str(bank.orders()[0][0])


def test_the_same_account_amount_and_purpose_is_shown_with_the_order_it_looks_like():
    reference = paid_and_due(100)
    assert alike() == [(100, reference)]
    assert alike(ON + timedelta(days=payment_warnings.DAYS)) == [(100, reference)]
    assert alike(ON + timedelta(days=payment_warnings.DAYS + 1)) == []
    bank.pay()
    purposes = sql("SELECT DISTINCT purpose FROM payment_instruction").fetchall()
    assert len(purposes) == 1, "the warning compares the purpose the run then writes"


def test_another_amount_is_no_news_and_neither_is_what_came_to_nothing():
    paid_and_due(101)
    assert alike() == []


def test_an_order_that_came_to_nothing_is_not_repeated_by_paying():
    paid_and_due(100)
    sql("UPDATE payment_instruction SET state = 'rejected'")
    assert alike() == []


def test_two_orders_of_one_run_that_look_alike_are_shown_too():
    town = sheets.city()
    bank.profile()
    sheets.area(OTHER_CITY, PROVINCE)
    there = sheets.hospital(77, OTHER_CITY)
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    sheets.sheet(there, town.enterprises[0], 100, area_code=OTHER_CITY)
    bank.approve_all()
    assert alike(areas=(CITY, OTHER_CITY)) == [(100, None)]
    assert alike() == []


def test_a_repeated_order_needs_an_explanation_that_stays_on_the_batch():
    """Who was asked must answer; the command asks nobody and is not stopped."""
    paid_and_due(100)
    with pytest.raises(RepeatUnexplained) as refused:
        bank.pay(explanation=" ")
    assert refused.value.facts == {"count": 1}
    assert len(bank.orders()) == 1
    bank.pay(explanation="两家医院应付相同")
    kept = sql("SELECT explanation FROM payment_batch ORDER BY id").fetchall()
    assert kept == [(None,), ("两家医院应付相同",)]
    with pytest.raises(Exception, match="add-only"), handle.atomic():
        sql("UPDATE payment_batch SET explanation = NULL")


def test_the_days_are_the_profiles():
    assert payment_warnings.days_of(None) == payment_warnings.days_of({}) == 30
    assert payment_warnings.days_of({"repeat_days": 5}) == 5
    paid_and_due(100)
    sql("UPDATE bank_profile SET spec = spec || '{\"repeat_days\": 0}'")
    bank.pay(explanation="")
    assert len(bank.orders()) == 2


def test_the_command_is_not_asked():
    paid_and_due(100)
    bank.pay()
    assert len(bank.orders()) == 2
