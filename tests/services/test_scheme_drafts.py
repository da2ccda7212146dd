"""A scheme changes by two people: whoever wrote a word of a draft never puts it in force."""

import threading
from datetime import date

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope, SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.schemes import (
    DraftBroken,
    DraftChanged,
    DraftOvertaken,
    DraftSettled,
    DraftUnchanged,
    DraftWaiting,
    SchemeElsewhere,
    VersionExists,
)
from models.rules.words import Role
from models.services import audit, scheme_drafts
from models.services.access import Actor
from tests.factories import sheets
from tests.factories.imports import SCHEME_ROW, send

ADA = Actor("ada", Role.ADMINISTRATOR)
SUE = Actor("sue", Role.SUPERVISOR)
ABE = Actor("abe", Role.APPROVER)
MAX = Actor("max", Role.MAKER)
DAY, LATER = date(2026, 1, 1), date(2026, 10, 1)
NEXT = SCHEME_ROW | {"valid_from": str(LATER), "scope": "national_vbp"}


@pytest.fixture
def city(db):
    sheets.area("520000", level="province")
    sheets.area("529900", "520000")
    sheets.area("529901", "529900", "county")
    sheets.area("530000", level="province")
    send("schemes", [SCHEME_ROW])


def begin(cells: dict[str, str] = NEXT, by: Actor = ADA, **more: object) -> int:
    return scheme_drafts.begin(by, cells, **{"base": ("S-1", DAY), "reason": "新文件"} | more)


def submitted(by: Actor = ADA, **more: object) -> int:
    draft = begin(by=by, **more)
    scheme_drafts.submit(by, draft, revision=1)
    return draft


def versions() -> list[tuple[date, list[str]]]:
    return sql("SELECT valid_from, scope FROM scheme ORDER BY valid_from").fetchall()


OLD = (DAY, ["national_vbp", "listed"])


def test_a_draft_changes_nothing_until_a_second_person_puts_it_in_force(city):
    draft = submitted()
    assert versions() == [OLD]
    scheme_drafts.put_in_force(ABE, draft, revision=1)
    assert versions() == [OLD, (LATER, ["national_vbp"])]
    assert audit.first_break() is None


def test_a_file_that_says_the_same_afterwards_is_unchanged(city):
    scheme_drafts.put_in_force(ABE, submitted(), revision=1)
    assert send("schemes", [NEXT, SCHEME_ROW]).counts == (0, 2, 0)


def test_who_wrote_or_submitted_it_cannot_put_it_in_force(city):
    draft = begin(by=SUE)
    scheme_drafts.write(ADA, draft, NEXT | {"due_days": "45"}, revision=1, reason="改")
    scheme_drafts.submit(ADA, draft, revision=2)
    for actor, refused in ((SUE, SecondPersonNeeded), (ADA, NotAllowed), (MAX, NotAllowed)):
        with pytest.raises(refused):
            scheme_drafts.put_in_force(actor, draft, revision=2)
    with pytest.raises(SecondPersonNeeded):
        scheme_drafts.give_back(SUE, draft, "不行")
    scheme_drafts.put_in_force(ABE, draft, revision=2)


def test_the_database_itself_refuses_a_maker_who_decides(city):
    draft = submitted()
    with pytest.raises(Exception, match="scheme_draft_two_persons"):
        sql(
            "UPDATE scheme_draft SET state = 'in_force', decided_by = 'ada', decided_at = now()"
            " WHERE id = %s",
            (draft,),
        )


@pytest.mark.parametrize(
    "change",
    ["state = 'in_force', decided_by = 'x', decided_at = now()", "makers = ARRAY['x']"],
)
def test_the_database_keeps_the_moves_and_the_makers(city, change):
    draft = begin()
    with pytest.raises(psycopg.Error):
        sql(f"UPDATE scheme_draft SET {change} WHERE id = %s", (draft,))


def test_a_submitted_text_cannot_be_changed_under_the_eyes_of_the_second_person(city):
    draft = submitted()
    with pytest.raises(DraftSettled):
        scheme_drafts.write(ADA, draft, NEXT | {"due_days": "9"}, revision=1)
    with pytest.raises(psycopg.Error):
        sql("UPDATE scheme_draft SET cells = '{}' WHERE id = %s", (draft,))


def test_a_draft_given_back_says_why_and_is_submitted_again(city):
    draft = submitted()
    with pytest.raises(ReasonNeeded):
        scheme_drafts.give_back(ABE, draft, " ")
    scheme_drafts.give_back(ABE, draft, "范围不对")
    scheme_drafts.write(ADA, draft, NEXT | {"scope": "listed"}, revision=1, reason="改范围")
    scheme_drafts.submit(ADA, draft, revision=2)
    with pytest.raises(DraftChanged):
        scheme_drafts.put_in_force(ABE, draft, revision=1)
    scheme_drafts.put_in_force(ABE, draft, revision=2)
    assert versions()[-1] == (LATER, ["listed"])


def test_a_draft_is_decided_once_and_a_withdrawn_one_makes_room(city):
    draft = submitted()
    with pytest.raises(DraftWaiting):
        begin(by=SUE)
    scheme_drafts.withdraw(SUE, draft)
    with pytest.raises(DraftSettled):
        scheme_drafts.put_in_force(ABE, draft, revision=1)
    again = submitted(by=SUE)
    scheme_drafts.put_in_force(ABE, again, revision=1)
    with pytest.raises(DraftSettled):
        scheme_drafts.put_in_force(ABE, again, revision=1)


def test_a_correction_of_a_version_keeps_what_was_before(city):
    draft = submitted(cells=SCHEME_ROW | {"due_days": "60"})
    scheme_drafts.put_in_force(ABE, draft, revision=1)
    assert sql("SELECT due_days FROM scheme").fetchall() == [(60,)]
    row = sql("SELECT changed_by, before ->> 'due_days' FROM master_history").fetchone()
    assert row == ("abe", "30")


def test_a_version_changed_meanwhile_stops_its_correction(city):
    draft = submitted(cells=SCHEME_ROW | {"due_days": "60"})
    send("schemes", [SCHEME_ROW | {"due_days": "45"}])
    with pytest.raises(DraftOvertaken):
        scheme_drafts.put_in_force(ABE, draft, revision=1)


def test_a_version_imported_meanwhile_stops_the_draft_of_it(city):
    draft = submitted()
    send("schemes", [NEXT])
    with pytest.raises(DraftOvertaken):
        scheme_drafts.put_in_force(ABE, draft, revision=1)


def test_a_version_that_stands_is_corrected_only_from_itself(city):
    send("schemes", [NEXT])
    with pytest.raises(VersionExists):
        begin(NEXT | {"due_days": "9"})


def test_a_draft_needs_a_reason_and_a_difference(city):
    silent = begin(reason="")
    with pytest.raises(ReasonNeeded):
        scheme_drafts.submit(ADA, silent, revision=1)
    same = begin(SCHEME_ROW)
    with pytest.raises(DraftUnchanged):
        scheme_drafts.submit(ADA, same, revision=1)


def test_every_problem_of_a_draft_is_named_at_its_column(city):
    with pytest.raises(DraftBroken) as refused:
        begin(NEXT | {"scope": "everything", "due_days": "many", "funding": ""})
    assert {name for name, _ in refused.value.problems} == {"scope", "due_days", "funding"}
    assert "结算范围" in refused.value.sentence


def test_a_code_belongs_to_one_area(city):
    with pytest.raises(SchemeElsewhere):
        begin(NEXT | {"area_code": "529901"})


def test_nobody_drafts_for_areas_out_of_sight(city):
    county = Actor("county", Role.MAKER, area_code="529901")
    with pytest.raises(OutOfScope):
        begin(by=county)
    with pytest.raises(OutOfScope):
        scheme_drafts.withdraw(county, begin())
    for actor in (Actor("aud", Role.AUDITOR), Actor("chk", Role.CHECKER), ABE):
        with pytest.raises(NotAllowed):
            begin(by=actor)


def test_two_who_decide_at_once_make_one_version(city):
    draft = submitted()
    answers: list[str] = []

    def decide(name: str) -> None:
        try:
            scheme_drafts.put_in_force(Actor(name, Role.APPROVER), draft, revision=1)
            answers.append("in force")
        except DraftSettled as refused:
            answers.append(refused.code)
        finally:
            database.close()

    people = [threading.Thread(target=decide, args=(name,)) for name in ("abe", "amy", "ann")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(answers) == ["in force", "scheme_draft_settled", "scheme_draft_settled"]
    assert len(versions()) == 2
