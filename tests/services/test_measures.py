"""Measures: taken on recorded steps, decided by two where it hurts, told once, never edited."""

import threading
from datetime import date

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed, SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded, SelectionChanged
from models.rules.errors.remedies import (
    DayRefused,
    FieldMissing,
    MeasureMoved,
    NoStepRecorded,
    SuspensionLive,
    SuspensionNotReached,
    UnknownMeasure,
)
from models.rules.remedies import (
    BEGINS,
    MEASURE,
    Authority,
    ExcuseReason,
    MeasureKind,
    MeasureMove,
    MeasureState,
)
from models.rules.words import Role
from models.services import remedies
from models.services.access import Actor
from models.services.documents import Document
from models.services.remedies import Meeting, Plan, Seen, measuring, moving
from models.services.views import measures
from tests.factories import receipts, sheets
from tests.services.test_excuses import APPROVER, CHECKER, MAKER, SUPERVISOR, grant, of, run, scan
from web.scope import Rows

#: Due 1 April; the ladder suspends after 10 days.
ON = date(2026, 4, 15)
MEETING = Meeting(date(2026, 4, 20), "三楼会议室", "09:30", "分管院长")


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product()
    receipts.scheme()
    receipts.rung(1, 1, name="提醒")
    receipts.rung(2, 10, name="暂停拨付", action="suspend")
    return made


@pytest.fixture
def hospital(city):
    return city.hospitals[0]


@pytest.fixture
def lines(city, hospital):
    made = [receipts.receipt(hospital, city.enterprises[0], 100_00) for _ in range(3)]
    scan(date(2026, 4, 2))
    return made


def plan(kind=MeasureKind.BULLETIN, **more):
    told = {"kind": kind, "words": "长期拖欠货款"}
    if kind is MeasureKind.INTERVIEW:
        told["meeting"] = MEETING
    if kind is MeasureKind.SUSPENSION:
        told["from_on"] = ON
    return Plan(**{**told, **more})


def take(code, kind=MeasureKind.BULLETIN, *, actor=MAKER, on=ON, **more):
    return remedies.take(actor, of(code), plan(kind, **more), on)


def propose(code, **more):
    scan(ON)
    return take(code, MeasureKind.SUSPENSION, **more)


def state(number):
    return sql("SELECT state FROM measure WHERE id = %s", (number,)).fetchone()[0]


def moves(number):
    return [
        row[0]
        for row in sql(
            "SELECT move FROM measure_event WHERE measure_id = %s ORDER BY id", (number,)
        )
    ]


@pytest.mark.parametrize(
    "kind", [MeasureKind.BULLETIN, MeasureKind.INTERVIEW, MeasureKind.REFERRAL]
)
def test_a_measure_keeps_the_recorded_steps_it_rests_on(lines, hospital, kind):
    number = take(hospital, kind)
    assert state(number) == BEGINS[kind]
    assert sql(
        "SELECT line_no, step, days_late, unpaid_fen FROM measure_step ORDER BY 1"
    ).fetchall() == [(line, 1, 14, 100_00) for line in lines]
    told = sql("SELECT lines_count, unpaid_fen, days_late_max, area_codes FROM measure").fetchone()
    assert told == (3, 300_00, 14, [sheets.CITY])
    assert moves(number) == ["open"]


def test_numbers_count_up_for_each_kind_and_year(lines, hospital):
    for words in ("一", "二"):
        take(hospital, words=words)
    take(hospital, MeasureKind.INTERVIEW)
    take(hospital, on=date(2027, 1, 4))
    assert [row[0] for row in sql("SELECT measure_no FROM measure ORDER BY id")] == [
        "通报〔2026〕1号", "通报〔2026〕2号", "约谈〔2026〕1号", "通报〔2027〕1号",
    ]  # fmt: skip


def test_the_same_wish_twice_is_one_measure(lines, hospital):
    assert take(hospital) == take(hospital)
    assert sql("SELECT count(*) FROM measure").fetchone()[0] == 1


def test_two_at_once_are_one_measure(lines, hospital):
    told, start = [], threading.Barrier(2, timeout=20)

    def call():
        with database.connection_context():
            start.wait()
            told.append(take(hospital))

    run(call, [(), ()])
    assert len(set(told)) == 1


def test_without_a_recorded_step_there_is_no_evidence(city, hospital):
    receipts.receipt(hospital, city.enterprises[0])
    with pytest.raises(NoStepRecorded):
        take(hospital)


def test_excused_lines_are_no_evidence(lines, hospital):
    request_no = remedies.ask(
        MAKER, of(hospital, lines[0]),
        remedies.Wish(ExcuseReason.DISPUTED, ON), ON,
    )  # fmt: skip
    grant(request_no, on=ON)
    take(hospital)
    kept = [row[0] for row in sql("SELECT line_no FROM measure_step ORDER BY 1")]
    assert kept == lines[1:]


def test_other_lines_than_those_looked_at_are_refused(lines, hospital):
    with pytest.raises(SelectionChanged):
        remedies.take(MAKER, of(hospital), plan(), ON, seen=Seen(2, 200_00))


@pytest.mark.parametrize(
    ("kind", "more", "error"),
    [
        (MeasureKind.BULLETIN, {"words": " "}, FieldMissing),
        (MeasureKind.INTERVIEW, {"meeting": None}, FieldMissing),
        (MeasureKind.INTERVIEW, {"meeting": Meeting(date(2026, 4, 20), " ")}, FieldMissing),
        (
            MeasureKind.INTERVIEW,
            {"meeting": Meeting(date(2026, 4, 20), "a", "25:00")},
            FieldMissing,
        ),
        (MeasureKind.INTERVIEW, {"meeting": Meeting(date(2026, 4, 14), "a")}, DayRefused),
        (MeasureKind.SUSPENSION, {"from_on": None}, FieldMissing),
        (MeasureKind.SUSPENSION, {"from_on": date(2026, 4, 14)}, DayRefused),
        (MeasureKind.SUSPENSION, {"until_on": date(2026, 4, 14)}, DayRefused),
    ],
)
def test_a_wish_that_cannot_be_meant_is_refused(lines, hospital, kind, more, error):
    with pytest.raises(error):
        take(hospital, kind, **more)


@pytest.mark.parametrize("role", [Role.CHECKER, Role.AUDITOR, Role.HOSPITAL, Role.ENTERPRISE])
def test_only_makers_and_supervisors_take_measures(lines, hospital, role):
    with pytest.raises(NotAllowed):
        take(hospital, actor=Actor("somebody", role, party_code=hospital))


# -- interviews ------------------------------------------------------------------------------------


def test_an_interview_is_held_with_who_came_what_was_agreed_and_its_minutes(lines, hospital):
    number = take(hospital, MeasureKind.INTERVIEW)
    with pytest.raises(DayRefused):
        moving.hold(MAKER, number, date(2026, 4, 19), attended="a", outcome="b")
    moving.hold(
        MAKER, number, date(2026, 4, 20), attended="张院长", outcome="月底前付清",
        rectify_by_on=date(2026, 4, 30), document=Document("纪要.pdf", b"%PDF-1.4"),
    )  # fmt: skip
    row = sql("SELECT state, attended, outcome, rectify_by_on FROM measure").fetchone()
    assert row == ("held", "张院长", "月底前付清", date(2026, 4, 30))
    assert [one.name for one in measures.story(number).files] == ["纪要.pdf"]
    with pytest.raises(MeasureMoved):
        moving.miss(MAKER, number, "没来", ON)


def test_a_missed_interview_is_planned_again_with_its_story(lines, hospital):
    number = take(hospital, MeasureKind.INTERVIEW)
    moving.miss(MAKER, number, "无人到场", date(2026, 4, 20))
    moving.plan_again(MAKER, number, Meeting(date(2026, 4, 27), "一楼"), date(2026, 4, 21))
    assert sql("SELECT state, meet_on, place, invited FROM measure").fetchone() == (
        "planned", date(2026, 4, 27), "一楼", "分管院长",
    )  # fmt: skip
    assert moves(number) == ["open", "miss", "plan_again"]


def test_what_was_held_is_not_revoked_and_a_reason_is_needed(lines, hospital):
    number = take(hospital, MeasureKind.INTERVIEW)
    with pytest.raises(ReasonNeeded):
        moving.revoke(MAKER, number, " ", ON)
    moving.hold(MAKER, number, date(2026, 4, 20), attended="a", outcome="b")
    with pytest.raises(MeasureMoved):
        moving.revoke(MAKER, number, "误", ON)


def test_copies_to_authorities_are_kept_once(lines, hospital):
    number = take(hospital)
    for _ in range(2):
        moving.copy(MAKER, number, Authority.HEALTH_COMMISSION, "市卫健委", ON, letter_no="函1号")
    moving.copy(MAKER, number, Authority.DISCIPLINE_INSPECTION, "市纪委", ON)
    kept = [(one.authority, one.name, one.letter_no) for one in measures.story(number).copies]
    assert kept == [
        ("health_commission", "市卫健委", "函1号"), ("discipline_inspection", "市纪委", None),
    ]  # fmt: skip
    assert moves(number) == ["open", "copy", "copy"]


# -- suspensions -----------------------------------------------------------------------------------


def test_a_suspension_needs_a_line_at_the_step_that_suspends(lines, hospital):
    with pytest.raises(SuspensionNotReached):
        take(hospital, MeasureKind.SUSPENSION)
    number = propose(hospital)
    assert state(number) == "proposed"
    assert measures.suspended(Rows(), ON, "hospital", hospital) is None


def test_another_person_decides_and_lifts_it(lines, hospital):
    number = propose(hospital, actor=SUPERVISOR)
    with pytest.raises(SecondPersonNeeded):
        moving.approve(SUPERVISOR, number, ON)
    with pytest.raises(NotAllowed):
        moving.approve(CHECKER, number, ON)
    moving.approve(APPROVER, number, ON, answer="同意")
    assert measures.suspended(Rows(), ON, "hospital", hospital).id == number
    with pytest.raises(MeasureMoved):
        moving.refuse(APPROVER, number, "不", ON)
    with pytest.raises(ReasonNeeded):
        moving.lift(APPROVER, number, "", ON)
    moving.lift(SUPERVISOR, number, "已付清", date(2026, 4, 18))
    assert state(number) == "lifted"
    assert measures.suspended(Rows(), date(2026, 4, 18), "hospital", hospital) is None


def test_one_suspension_of_an_institution_at_a_time_and_the_last_day_makes_room(lines, hospital):
    first = propose(hospital, until_on=date(2026, 4, 16))
    with pytest.raises(SuspensionLive):
        take(hospital, MeasureKind.SUSPENSION, words="又一次")
    moving.approve(APPROVER, first, ON)
    with pytest.raises(SuspensionLive):
        take(hospital, MeasureKind.SUSPENSION, words="又一次")
    later = date(2026, 4, 17)
    assert measures.suspended(Rows(), later, "hospital", hospital) is None
    second = take(hospital, MeasureKind.SUSPENSION, on=later, from_on=later)
    assert (state(first), state(second)) == ("lapsed", "proposed")


def test_who_proposed_takes_it_back_and_nobody_else(lines, hospital):
    number = propose(hospital)
    with pytest.raises(UnknownMeasure):
        moving.withdraw(SUPERVISOR, number, "不要了", ON)
    moving.withdraw(MAKER, number, "不要了", ON)
    assert state(number) == "withdrawn"


def test_of_two_deciders_at_once_one_is_first(lines, hospital):
    number, told, start = propose(hospital), [], threading.Barrier(2, timeout=20)

    def decide(act):
        with database.connection_context():
            start.wait()
            try:
                act()
                told.append("done")
            except MeasureMoved:
                told.append("late")

    run(decide, [
        (lambda: moving.approve(APPROVER, number, ON),),
        (lambda: moving.refuse(SUPERVISOR, number, "不同意", ON),),
    ])  # fmt: skip
    assert sorted(told) == ["done", "late"]
    assert len(moves(number)) == 2


def test_a_suspension_changes_no_money(lines, hospital):
    before = sql("SELECT count(*) FROM payment_instruction").fetchone()[0]
    moving.approve(APPROVER, propose(hospital), ON)
    assert sql("SELECT count(*) FROM payment_instruction").fetchone()[0] == before
    assert sql("SELECT count(*) FROM enterprise WHERE suspended_on IS NOT NULL").fetchone()[0] == 0
    assert sql("SELECT count(*) FROM ledger_entry").fetchone()[0] == 0


# -- whose rows, and what the database says --------------------------------------------------------


def test_staff_of_other_areas_neither_see_nor_move_it(lines, hospital):
    number = take(hospital)
    far = Rows(areas=frozenset([sheets.OTHER_CITY]))
    assert measures.find(far, number, ON, seat=False) is None
    with pytest.raises(UnknownMeasure):
        moving.revoke(Actor("far", Role.MAKER, sheets.OTHER_CITY), number, "误", ON)
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    with pytest.raises(UnknownMeasure):
        moving.revoke(Actor("far", Role.MAKER, sheets.OTHER_CITY), number, "误", ON)


def test_a_seat_sees_its_own_and_nothing_that_was_only_proposed(city, lines, hospital):
    own, other = Rows(hospital_code=hospital), Rows(hospital_code=city.hospitals[1])
    bulletin, letter = take(hospital), take(hospital, MeasureKind.REFERRAL)
    proposal = propose(hospital)
    for number, seen in ((bulletin, True), (letter, False), (proposal, False)):
        assert (measures.find(own, number, ON, seat=True) is not None) == seen
        assert measures.find(other, number, ON, seat=True) is None
    moving.approve(APPROVER, proposal, ON)
    assert measures.find(own, proposal, ON, seat=True) is not None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE measure SET words = 'x'", "UPDATE measure SET unpaid_fen = 0",
        "UPDATE measure SET measure_no = 'x'", "DELETE FROM measure",
        "UPDATE measure SET outcome = 'x'", "UPDATE measure_step SET step = 9",
        "DELETE FROM measure_event", "UPDATE measure SET state = 'held'",
    ],
)  # fmt: skip
def test_what_was_recorded_is_never_edited(lines, hospital, change):
    take(hospital)
    with pytest.raises((psycopg.errors.RestrictViolation, psycopg.errors.CheckViolation)):
        sql(change)


def test_the_database_refuses_one_person_for_both(lines, hospital):
    propose(hospital)
    with pytest.raises(psycopg.errors.CheckViolation, match="second_person"):
        sql(
            "UPDATE measure SET state = 'in_force', decided_by = made_by, decided_at = now(),"
            " decided_on = '2026-04-15'"
        )


def test_every_move_has_a_way_and_every_state_is_reached():
    assert {move for _, move in MEASURE} == set(MeasureMove)
    assert {*MEASURE.values(), *BEGINS.values()} == set(MeasureState)


def test_looking_counts_what_a_measure_would_rest_on(lines, hospital):
    with database.atomic():
        found = measuring.look(MAKER, of(hospital), ON)
    assert (found.lines, found.unpaid_fen, found.suspends) == (3, 300_00, False)
