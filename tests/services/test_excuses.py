"""Excuses: asked for by one, decided by another, over by themselves, never a way off the list."""

import threading
from datetime import date

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope, SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded, SelectionChanged
from models.rules.errors.remedies import (
    DayRefused,
    DocumentRefused,
    ExcuseDecided,
    ExcuseLive,
    ExcuseOver,
    FieldMissing,
    LastDayNeeded,
    NothingLate,
    OwnInstitution,
    UnknownExcuse,
    UnknownParty,
)
from models.rules.overdue import Responsible
from models.rules.remedies import EXCUSE, ExcuseMove, ExcuseReason, ExcuseState
from models.rules.words import Role
from models.services import overdue, remedies
from models.services.access import SYSTEM, Actor
from models.services.documents import Document
from models.services.notifications import Rendered
from models.services.remedies import Seen, Wanted, Wish
from tests.factories import receipts, sheets

#: Accepted 2 March: due 1 April.
ON = date(2026, 4, 2)
LAST = date(2026, 4, 12)
MAKER = Actor("maker", Role.MAKER)
CHECKER = Actor("checker", Role.CHECKER)
APPROVER = Actor("approver", Role.APPROVER)
SUPERVISOR = Actor("supervisor", Role.SUPERVISOR)


def plain(template, facts):
    """Name the lines of a digest."""
    lines = ",".join(sorted(line.line_no for line in facts.get("lines", ())))
    return Rendered(template, lines, "<p>")


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product()
    receipts.scheme()
    receipts.rung(1, 1, repeat_days=7)
    return made


@pytest.fixture
def hospital(city):
    return city.hospitals[0]


@pytest.fixture
def lines(city, hospital):
    return [receipts.receipt(hospital, city.enterprises[0], 100_00) for _ in range(3)]


def of(code, *lines, kind=Responsible.HOSPITAL):
    return Wanted(kind, code, lines=tuple(lines))


def wish(**more):
    return Wish(**{"reason": ExcuseReason.DISPUTED, "from_on": ON, "until_on": LAST, **more})


def ask(code, *lines, actor=MAKER, on=ON, **more):
    return remedies.ask(actor, of(code, *lines), wish(**more), on)


def seen(request_no):
    return Seen(
        *sql(
            "SELECT count(*), sum(unpaid_fen)::bigint FROM line_excuse WHERE request_no = %s",
            (request_no,),
        ).fetchone()
    )


def grant(request_no, actor=CHECKER, on=ON):
    remedies.grant(actor, request_no, on, seen=seen(request_no))


def scan(on):
    with database.atomic():
        return overdue.find(SYSTEM, on, None, render=plain)


def states():
    return dict(sql("SELECT line_no, state FROM line_excuse ORDER BY id").fetchall())


def mails():
    return [row[0].strip() for row in sql("SELECT body_text FROM mail ORDER BY id").fetchall()]


def test_a_granted_excuse_keeps_a_line_from_escalating_and_out_of_the_mail(lines, hospital):
    grant(ask(hospital, lines[0]))
    told = scan(ON)
    assert (told["overdue"], told["escalated"], told["mails"]) == (3, 2, 1)
    assert mails() == [",".join(lines[1:])]
    assert lines[0] not in dict(sql("SELECT line_no, step FROM overdue_step").fetchall())


def test_until_a_second_person_decided_the_line_is_urged_as_before(lines, hospital):
    ask(hospital, lines[0])
    assert scan(ON)["escalated"] == 3


def test_the_last_day_ends_it_by_itself_and_the_step_of_that_day_is_told(city, lines, hospital):
    receipts.rung(2, 10)
    grant(ask(hospital, lines[0]))
    assert scan(LAST)["escalated"] == 2
    assert scan(date(2026, 4, 13))["escalated"] == 1
    assert sql("SELECT step FROM overdue_step WHERE line_no = %s", (lines[0],)).fetchall() == [(2,)]


def test_an_excused_line_is_not_repeated_and_not_in_the_mail_that_others_call_for(lines, hospital):
    scan(ON)
    grant(ask(hospital, lines[0], on=date(2026, 4, 3), from_on=date(2026, 4, 3)))
    scan(date(2026, 4, 9))
    assert mails()[-1] == ",".join(lines[1:])


def test_an_excuse_of_all_lines_sends_no_mail(lines, hospital):
    grant(ask(hospital))
    told = scan(ON)
    assert (told["overdue"], told["escalated"], told["mails"]) == (3, 0, 0)


def test_it_ends_early_for_chosen_lines_and_then_they_are_urged_again(lines, hospital):
    request_no = ask(hospital)
    grant(request_no)
    assert remedies.end(MAKER, request_no, "已协商", ON, lines=lines[:1]) == 1
    assert scan(ON)["escalated"] == 1
    assert remedies.end(CHECKER, request_no, "都已协商", ON) == 2
    assert set(states().values()) == {"ended"}
    with pytest.raises(ExcuseDecided):
        remedies.end(CHECKER, request_no, "再一次", ON)


def test_who_asked_cannot_decide(lines, hospital):
    both = Actor("maker", Role.CHECKER)
    request_no = ask(hospital)
    for decide in (
        lambda: remedies.grant(both, request_no, ON, seen=seen(request_no)),
        lambda: remedies.refuse(both, request_no, "不", ON),
    ):
        with pytest.raises(SecondPersonNeeded):
            decide()


@pytest.mark.parametrize("role", [Role.MAKER, Role.AUDITOR, Role.HOSPITAL, Role.ENTERPRISE])
def test_makers_auditors_and_seats_decide_nothing(lines, hospital, role):
    request_no = ask(hospital)
    with pytest.raises(NotAllowed):
        grant(request_no, Actor("somebody", role, party_code=hospital))


def test_nobody_excuses_the_own_institution(city):
    sheets.sheet(city.hospitals[0], city.enterprises[0], 50_00, due_on=date(2026, 4, 1))
    agency = of(f"A{sheets.PROVINCE}", kind=Responsible.AGENCY)
    request_no = remedies.ask(MAKER, agency, wish(), ON)
    for actor in (CHECKER, APPROVER):
        with pytest.raises(OwnInstitution):
            grant(request_no, actor)
    grant(request_no, SUPERVISOR)
    assert set(states().values()) == {"granted"}


def test_a_seat_asks_for_its_own_lines_alone(city, lines, hospital):
    seat = Actor("clinic", Role.HOSPITAL, party_code=hospital)
    assert ask(hospital, actor=seat)
    with pytest.raises(UnknownParty):
        ask(city.hospitals[1], actor=seat)
    with pytest.raises(UnknownParty):
        remedies.ask(seat, of(city.enterprises[0], kind=Responsible.ENTERPRISE), wish(), ON)
    with pytest.raises(UnknownParty):
        remedies.ask(
            Actor("firm", Role.ENTERPRISE, party_code=city.enterprises[0]),
            of(hospital), wish(), ON,
        )  # fmt: skip


def test_staff_ask_and_decide_within_their_areas(lines, hospital):
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    with pytest.raises(UnknownParty):
        ask(hospital, actor=Actor("county", Role.MAKER, sheets.OTHER_CITY))
    request_no = ask(hospital)
    with pytest.raises(OutOfScope):
        grant(request_no, Actor("far", Role.CHECKER, sheets.OTHER_CITY))
    grant(request_no, Actor("near", Role.CHECKER, sheets.CITY))


def test_a_line_has_one_excuse_at_a_time(lines, hospital):
    first = ask(hospital, lines[0])
    with pytest.raises(ExcuseLive) as refused:
        ask(hospital)
    assert first in refused.value.sentence
    remedies.refuse(CHECKER, first, "没有依据", ON)
    assert ask(hospital)


def test_asking_for_the_rest_leaves_out_what_is_excused_already(lines, hospital):
    grant(ask(hospital, lines[0]))
    rest = Wanted(Responsible.HOSPITAL, hospital, unexcused=True)
    request_no = remedies.ask(MAKER, rest, wish(), ON)
    assert seen(request_no) == Seen(2, 200_00)
    with pytest.raises(NothingLate):
        remedies.ask(MAKER, rest, wish(), ON)


def test_what_lapsed_makes_room_for_another(lines, hospital):
    grant(ask(hospital, lines[0]))
    after = date(2026, 4, 13)
    assert ask(hospital, lines[0], on=after, from_on=after, until_on=None)
    assert [row[0] for row in sql("SELECT state FROM line_excuse ORDER BY id")] == [
        "lapsed", "asked",
    ]  # fmt: skip
    ended = sql("SELECT ended_on, ended_by FROM line_excuse ORDER BY id LIMIT 1").fetchone()
    assert ended == (after, "system")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"reason": ExcuseReason.OTHER, "note": " "}, FieldMissing),
        ({"reason": ExcuseReason.INVOICE_IN_TRANSIT, "until_on": None}, LastDayNeeded),
        ({"reason": ExcuseReason.RETURN_PENDING, "until_on": None}, LastDayNeeded),
        ({"from_on": date(2026, 4, 1)}, DayRefused),
        ({"until_on": date(2026, 4, 1)}, DayRefused),
        ({"document": Document("a.exe", b"MZ...")}, DocumentRefused),
    ],
)
def test_a_wish_that_cannot_be_meant_is_refused(lines, hospital, more, error):
    with pytest.raises(error):
        ask(hospital, **more)
    assert states() == {}


def test_a_document_is_kept_with_the_request(lines, hospital):
    ask(hospital, document=Document("函.PDF", b"%PDF-1.4 x"))
    file_id = sql("SELECT DISTINCT evidence_file_id FROM line_excuse").fetchone()[0]
    kept = sql("SELECT name, kind FROM stored_file WHERE id = %s", (file_id,)).fetchone()
    assert kept == ("函.pdf", "evidence")


def test_lines_of_somebody_else_or_paid_ones_cannot_be_excused(city, lines, hospital):
    receipts.own_payment(lines[0], ON, 100_00)
    with pytest.raises(NothingLate):
        ask(hospital, lines[0])
    with pytest.raises(NothingLate):
        ask(city.hospitals[1], lines[1])


def test_what_changed_since_it_was_looked_at_is_refused(lines, hospital):
    with pytest.raises(SelectionChanged):
        remedies.ask(MAKER, of(hospital), wish(), ON, seen=Seen(2, 200_00))
    request_no = ask(hospital)
    with pytest.raises(SelectionChanged):
        remedies.grant(CHECKER, request_no, ON, seen=Seen(3, 1))


def test_what_is_over_is_not_granted_any_more(lines, hospital):
    request_no = ask(hospital)
    with pytest.raises(ExcuseOver):
        grant(request_no, on=date(2026, 4, 13))


def test_a_refusal_and_an_early_end_say_why(lines, hospital):
    request_no = ask(hospital)
    with pytest.raises(ReasonNeeded):
        remedies.refuse(CHECKER, request_no, " ", ON)
    grant(request_no)
    with pytest.raises(ReasonNeeded):
        remedies.end(CHECKER, request_no, "", ON)


def test_only_who_asked_takes_it_back_and_only_before_the_decision(lines, hospital):
    request_no = ask(hospital)
    with pytest.raises(UnknownExcuse):
        remedies.withdraw(Actor("other", Role.MAKER), request_no, "", ON)
    assert remedies.withdraw(MAKER, request_no, "填错了", ON) == 3
    with pytest.raises(UnknownExcuse):
        remedies.withdraw(MAKER, request_no, "", ON)
    with pytest.raises(ExcuseDecided):
        grant(request_no)


def test_of_two_deciders_at_once_one_is_first(lines, hospital):
    request_no, told, start = ask(hospital), [], threading.Barrier(2, timeout=20)
    looked = seen(request_no)

    def decide(actor, act):
        with database.connection_context():
            start.wait()
            try:
                act(actor)
                told.append("done")
            except ExcuseDecided:
                told.append("late")

    acts = [
        (CHECKER, lambda actor: remedies.grant(actor, request_no, ON, seen=looked)),
        (APPROVER, lambda actor: remedies.refuse(actor, request_no, "不同意", ON)),
    ]
    run(decide, acts)
    assert sorted(told) == ["done", "late"]
    assert len(set(states().values())) == 1


def test_of_two_who_ask_for_the_same_lines_one_is_first(lines, hospital):
    told, start = [], threading.Barrier(2, timeout=20)

    def wants(actor):
        with database.connection_context():
            start.wait()
            try:
                told.append(ask(hospital, actor=actor) != "")
            except ExcuseLive:
                told.append(False)

    run(wants, [(MAKER,), (Actor("other", Role.MAKER),)])
    assert sorted(told) == [False, True]
    assert len(states()) == 3


def run(act, many):
    threads = [threading.Thread(target=act, args=args) for args in many]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# -- the database says the same --------------------------------------------------------------------

_ROW = {
    "request_no": "MC1", "line_no": "L1", "hospital_code": "H", "enterprise_code": "E",
    "area_code": sheets.CITY, "responsible": "hospital", "party_code": "H", "due_on": "2026-04-01",
    "unpaid_fen": 100, "from_on": ON, "until_on": LAST, "reason": "disputed", "state": "asked",
    "asked_by": "maker", "asked_at": "2026-04-02T00:00Z", "asked_on": ON,
}  # fmt: skip
_DECIDED = {
    "state": "granted", "decided_by": "checker", "decided_at": "2026-04-02T00:00Z",
    "decided_on": ON,
}  # fmt: skip


def put(**more):
    receipts.insert("line_excuse", **{**_ROW, **more})


def test_the_database_refuses_one_person_for_both(db):
    with pytest.raises(psycopg.errors.CheckViolation, match="second_person"):
        put(**_DECIDED | {"decided_by": "maker"})


def test_the_database_refuses_two_live_excuses_of_a_line(db):
    put()
    with pytest.raises(psycopg.errors.UniqueViolation, match="line_excuse_one_live"):
        put(request_no="MC2")


@pytest.mark.parametrize(
    "more",
    [
        {"until_on": date(2026, 4, 1)},
        {"from_on": date(2026, 4, 1)},
        {"reason": "other"},
        {"reason": "because"},
        {"state": "granted"},
        {"state": "ended"},
        {"decided_by": "checker"},
    ],
)
def test_the_database_refuses_rows_that_say_half(db, more):
    with pytest.raises(psycopg.errors.CheckViolation):
        put(**more)


@pytest.mark.parametrize(
    "change",
    [
        "until_on = '2027-01-01'", "from_on = '2026-04-03'", "reason = 'court_freeze'",
        "asked_by = 'x'", "line_no = 'L2'", "unpaid_fen = 1",
    ],
)  # fmt: skip
def test_what_was_asked_for_is_never_edited(db, change):
    put()
    with pytest.raises(psycopg.errors.RestrictViolation):
        sql(f"UPDATE line_excuse SET {change}")


@pytest.mark.parametrize(
    "change",
    ["state = 'asked'", "decided_by = 'z'", "answer = 'x'", "decided_on = '2026-04-05'"],
)
def test_what_was_decided_is_never_decided_again(db, change):
    put(**_DECIDED)
    with pytest.raises((psycopg.errors.RestrictViolation, psycopg.errors.CheckViolation)):
        sql(f"UPDATE line_excuse SET {change}")


def test_an_excuse_is_never_deleted(db):
    put()
    with pytest.raises(psycopg.errors.RestrictViolation):
        sql("DELETE FROM line_excuse")


def test_every_pair_of_states_moves_in_the_database_as_the_table_says(db):
    known = {(start.value, end.value) for (start, _), end in EXCUSE.items()}
    ended = {"ended_by": "x", "ended_at": "2026-04-02T00:00Z", "ended_on": ON}
    whole = {
        "asked": {}, "granted": _DECIDED, "refused": _DECIDED | {"state": "refused"},
        "withdrawn": {"state": "withdrawn"} | ended,
        "ended": _DECIDED | {"state": "ended"} | ended,
        "lapsed": _DECIDED | {"state": "lapsed"} | ended,
    }  # fmt: skip
    for number, start in enumerate(ExcuseState):
        for end in ExcuseState:
            if start == end:
                continue
            line_no = f"{number}{end}"
            put(**whole[start] | {"line_no": line_no})
            told = whole[end] | {"state": end.value}
            sets = ", ".join(f"{name} = %({name})s" for name in told)
            try:
                with database.atomic():
                    sql(
                        f"UPDATE line_excuse SET {sets} WHERE line_no = %(no)s",
                        told | {"no": line_no},
                    )
                moved = True
            except (psycopg.errors.RestrictViolation, psycopg.errors.CheckViolation):
                moved = False
            assert moved == ((start.value, end.value) in known), (start, end)
    assert set(ExcuseMove) == {move for _, move in EXCUSE}
