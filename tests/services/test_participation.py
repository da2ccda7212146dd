"""Who took part and how: found by the figures, followed up step by step, gone when put right."""

from datetime import date
from types import SimpleNamespace

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.errors.reporting import FindingIncomplete, FindingsChanged
from models.rules.participation import FindingKind, FindingMove
from models.rules.words import Role
from models.services.access import Actor
from models.services.participation import acting, figuring, news
from models.services.participation.acting import Step
from models.services.reporting import deciding
from tests.factories.imports import HOSPITAL, OTHER_HOSPITAL, PRODUCT, send
from tests.factories.reporting import (
    AFTER,
    CITY_CHECKER,
    CLINIC,
    CONTRACT_ROW,
    DURING,
    MAKER,
    MEMBER,
    ROUND,
    SECOND,
    TERM_ROW,
    reported,
    world,
)
from workers.mail.render import MailRenderer

SIGNED = date(2026, 10, 8)
SUPERVISOR = Actor("supervisor", Role.SUPERVISOR, "529900")


@pytest.fixture(autouse=True)
def empty(db):
    return db


def figure(on: date) -> None:
    with database.atomic():
        figuring.figure(ROUND, on, by="system")


def findings() -> list[tuple]:
    return sql(
        "SELECT kind, hospital_code, nhsa_code, state FROM participation_finding ORDER BY 1, 2, 3"
    ).fetchall()


def facts(kind: str) -> dict:
    return sql("SELECT facts FROM participation_finding WHERE kind = %s", (kind,)).fetchone()[0]


def ids(kind: str) -> list[int]:
    rows = sql("SELECT id FROM participation_finding WHERE kind = %s ORDER BY id", (kind,))
    return [number for (number,) in rows]


def do(actor: Actor, kind: str, move: str, on: date = AFTER, **told: object) -> int:
    return acting.act(actor, ids(kind), Step(FindingMove(move), **told), on=on)


def test_nothing_is_found_before_the_last_day_or_without_terms():
    world()
    figure(date(2026, 8, 31))
    assert findings() == []
    states = "SELECT hospital_code, nhsa_code, used_quantity::text, state FROM reporting_status"
    assert sorted(sql(states).fetchall()) == [
        (HOSPITAL, PRODUCT, "100.0000", "unreported"),
        (HOSPITAL, SECOND, "40.0000", "unreported"),
        (OTHER_HOSPITAL, PRODUCT, "10.0000", "unreported"),
    ]


def test_who_used_but_reported_nothing_of_a_round_did_not_take_part():
    world()
    figure(AFTER)
    assert findings() == [("absent", HOSPITAL, "", "open"), ("absent", OTHER_HOSPITAL, "", "open")]
    assert facts("absent") == {
        "products": 2, "used_fen": 140_00, "use_from": "2025-08-01", "use_to": "2026-07-31",
        "due_on": "2026-08-31",
    }  # fmt: skip
    # A private hospital need not, unless the terms say all.
    sql("UPDATE hospital SET ownership = 'private' WHERE hospital_code = %s", (OTHER_HOSPITAL,))
    figure(AFTER)
    assert findings()[1][3] == "gone"
    assert send("round_terms", [TERM_ROW | {"participants": "all"}]).counts == (1, 0, 0)
    figure(AFTER)
    assert findings()[1][3] == "open"
    steps = "SELECT move, from_state FROM participation_step ORDER BY id"
    assert sql(steps).fetchall() == [("vanish", "open"), ("return", "gone")]


def test_a_product_used_and_not_reported_or_far_off_is_found_by_its_figures():
    world()
    base = {"hospital_code": HOSPITAL, "round_code": ROUND, "committed_quantity": "0"}
    told = [base | {"nhsa_code": PRODUCT, "reported_quantity": "79.9999"}]
    assert send("reported_quantities", told).counts == (1, 0, 0)
    figure(AFTER)
    own = [row for row in findings() if row[1] == HOSPITAL]
    assert own == [
        ("under_reported", HOSPITAL, PRODUCT, "open"), ("unreported", HOSPITAL, SECOND, "open")
    ]  # fmt: skip
    assert facts("under_reported") | {"x": 0} == {
        "used": "100.0000", "used_fen": 100_00, "reported": "79.9999", "limit_bp": 8000,
        "use_from": "2025-08-01", "use_to": "2026-07-31", "due_on": "2026-08-31", "x": 0,
    }  # fmt: skip
    told = [
        base | {"nhsa_code": PRODUCT, "reported_quantity": "80"},
        base | {"nhsa_code": SECOND, "reported_quantity": "80.0001"},
    ]
    send("reported_quantities", told)
    figure(AFTER)
    assert [row for row in findings() if row[3] == "open" and row[1] == HOSPITAL] == [
        ("over_reported", HOSPITAL, SECOND, "open")
    ]


def test_contracts_are_missing_one_by_one_or_at_all_or_come_late():
    world()
    deciding.review(CITY_CHECKER, reported(), on=DURING)
    status = "SELECT nhsa_code, enterprise_code IS NULL, due_on, state FROM signing_status"
    assert sql(status).fetchall() == [
        (PRODUCT, True, date(2026, 9, 30), "unsigned"),
        (SECOND, True, date(2026, 9, 30), "unsigned"),
    ]
    figure(SIGNED)
    own = [row for row in findings() if row[1] == HOSPITAL]
    assert own == [("no_contract", HOSPITAL, "", "open")]
    assert facts("no_contract") == {"products": 2, "due_on": "2026-09-30"}
    send("contracts", [CONTRACT_ROW | {"signed_on": "2026-10-05"}])
    figure(SIGNED)
    own = [row for row in findings() if row[1] == HOSPITAL]
    assert own == [
        ("no_contract", HOSPITAL, "", "gone"),
        ("signed_late", HOSPITAL, PRODUCT, "open"),
        ("unsigned", HOSPITAL, SECOND, "open"),
    ]
    send("contracts", [
        CONTRACT_ROW, CONTRACT_ROW | {"contract_no": "C2", "nhsa_code": SECOND},
    ])  # fmt: skip
    figure(SIGNED)
    assert {row[3] for row in findings() if row[1] == HOSPITAL} == {"gone"}
    assert {row[3] for row in sql(status).fetchall()} == {"in_time"}


def test_a_finding_is_asked_about_answered_and_settled_by_a_second_person(settings):
    world()
    figure(AFTER)
    with pytest.raises(NotAllowed):
        do(CITY_CHECKER, "absent", "ask", words="请说明", due_on=date(2026, 9, 10))
    for wrong in ({"words": "请说明"}, {"due_on": date(2026, 9, 10)},
                  {"words": "请说明", "due_on": date(2026, 8, 31)}):  # fmt: skip
        with pytest.raises(FindingIncomplete):
            do(SUPERVISOR, "absent", "ask", **wrong)
    assert do(SUPERVISOR, "absent", "ask", words="请说明", due_on=date(2026, 9, 10)) == 2
    render = MailRenderer(settings)
    assert news.tell(AFTER, render, by="system") == 2
    assert news.tell(AFTER, render, by="system") == 0
    mail = "SELECT party_code, subject, body_text FROM mail ORDER BY id LIMIT 1"
    party, subject, text = sql(mail).fetchone()
    assert party == HOSPITAL
    assert "2026-09-10" in subject
    assert "第九批　未参加报量" in text
    assert "/participation/" in text

    row = sql(
        "SELECT move, due_on, words FROM participation_step WHERE move = 'ask' LIMIT 1"
    ).fetchone()
    english = render(
        "participation",
        {"language": "en", "party": SimpleNamespace(name="W", code=HOSPITAL), "on": AFTER,
         "move": row[0], "due_on": row[1], "words": row[2], "count": 51,
         "findings": [news.Finding(kind.value, "R9", "P") for kind in FindingKind]},
    )  # fmt: skip
    assert "by 2026-09-10" in english.subject
    assert "R9: contract signed late, P" in english.text
    assert "51 in all" in english.html

    with pytest.raises(FindingsChanged):
        do(CLINIC, "absent", "answer", words="已说明")  # one of the two is another's
    one = ids("absent")[:1]
    acting.act(CLINIC, one, Step(FindingMove.ANSWER, "新设科室，漏报"), on=AFTER)
    assert findings()[0][3] == "answered"
    # Who asked does not settle; what moved on is not settled twice.
    with pytest.raises(FindingsChanged):
        acting.act(SUPERVISOR, one, Step(FindingMove.SETTLE, "同意"), on=AFTER)
    acting.act(CITY_CHECKER, one, Step(FindingMove.SETTLE, "同意"), on=AFTER)
    with pytest.raises(FindingsChanged):
        acting.act(CITY_CHECKER, one, Step(FindingMove.SETTLE, "同意"), on=AFTER)
    figure(AFTER)
    assert [row[3] for row in findings()] == ["settled", "asked"]
    with pytest.raises(psycopg.Error, match="add-only"), database.atomic():
        sql("UPDATE participation_step SET words = ''")
    with pytest.raises(psycopg.Error, match="cannot go"), database.atomic():
        sql("UPDATE participation_finding SET state = 'open'")


def test_rows_of_others_are_not_touched():
    world()
    figure(AFTER)
    county = Actor("other", Role.MAKER, "529902")
    with pytest.raises(FindingsChanged):
        do(county, "absent", "remind")
    assert acting.act(MAKER, ids("absent"), Step(FindingMove.REMIND), on=AFTER) == 2
    with pytest.raises(FindingsChanged):
        acting.act(MEMBER, ids("absent")[:1], Step(FindingMove.ANSWER, "x"), on=AFTER)
