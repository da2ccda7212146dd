"""Disputes of lines: recorded with their day, ended by what is done; the rest goes on."""

from datetime import date
from itertools import combinations

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.errors.remedies import FieldMissing
from models.rules.errors.windows import DisputeClosed, UnknownDispute
from models.rules.windows import Advice
from models.rules.words import Decision, Party, Role
from models.services import windows
from models.services.access import SYSTEM, Actor
from models.services.settle import settle_period
from models.services.windows import Answer, Said, Wanted
from tests.factories import receipts, sheets, waiting
from tests.factories.waiting import follow, line, say

ON = date(2026, 4, 2)
MAKER = Actor("maker", Role.MAKER)


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product()
    waiting.scheme(dispute_days=5)
    return made


@pytest.fixture
def seat(city):
    return Actor("clinic", Role.HOSPITAL, party_code=city.hospitals[0])


@pytest.fixture
def dispute(city):
    line(city, "L1")
    say("L1", "hospital", ON, "dispute", reason="少到两盒")
    follow(ON)
    return sql("SELECT id FROM line_dispute").fetchone()[0]


def stands():
    rows = "SELECT line_no, party, state, ended FROM line_dispute ORDER BY line_no, id"
    return sql(rows).fetchall()


def test_a_dispute_is_recorded_once_with_its_day_and_reason(dispute):
    follow(ON)
    assert sql(
        "SELECT line_no, party, claimed_fen, reason, opened_on, due_on, state FROM line_dispute"
    ).fetchall() == [("L1", "hospital", 100_00, "少到两盒", ON, date(2026, 4, 9), "open")]


def test_another_amount_is_a_dispute(city):
    line(city, "L1")
    say("L1", "enterprise", ON, fen=99_00)
    follow(ON)
    row = sql("SELECT party, amount_fen, claimed_fen FROM line_dispute").fetchone()
    assert row == ("enterprise", 100_00, 99_00)


def test_a_dispute_that_comes_in_asks_a_job_to_follow_its_import(city):
    line(city, "L1")
    follow(date(2026, 4, 1))
    say("L1", "hospital", ON, "dispute")
    args = sql("SELECT args FROM job WHERE name = 'windows'").fetchone()[0]
    with database.atomic():
        assert windows.follow_import(args["import_id"], ON).disputes == 1
    assert stands() == [("L1", "hospital", "open", None)]


def test_a_dispute_ends_by_a_confirmation_a_withdrawal_or_a_void(city):
    for line_no in ("L1", "L2", "L3"):
        line(city, line_no)
        say(line_no, "hospital", ON, "dispute")
    follow(ON)
    say("L1", "hospital", date(2026, 4, 3))
    say("L2", "hospital", date(2026, 4, 3), "withdraw")
    receipts.insert("line_void", line_no="L3", reason="错")
    follow(date(2026, 4, 3))
    assert [row[2:] for row in stands()] == [
        ("closed", "agreed"), ("closed", "withdrawn"), ("closed", "voided"),
    ]  # fmt: skip


def test_both_sides_speak_and_the_agency_advises_without_moving_anything(dispute, seat, city):
    windows.say(seat, dispute, Said("见照片"), ON)
    windows.say(MAKER, dispute, Said("退两盒", advice=Advice.GOODS_RETURN), ON)
    assert stands() == [("L1", "hospital", "advised", None)]
    assert sql("SELECT side, words, advice FROM dispute_word ORDER BY id").fetchall() == [
        ("hospital", "见照片", None), ("agency", "退两盒", "goods_return"),
    ]  # fmt: skip
    assert sql("SELECT count(*) FROM ledger_entry").fetchone()[0] == 0
    with pytest.raises(NotAllowed):
        windows.say(seat, dispute, Said("作废", advice=Advice.VOID), ON)
    with pytest.raises(FieldMissing):
        windows.say(seat, dispute, Said("  "), ON)
    other = Actor("other", Role.HOSPITAL, party_code=city.hospitals[1])
    with pytest.raises(UnknownDispute):
        windows.say(other, dispute, Said("我"), ON)


def test_what_is_closed_takes_no_more_words(dispute, seat):
    said = Answer(Decision.CONFIRM, at=waiting.instant(ON, 12))
    windows.answer(seat, Wanted(Party.HOSPITAL, disputed=True), said, ON)
    follow(ON)
    with pytest.raises(DisputeClosed):
        windows.say(seat, dispute, Said("晚了"), ON)


def test_the_undisputed_part_goes_on(city):
    """Whatever is disputed, by whomever: exactly the rest is settled, and nothing is lost."""
    names = ("L1", "L2", "L3")
    for place, line_no in enumerate(names):
        line(city, line_no, 10_00 * (place + 1))
        for party in Party:
            say(line_no, party, ON)
    hour = 10
    for count in range(len(names) + 1):
        for disputed in combinations(names, count):
            for line_no in names:
                word = "dispute" if line_no in disputed else "confirm"
                say(line_no, "hospital", ON, word, hour=hour)
            hour += 1
            follow(ON)
            with database.atomic():
                result = settle_period(SYSTEM, "2026-03", None, on=ON, progress=lambda *_: None)
            on_sheet = {row[0] for row in sql("SELECT line_no FROM sheet_line")}
            held = {
                row[0]
                for row in sql("SELECT line_no FROM held_line WHERE 'disputed' = ANY (reasons)")
            }
            assert on_sheet == set(names) - set(disputed)
            assert held == set(disputed)
            assert result["lines"] == len(names) - count


def test_the_database_keeps_one_live_dispute_of_a_party(dispute):
    with pytest.raises(Exception, match="line_dispute_one_live"), database.atomic():
        sql(
            "INSERT INTO line_dispute (line_no, party, hospital_code, enterprise_code, area_code,"
            " amount_fen, claimed_fen, said_at, opened_on, state)"
            " SELECT line_no, party, hospital_code, enterprise_code, area_code, amount_fen,"
            " claimed_fen, said_at, opened_on, 'open' FROM line_dispute"
        )


def test_a_dispute_of_a_line_on_a_draft_is_recorded_and_the_next_settlement_takes_it_off(city):
    line(city, "L1")
    for party in Party:
        say("L1", party, date(2026, 3, 12))
    with database.atomic():
        settle_period(SYSTEM, "2026-03", None, on=ON, progress=lambda *_: None)
    say("L1", "hospital", ON, "dispute")
    assert follow(ON).disputes == 1
    with database.atomic():
        again = settle_period(SYSTEM, "2026-03", None, on=ON, progress=lambda *_: None)
    assert again["lines"] == 0
