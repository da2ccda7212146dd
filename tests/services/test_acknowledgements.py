"""Institutions know of their late lines and promise a day; what is paid says if it was kept."""

import threading
from datetime import date
from types import SimpleNamespace

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.errors.payment import SelectionChanged
from models.rules.errors.remedies import DayRefused, FieldMissing, NothingLate, UnknownParty
from models.rules.overdue import Responsible
from models.rules.remedies import Channel, Promise, promise_on
from models.rules.words import Role
from models.services import overdue, remedies
from models.services.access import SYSTEM, Actor
from models.services.overdue import register
from models.services.remedies import Saying, Seen, Wanted
from models.services.views import promises
from tests.factories import receipts, sheets
from tests.services.test_excuses import MAKER, ON, ask, grant, of, run, scan
from web.scope import Rows
from workers.mail.render import MailRenderer

PROMISED = date(2026, 4, 10)
AFTER = date(2026, 4, 11)


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product()
    receipts.scheme()
    return made


@pytest.fixture
def hospital(city):
    return city.hospitals[0]


@pytest.fixture
def lines(city, hospital):
    return [receipts.receipt(hospital, city.enterprises[0], 100_00) for _ in range(3)]


def said(**more):
    return Saying(
        **{
            "said_by": "王科长",
            "channel": Channel.PHONE,
            "reference": "14:30 来电",
            "promised_on": PROMISED,
            **more,
        }
    )


def acknowledge(code, *lines, actor=MAKER, on=ON, **more):
    return remedies.acknowledge(actor, of(code, *lines), said(**more), on)


def found(on, view="", rows=None):
    with database.atomic():
        register.refresh(on)
    return promises.page(rows or Rows(), promises.Asked(view=view), on)


def state(on):
    return promises.state_of(found(on)[0], on)


def test_it_keeps_who_said_what_how_and_of_which_lines(lines, hospital):
    number = acknowledge(hospital)
    row = sql(
        "SELECT party_code, known_on, promised_on, channel, said_by, reference, lines_count,"
        " unpaid_fen, made_by, area_codes FROM acknowledgement WHERE id = %s",
        (number,),
    ).fetchone()
    assert row == (
        hospital, ON, PROMISED, "phone", "王科长", "14:30 来电", 3, 300_00, "maker", [sheets.CITY],
    )  # fmt: skip
    kept = sql("SELECT line_no, unpaid_fen FROM acknowledged_line ORDER BY 1").fetchall()
    assert kept == [(line, 100_00) for line in lines]


def test_the_same_words_twice_are_one_row(lines, hospital):
    assert acknowledge(hospital) == acknowledge(hospital)
    assert acknowledge(hospital, note="又说了一次") != acknowledge(hospital)


def test_two_at_once_are_one_row(lines, hospital):
    told, start = [], threading.Barrier(2, timeout=20)

    def call():
        with database.connection_context():
            start.wait()
            told.append(acknowledge(hospital))

    run(call, [(), ()])
    assert len(set(told)) == 1
    assert sql("SELECT count(*) FROM acknowledgement").fetchone()[0] == 1


def test_no_line_leaves_the_list(lines, hospital):
    acknowledge(hospital)
    with database.atomic():
        register.refresh(ON)
        assert sql("SELECT count(*) FROM open_line WHERE due_on < %s", (ON,)).fetchone()[0] == 3


def test_a_promise_waits_until_its_day_is_over_and_is_broken_after_it(lines, hospital):
    acknowledge(hospital)
    assert state(PROMISED) is Promise.WAITING
    assert state(AFTER) is Promise.BROKEN
    assert [one.id for one in found(AFTER, "broken")] == [1]
    assert promises.counts(Rows(), AFTER).broken_fen == 300_00


def test_a_promise_is_kept_when_everything_is_paid_and_broken_while_one_line_is_open(
    lines, hospital
):
    acknowledge(hospital)
    for line in lines[:2]:
        receipts.own_payment(line, PROMISED, 100_00)
    assert state(AFTER) is Promise.BROKEN
    assert found(AFTER)[0].standing_fen == 100_00
    receipts.own_payment(lines[2], AFTER, 100_00)
    assert state(AFTER) is Promise.KEPT
    assert found(AFTER, "broken") == []


def test_the_latest_promise_stands_and_the_earlier_one_is_not_broken_any_more(lines, hospital):
    first = acknowledge(hospital)
    second = acknowledge(
        hospital, on=date(2026, 4, 9), promised_on=date(2026, 4, 20), reference="二次来电"
    )
    assert [one.id for one in found(AFTER, "broken")] == []
    assert [one.id for one in found(AFTER, "waiting")] == [second]
    assert [one.id for one in found(date(2026, 4, 21), "broken")] == [second]
    assert promises.state_of(found(AFTER)[1], AFTER) is None
    assert {line.standing_id for line in promises.lines(first, AFTER)} == {second}


def test_without_a_promised_day_it_is_only_known(lines, hospital):
    acknowledge(hospital, promised_on=None)
    assert state(AFTER) is None
    assert len(found(AFTER, "known")) == 1


def test_a_seat_speaks_for_itself_and_only_of_its_own_lines(city, lines, hospital):
    seat = Actor("clinic", Role.HOSPITAL, party_code=hospital)
    acknowledge(hospital, actor=seat, channel=Channel.SEAT, reference="")
    assert sql("SELECT channel FROM acknowledgement").fetchone() == ("seat",)
    with pytest.raises(UnknownParty):
        acknowledge(city.hospitals[1], actor=seat)
    assert found(ON, rows=Rows(hospital_code=city.hospitals[1])) == []
    assert len(found(ON, rows=Rows(hospital_code=hospital))) == 1
    assert len(found(ON, rows=Rows(areas=frozenset([sheets.CITY])))) == 1
    assert found(ON, rows=Rows(areas=frozenset([sheets.OTHER_CITY]))) == []


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"said_by": " "}, FieldMissing),
        ({"reference": ""}, FieldMissing),
        ({"channel": Channel.SEAT}, FieldMissing),
        ({"promised_on": date(2026, 4, 1)}, DayRefused),
    ],
)
def test_staff_name_the_person_and_the_call_and_no_past_day(lines, hospital, more, error):
    with pytest.raises(error):
        acknowledge(hospital, **more)


@pytest.mark.parametrize("role", [Role.CHECKER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_write_nothing_down(lines, hospital, role):
    with pytest.raises(NotAllowed):
        acknowledge(hospital, actor=Actor("somebody", role))


def test_what_is_paid_or_somebody_elses_cannot_be_acknowledged(city, lines, hospital):
    receipts.own_payment(lines[0], ON, 100_00)
    with pytest.raises(NothingLate):
        acknowledge(hospital, lines[0])
    with pytest.raises(NothingLate):
        remedies.acknowledge(MAKER, Wanted(Responsible.ENTERPRISE, city.enterprises[0]), said(), ON)
    with pytest.raises(SelectionChanged):
        remedies.acknowledge(MAKER, of(hospital), said(), ON, seen=Seen(3, 300_00))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE acknowledgement SET promised_on = '2027-01-01'",
        "DELETE FROM acknowledgement",
        "UPDATE acknowledged_line SET unpaid_fen = 0",
        "DELETE FROM acknowledged_line",
    ],
)
def test_what_was_said_is_never_edited(lines, hospital, change):
    acknowledge(hospital)
    with pytest.raises(psycopg.errors.RestrictViolation):
        sql(change)


def test_the_rule_knows_the_three_ends_of_a_promise():
    assert promise_on(PROMISED, PROMISED, is_open=True) is Promise.WAITING
    assert promise_on(PROMISED, AFTER, is_open=True) is Promise.BROKEN
    assert promise_on(PROMISED, AFTER, is_open=False) is Promise.KEPT


def test_the_next_digest_says_that_a_promise_was_not_kept(lines, hospital):
    receipts.rung(1, 1, repeat_days=7)
    scan(ON)
    acknowledge(hospital, lines[0])
    grant(ask(hospital, lines[1], until_on=date(2026, 5, 1)))
    acknowledge(hospital, lines[1], reference="另一次")
    render = MailRenderer(SimpleNamespace(public_url=""))
    with database.atomic():
        overdue.find(SYSTEM, AFTER, None, render=render)
    text, html = sql("SELECT body_text, body_html FROM mail ORDER BY id DESC").fetchone()
    for body in (text, html):
        assert "承诺 2026年4月10日 未兑现：1 笔，100.00 元仍未付清。" in body
