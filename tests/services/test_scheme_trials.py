"""A trial tells what a settlement would make, and nothing is written but its own result."""

from datetime import date
from typing import Any

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope
from models.rules.errors.schemes import TrialEmpty
from models.rules.errors.settlement import PeriodNotOver
from models.rules.job_names import JobName
from models.rules.words import Role
from models.services import access, jobs, scheme_drafts, scheme_trials, users
from models.services.access import Actor
from models.services.jobs import claims
from models.services.settle import settle_period
from tests.factories.imports import send
from tests.scripts.small_city import ENTERPRISE, FILES, HOSPITAL

ON, PERIOD = date(2026, 11, 1), "2026-03"
SETTLER = Actor("settler", Role.MAKER)
SUE, ABE = Actor("sue", Role.SUPERVISOR), Actor("abe", Role.APPROVER)
DAY = date(2026, 1, 1)


@pytest.fixture
def city(db):
    for kind, text in FILES.items():
        send(kind, text.encode())
    sql("UPDATE enterprise SET account_verified = true")
    for name, role in (("sue", Role.SUPERVISOR), ("abe", Role.APPROVER), ("aud", Role.AUDITOR)):
        users.create(name, role, access.ALL_AREAS)
    users.create("far", Role.MAKER, "529901")


def draft(day: date = DAY, **changed: str) -> int:
    """Begin a draft from the one version there is; of another day it is a version of its own."""
    cells = scheme_drafts.of_version("S1", DAY)
    return scheme_drafts.begin(
        SUE, cells | {"valid_from": str(day)} | changed, base=("S1", DAY), reason="试"
    )


def tried(draft_id: int, period: str = PERIOD, *, by: str = "sue", on: date = ON) -> dict[str, Any]:
    with database.atomic():
        args = {"draft_id": draft_id, "period": period, "on": on}
        job = jobs.enqueue(JobName.SCHEME_TRIAL, args, by=by)
    begun = claims.claim(job.id)
    try:
        with database.atomic():
            return scheme_trials.run(claims.checked(begun))
    finally:
        sql("DELETE FROM job")


def settle(period: str = PERIOD) -> dict[str, Any]:
    with database.atomic():
        return settle_period(SETTLER, period, None, on=ON, progress=lambda *_: None)


def everything() -> dict[str, str]:
    """Every row of every table but what a trial is allowed to leave: its job, file and audit."""
    own = ("job", "stored_file", "file_chunk", "audit_event", "heartbeat")
    tables = sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {
        name: sql(
            f"SELECT md5(coalesce(string_agg(t::text, '\n' ORDER BY t::text), '')) FROM {name} t"
        ).fetchone()[0]
        for (name,) in tables
        if name not in own
    }


def test_a_trial_of_the_version_in_force_finds_no_difference(city):
    result = tried(draft())
    assert (result["sheets_changed"], result["lines_changed"]) == (0, 0)
    assert result["was"] == result["would"]
    assert result["was"]["payable_fen"] == 13_000
    assert not result["brought_forward"]


def test_a_narrower_scope_empties_the_sheet_and_says_so_by_everything(city):
    result = tried(draft(scope="negotiated"))
    assert (result["was"]["payable_fen"], result["would"]["payable_fen"]) == (13_000, 0)
    assert (result["was"]["held_lines"], result["would"]["held_lines"]) == (1, 0)
    assert result["would"]["self_lines"] == 3
    assert result["lines_changed"] == 3
    assert [(s["change"], s["was_fen"], s["would_fen"]) for s in result["sheets"]] == [
        ("gone", 13_000, 0)
    ]
    assert [(h["code"], h["was_fen"]) for h in result["hospitals"]] == [(HOSPITAL, 13_000)]
    assert [(e["code"], e["would_fen"]) for e in result["enterprises"]] == [(ENTERPRISE, 0)]
    assert [(c["code"], c["was_lines"], c["would_lines"]) for c in result["categories"]] == [
        ("listed", 3, 0)
    ]
    assert [(r["code"], r["was_lines"], r["would_lines"]) for r in result["reasons"]] == [
        ("waiting_hospital", 1, 0)
    ]


@pytest.mark.parametrize("settled", [False, True])
def test_a_trial_writes_nothing(city, settled):
    if settled:
        settle()
        sql("UPDATE settlement_sheet SET state = 'in_review'")
    one = draft(scope="negotiated", due_days="60")
    before = everything()
    tried(one)
    assert everything() == before
    assert sql("SELECT count(*) FROM pg_class WHERE relpersistence = 't'").fetchone()[0] == 0


def test_a_month_that_is_settled_and_reviewed_is_tried_as_if_it_were_not(city):
    settle()
    sql("UPDATE settlement_sheet SET state = 'in_review'")
    result = tried(draft(due_days="60"))
    assert result["was"]["payable_fen"] == result["would"]["payable_fen"] == 13_000
    assert [(s["change"], s["was_due_on"], s["would_due_on"]) for s in result["sheets"]] == [
        ("changed", "2026-04-06", "2026-05-05")
    ]


def test_what_a_trial_finds_is_what_the_settlement_then_makes(city):
    one = draft(scope="listed", due_days="45", funding="turnover")
    would = tried(one)["would"]
    scheme_drafts.submit(SUE, one, revision=1)
    scheme_drafts.put_in_force(ABE, one, revision=1)
    made = settle()
    assert (made["sheets"], made["lines"], made["held"]) == (
        would["sheets"], would["free_lines"], would["held_lines"],
    )  # fmt: skip
    sheet = sql("SELECT payable_fen, funding, due_on FROM settlement_sheet").fetchone()
    assert sheet == (would["payable_fen"], "turnover", date(2026, 4, 20))


def test_a_draft_of_a_later_day_is_tried_as_if_it_had_begun_with_the_month(city):
    result = tried(draft(date(2026, 12, 1), scope="negotiated"))
    assert result["brought_forward"]
    assert result["as_from"] == "2026-03-01"
    assert result["would"]["payable_fen"] == 0


def test_the_result_comes_as_a_workbook_with_its_lines(city):
    result = tried(draft(scope="negotiated"))
    row = sql("SELECT name, size_bytes FROM stored_file WHERE id = %s", (result["file_id"],))
    name, size = row.fetchone()
    assert name == "方案试算_S1_2026-03.xlsx"
    assert size > 5_000


def test_a_month_not_over_or_without_lines_is_no_trial(city):
    one = draft()
    with pytest.raises(PeriodNotOver):
        tried(one, "2026-11")
    with pytest.raises(TrialEmpty):
        tried(one, "2026-01")


def test_who_may_neither_draft_nor_decide_tries_nothing(city):
    one = draft()
    with pytest.raises(NotAllowed):
        tried(one, by="aud")
    with pytest.raises(OutOfScope):
        tried(one, by="far")
    assert tried(one, by="abe")["sheets_changed"] == 0
