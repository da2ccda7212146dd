"""A month closes when two people found it complete; then nothing moves in it, for ever."""

from datetime import date
from functools import partial

import psycopg
import pytest

from models.records.base import db as handle
from models.records.base import run_sql_text, sql
from models.rules.closing import Point
from models.rules.errors.access import NotAllowed, OutOfScope, SecondPersonNeeded
from models.rules.errors.closing import (
    CloseChanged,
    CloseNoteNeeded,
    CloseNotReady,
    CloseProposed,
    MonthClosed,
    NothingToClose,
    UnknownClose,
)
from models.rules.errors.payment import ReasonNeeded
from models.rules.postings import Kind
from models.rules.words import Role
from models.services import approvals, books, ledger, offsets, period_close, settle
from models.services.access import Actor
from tests.factories import payments as bank
from tests.factories import sheets, work
from tests.factories.sheets import CITY, MAKER, ON, OTHER_CITY, PERIOD, PROVINCE
from tests.faults.test_payment_races import race
from tests.services.test_bank_results import about, answer
from tests.services.test_offsets import fund

pytestmark = pytest.mark.usefixtures("db")

CHECKER = Actor(name="closer", role=Role.CHECKER)
COUNTY = Actor(name="county", role=Role.MAKER, area_code=OTHER_CITY)
MARCH_31 = date(2026, 3, 31)


def settled(*areas: str, period: str = PERIOD) -> None:
    for area in areas or (PROVINCE, CITY):
        sql(
            "INSERT INTO settled_period (area_code, period, settled_at, settled_by)"
            " VALUES (%s, %s, now(), 'maker') ON CONFLICT DO NOTHING",
            (area, period),
        )


def complete(*amounts_fen: int) -> sheets.City:
    """A month of one hospital, paid, answered, offset against its fund."""
    town = bank.paid_city(*amounts_fen)
    settled()
    for place in range(len(amounts_fen)):
        answer(about(place, "settled"))
    fund(PERIOD, town.hospitals[0], 1_000_000)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    assert work.proved(ON)
    return town


def look(area: str | None = None, period: str = PERIOD, on: date = ON) -> period_close.Checklist:
    return period_close.look(period_close.open_areas(MAKER, period, area), period, on)


def open_points(**asked) -> list[str]:
    return [one.point.value for one in look(**asked).findings if one.count]


def proposed(note: str = "", **asked):
    seen = look(**asked).seal
    return period_close.propose(MAKER, PERIOD, asked.get("area"), note, seen=seen, on=ON)


def closed(note: str = "", **asked):
    made = proposed(note, **asked)
    return period_close.close(CHECKER, made.id, seen=made.content_hash, on=ON)


def test_a_complete_month_is_closed_by_a_second_person_and_the_books_prove_it():
    complete(100, 200)
    assert open_points() == []
    made = proposed()
    assert (made.close_no, made.state, made.area_codes) == (
        "GZ202603-001", "proposed", [PROVINCE, CITY],
    )  # fmt: skip
    assert made.totals["payable_fen"] == made.totals["paid_fen"] == 300
    period_close.close(CHECKER, made.id, seen=made.content_hash, on=ON)
    found = sql("SELECT period, area_code FROM closed_month ORDER BY area_code").fetchall()
    assert found == [(PERIOD, PROVINCE), (PERIOD, CITY)]
    assert sql("SELECT agency_code FROM closed_book").fetchall() == [(f"A{PROVINCE}",)]
    assert [one for one in books.check_books()["broken"] if "closed" in one] == []
    with pytest.raises(NothingToClose):
        period_close.propose(MAKER, PERIOD, None, "", seen="", on=ON)


def test_each_point_is_found_until_it_is_done():
    town = sheets.city(1, 2)
    bank.profile()
    assert open_points(on=MARCH_31) == ["period_over", "settled", "books"]
    settled()
    assert work.proved(ON)
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    assert open_points() == ["unreviewed", "offset_missing"]
    bank.approve_all()
    assert open_points() == ["unpaid", "offset_missing"]
    bank.pay()
    assert open_points() == ["unanswered", "offset_missing"]
    answer(about(0, "settled"))
    offsets.offset_period(MAKER, PERIOD, None, ON)
    assert open_points() == ["carried", "fund_missing"]
    fund(PERIOD, town.hospitals[0], 100)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    assert open_points() == []
    answer(about(0, "returned"))
    assert open_points() == ["offset_stale", "came_back"]


def test_an_earlier_month_closes_first():
    complete(100)
    settled(period="2026-02")
    found = {one.point: one for one in look().findings}
    assert (found[Point.EARLIER_OPEN].count, found[Point.EARLIER_OPEN].example) == (1, "2026-02")
    with pytest.raises(CloseNotReady, match="1 points"):
        proposed()


def test_what_is_carried_on_needs_a_word_and_keeps_nothing_open():
    town = complete(100)
    fund(PERIOD, town.hospitals[0], 40)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    assert open_points() == ["carried"]
    with pytest.raises(CloseNoteNeeded):
        proposed(" ")
    assert closed("基金不足，结转四月").note == "基金不足，结转四月"


def test_a_case_about_the_month_keeps_it_open():
    complete(100)
    answer(about(0, "rejected"))
    assert sql("SELECT count(*) FROM payment_exception").fetchone()[0] == 1
    assert open_points() == ["cases"]


def test_only_another_person_decides_and_only_who_proposed_withdraws():
    complete(100)
    made = proposed()
    both = Actor(name=MAKER.name, role=Role.CHECKER)
    with pytest.raises(SecondPersonNeeded):
        period_close.close(both, made.id, seen=made.content_hash, on=ON)
    with pytest.raises(SecondPersonNeeded):
        period_close.refuse(both, made.id, "不齐", on=ON)
    with pytest.raises(NotAllowed):
        period_close.close(MAKER, made.id, seen=made.content_hash, on=ON)
    with pytest.raises(UnknownClose):
        period_close.withdraw(Actor(name="other", role=Role.MAKER), made.id, "收回", on=ON)
    with pytest.raises(OutOfScope):
        period_close.withdraw(COUNTY, made.id, "收回", on=ON)
    with pytest.raises(CloseProposed):
        proposed()
    with pytest.raises(ReasonNeeded):
        period_close.refuse(CHECKER, made.id, " ", on=ON)
    period_close.refuse(CHECKER, made.id, "对账单未齐", on=ON)
    again = proposed()
    assert again.close_no == "GZ202603-002"
    period_close.withdraw(MAKER, again.id, "再等一天", on=ON)
    with pytest.raises(UnknownClose):
        period_close.close(CHECKER, again.id, seen=again.content_hash, on=ON)


def test_what_changed_since_the_proposal_closes_nothing():
    town = complete(100)
    made = proposed()
    fund(PERIOD, town.hospitals[0], 60)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    with pytest.raises(CloseChanged):
        period_close.close(CHECKER, made.id, seen=made.content_hash, on=ON)
    assert sql("SELECT count(*) FROM closed_month").fetchone()[0] == 0


def test_a_closed_month_is_not_settled_returned_or_offset_again():
    complete(100)
    closed()
    sheet = sql("SELECT id FROM settlement_sheet").fetchone()[0]
    with pytest.raises(MonthClosed) as refused:
        settle.settle_period(MAKER, PERIOD, None, on=ON, progress=lambda *_: None)
    assert refused.value.facts == {"area": CITY, "period": PERIOD} or refused.value.facts == {
        "area": PROVINCE, "period": PERIOD,
    }  # fmt: skip
    with pytest.raises(MonthClosed):
        approvals.return_sheets(sheets.CHECKER, [sheet], "错了", ON)
    with pytest.raises(MonthClosed):
        offsets.offset_period(MAKER, PERIOD, None, ON)


def test_a_month_is_closed_area_by_area_and_the_books_with_the_last():
    town = complete(100)
    sheets.area(OTHER_CITY, PROVINCE)
    other = sheets.hospital(9, OTHER_CITY)
    settled(OTHER_CITY)
    closed(area=CITY)
    assert sql("SELECT count(*) FROM closed_book").fetchone()[0] == 0
    firm = sheets.enterprise(7)
    with pytest.raises(psycopg.errors.RestrictViolation), handle.atomic():
        sheets.sheet(town.hospitals[0], firm, 5)
    sheets.sheet(other, town.enterprises[0], 5, area_code=OTHER_CITY)
    assert period_close.open_areas(MAKER, PERIOD, None) == [PROVINCE, OTHER_CITY]
    assert "unreviewed" in open_points()


def test_books_that_were_not_proved_within_a_day_or_are_broken_keep_a_month_open():
    complete(100)
    assert open_points(on=date(2026, 4, 11)) == []
    assert open_points(on=date(2026, 4, 12)) == ["books"]
    bank.damage_an_allocation()
    assert not work.proved(date(2026, 4, 12))
    assert "books" in open_points(on=date(2026, 4, 12))


def test_no_booking_is_dated_into_a_closed_month_and_the_next_month_is_free():
    town = complete(100)
    closed()
    hospital, enterprise = town.hospitals[0], town.enterprises[0]
    post = (
        f"SELECT '{hospital}' AS hospital_code, '{enterprise}' AS enterprise_code,"
        " 5::bigint AS amount_fen, '{}' AS source"
    )
    with pytest.raises(MonthClosed) as refused, handle.atomic():
        ledger.post(Kind.PAYABLE, post.format("sheet:X"), {}, on=MARCH_31)
    assert refused.value.facts == {"area": CITY, "period": PERIOD}
    assert ledger.post(Kind.PAYABLE, post.format("sheet:Y"), {}, on=ON) == 1
    sent = (
        f"SELECT 'A{PROVINCE}' AS agency_code, '{enterprise}' AS enterprise_code,"
        " 5::bigint AS amount_fen, 'instruction:Z' AS source"
    )
    with pytest.raises(MonthClosed), handle.atomic():
        ledger.post(Kind.PAYMENT_SENT, sent, {}, on=MARCH_31)
    assert ledger.post(Kind.PAYMENT_SENT, sent, {}, on=ON) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE settlement_sheet SET received_fen = 1, payable_fen = 1",
        "DELETE FROM settlement_sheet",
        "UPDATE hospital_offset SET offset_by = 'x'",
        "DELETE FROM hospital_offset",
        "DELETE FROM closed_month",
        "UPDATE period_close SET state = 'refused'",
        "UPDATE period_close SET totals = '{}'",
    ],
)
def test_the_database_itself_keeps_a_closed_month(damage):
    complete(100)
    closed()
    with pytest.raises(psycopg.errors.RestrictViolation), handle.atomic():
        sql(damage)


def test_of_two_who_close_at_once_one_wins_and_the_other_is_told():
    complete(100)
    made = proposed()
    seen = made.content_hash
    others = [Actor(name=name, role=Role.APPROVER) for name in ("one", "two")]
    told = race(*(partial(period_close.close, who, made.id, seen=seen, on=ON) for who in others))
    assert sorted(type(one).__name__ for one in told) == ["PeriodClose", "UnknownClose"]
    assert sql("SELECT count(*) FROM closed_month").fetchone()[0] == 2


def test_a_proposer_cannot_close_by_hand():
    complete(100)
    made = proposed()
    with pytest.raises(psycopg.errors.CheckViolation), handle.atomic():
        sql(
            "UPDATE period_close SET state = 'closed', decided_by = proposed_by,"
            " decided_at = now(), decided_on = now() WHERE id = %s",
            (made.id,),
        )


def test_damage_to_a_closed_month_is_named():
    complete(100)
    closed()
    run_sql_text(
        "ALTER TABLE settlement_sheet DISABLE TRIGGER USER;"
        " UPDATE settlement_sheet SET received_fen = 101, payable_fen = 101;"
        " ALTER TABLE settlement_sheet ENABLE TRIGGER USER"
    )
    assert any("closed_months_stand" in one for one in books.check_books()["broken"])
