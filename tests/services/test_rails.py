"""Orders of a profile that asks for rails: parted files, days of payment, names as written."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from models import clock
from models.records.base import sql
from models.rules.errors.bank import ProfileRetired
from models.rules.errors.rails import NoRail
from models.services import bank_results, rails
from models.services.bank_files import routing
from tests.factories import payments as bank
from tests.factories import sheets

LARGE, SMALL = 1_500_000_00, 88_00


class ByRail(bank.PlainFormat):
    split_rail = True


class NextDay(bank.PlainFormat):
    split_rail = True
    cut_off = "next_day"


class Mapped(bank.PlainFormat):
    char_map = {"・": "·", "‧": "·"}  # noqa: RUF012


def city(*amounts: int) -> sheets.City:
    town = sheets.city(1, len(amounts))
    bank.profile()
    for code, amount in zip(town.enterprises, amounts, strict=True):
        sheets.sheet(town.hospitals[0], code, amount)
    bank.approve_all()
    return town


def batches() -> list[tuple[str | None, int, date]]:
    return sql("SELECT rail, total_fen, execution_on FROM payment_batch ORDER BY rail").fetchall()


@pytest.fixture
def late_on_friday(monkeypatch):
    """17:20 in Beijing on Friday, 2026-07-17."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 7, 17, 9, 20, tzinfo=clock.UTC))


def test_without_a_wish_of_the_profile_nothing_about_rails_is_said(db):
    city(LARGE, SMALL)
    rails.ensure()
    made = bank.pay()
    assert len(made) == 1
    assert batches() == [(None, LARGE + SMALL, sheets.ON)]


def test_large_and_small_orders_go_into_files_of_their_own(db):
    rails.ensure()
    sql("UPDATE rail_rule SET valid_to = '2020-01-01' WHERE rail = 'in_bank'")
    city(LARGE, SMALL)
    assert len(bank.pay(formats=ByRail)) == 2
    assert [(rail, total) for rail, total, _ in batches()] == [("beps", SMALL), ("hvps", LARGE)]
    told = sql("SELECT rail, amount_fen FROM payment_instruction ORDER BY rail").fetchall()
    assert told == [("beps", SMALL), ("hvps", LARGE)]


def test_an_order_no_rail_takes_stops_the_whole_run(db):
    rails.ensure()
    sql("UPDATE rail_rule SET valid_to = '2020-01-01' WHERE rail IN ('hvps', 'in_bank')")
    city(LARGE, SMALL)
    with pytest.raises(NoRail):
        bank.pay(formats=ByRail)
    assert batches() == []


def test_after_the_cut_off_the_day_of_payment_is_the_next_working_day(db, late_on_friday):
    rails.ensure()
    sql("UPDATE rail_rule SET valid_to = '2020-01-01' WHERE rail = 'in_bank'")
    city(LARGE, SMALL)
    bank.pay(on=date(2026, 7, 17), formats=NextDay)
    assert [(rail, day) for rail, _, day in batches()] == [
        ("beps", date(2026, 7, 17)),
        ("hvps", date(2026, 7, 20)),
    ]


def test_a_banks_own_day_of_rest_moves_the_day_of_payment(db, late_on_friday):
    rails.ensure()
    sql("INSERT INTO bank_day VALUES ('plain', '2026-07-20', 'holiday')")
    sql("INSERT INTO calendar_day VALUES ('2026-07-18', 'makeup')")
    sql("INSERT INTO bank_day VALUES ('*', '2026-07-18', 'weekend')")
    found = routing.days("plain", date(2026, 7, 17), clock.now(), split=True)
    assert found["hvps"] == date(2026, 7, 21)
    assert found["beps"] == date(2026, 7, 17)


def test_the_name_as_the_file_has_it_is_kept_on_the_order(db):
    town = city(SMALL, SMALL)
    sql(
        "UPDATE enterprise SET account_name = '玛丽・示例' WHERE credit_code = %s",
        (town.enterprises[0],),
    )
    sql("UPDATE enterprise SET account_verified = true")
    bank.pay(formats=Mapped)
    told = sql(
        "SELECT payee_account_name, written_name, written_bank_name FROM payment_instruction"
        " ORDER BY written_name NULLS LAST"
    ).fetchall()
    assert told[0] == ("玛丽・示例", "玛丽·示例", None)
    assert told[1][1] is None


def test_a_result_may_name_the_payee_as_the_file_did(db):
    town = city(SMALL, SMALL)
    sql("UPDATE enterprise SET account_name = '玛丽・示例' || right(credit_code, 1)")
    sql("UPDATE enterprise SET account_verified = true")
    bank.pay(formats=Mapped)
    words = [
        bank.Word(place, reference, "settled", fen, sheets.ON, account_name=name)
        for place, (reference, fen, name) in enumerate(
            sql(
                "SELECT reference, amount_fen, written_name FROM payment_instruction ORDER BY id"
            ).fetchall()
        )
    ]
    words[1] = replace(words[1], account_name="玛丽示例")
    told = bank_results.apply(
        sheets.MAKER, bank.stored(b"answer"), bank.PROFILE, sheets.ON, read=lambda _s, _b: words
    )
    assert (told["settled"], told["exceptions"]) == (1, 1)
    assert len(town.enterprises) == 2


def test_what_was_written_never_changes(db):
    city(SMALL)
    bank.pay()
    with pytest.raises(Exception, match="is a snapshot"):
        sql("UPDATE payment_instruction SET written_name = 'x'")


def test_nothing_is_paid_with_a_retired_profile(db):
    city(SMALL)
    sql("UPDATE bank_profile SET retired_at = now(), retired_by = 'tests'")
    with pytest.raises(ProfileRetired):
        bank.pay()


def test_rows_people_changed_stay_when_the_program_starts_again(db):
    assert rails.ensure() == 4
    sql("UPDATE rail_rule SET cap_fen = 5000000 WHERE rail = 'beps'")
    assert rails.ensure() == 0
    assert sql("SELECT cap_fen FROM rail_rule WHERE rail = 'beps'").fetchone()[0] == 5_000_000
