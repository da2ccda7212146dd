"""The work of executing volume procurement cut off anywhere: no trace, then done once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import peewee as pw
import psycopg
import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.deductions import DeductionKind, Line
from models.rules.job_names import JobName
from models.rules.risks import RiskMove
from models.rules.words import JobState, Role
from models.services import access, books, deductions, jobs, profiles, risks, users
from models.services.access import SYSTEM, Actor
from models.services.papers import moving
from models.services.retention import publicity, withdrawing
from models.services.risks import deciding, handing
from tests.factories import imports, receipts, reporting, retention, sheets
from tests.factories.retention import AFTER
from tests.factories.sheets import APPROVER, CHECKER, MAKER, ON, PERIOD
from tests.faults.dying import Death, answer_lost, dying
from tests.faults.test_payment_faults import do
from tests.services.test_deductions import fund
from tests.services.test_grading import form
from tests.services.test_papers import city as measured  # noqa: F401 - a fixture
from tests.services.test_papers import rule
from workers.bankfiles.seeds import SEEDS

STEPS_MAX = 400
#: What the work writes; jobs, leases and signs of life are the machine's own.
TABLES = (
    "paper", "paper_hospital", "rectification", "rectification_event", "stored_file",
    "retention_result", "retention_publicity", "retention_grant", "retention_allocation",
    "payment_batch", "payment_instruction", "ledger_entry", "indicator_value",
    "risk_finding", "risk_evidence", "risk_event", "risk_handover", "risk_handover_item",
    "reporting_run", "reporting_status", "participation_finding", "participation_step",
    "grade_list", "grade_result", "grade_result_item", "deduction_list", "deduction",
    "monthly_fund", "mail", "mail_fact", "audit_event",
)  # fmt: skip


def mark() -> dict[str, str]:
    """Everything that could have changed, as text."""
    parts = (
        f"SELECT '{table}', count(*) || '/'"
        f" || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t"
        for table in TABLES
    )
    return dict(sql(" UNION ALL ".join(parts)).fetchall())


def ask(name: JobName, **args: Any) -> int:
    return int(jobs.enqueue(name, args, by="maker").id)


def job_survives(
    job_id: int, monkeypatch: pytest.MonkeyPatch, *, least: int = 8, every: int = 1
) -> dict[str, Any]:
    """Cut a job off before its statements; return its result, done once, and told again nothing."""
    before, deaths = mark(), 0
    for step in range(1, STEPS_MAX, every):
        death = Death(step)
        do(job_id, dying(monkeypatch, death))
        if jobs.get(job_id).state == JobState.DONE:
            break
        assert death.came, jobs.get(job_id).error_sentence
        deaths += 1
        assert mark() == before, f"cut off at step {step}"
    job = jobs.get(job_id)
    assert job.state == JobState.DONE, job.error_sentence
    assert deaths >= least
    after = mark()
    assert after != before
    do(job_id)
    assert mark() == after, "a second delivery of a job that is done does nothing"
    return dict(job.result)


def deed_survives(
    deed: Callable[[], object], monkeypatch: pytest.MonkeyPatch, *, least: int = 6
) -> None:
    """Cut what a person does off before each statement: nothing happened, until it is whole."""
    before = mark()
    for step in range(1, STEPS_MAX):
        death = Death(step)
        try:
            with dying(monkeypatch, death):
                deed()
        except (pw.DatabaseError, pw.InterfaceError, psycopg.Error):
            assert death.came
            handle.close()
            handle.connect()
            assert mark() == before, f"cut off at step {step}"
        else:
            break
    assert step > least
    assert mark() != before


@pytest.fixture
def maker(db: object) -> None:
    users.create("maker", Role.MAKER, access.ALL_AREAS)


def test_a_paper_and_what_the_clock_asks_for_are_written_once(measured, maker, monkeypatch):  # noqa: F811
    rule()
    due = date(2026, 10, 5)
    drafted = ask(JobName.PAPER, on=due, kind="bulletin", span="2026-Q3", area=sheets.CITY)
    job_survives(drafted, monkeypatch, every=3, least=4)
    assert sql("SELECT count(*), count(DISTINCT docx_file_id) FROM paper").fetchone() == (1, 1)
    number, content_hash = sql("SELECT id, content_hash FROM paper").fetchone()
    deed_survives(lambda: moving.review(CHECKER, number, content_hash), monkeypatch)
    deed_survives(lambda: moving.send(MAKER, number, content_hash, due), monkeypatch)
    told = job_survives(ask(JobName.PAPER_NEWS, on=due), monkeypatch)
    assert told["mails"] == sql("SELECT count(*) FROM mail").fetchone()[0] > 0
    # What the clock asked for in an attempt that was cut off is asked for once.
    sql("UPDATE cadence_rule SET kinds = ARRAY['bulletin', 'weekly', 'reminder']")
    cadence = ask(JobName.CADENCE, on=date(2026, 11, 3))
    asked = "SELECT count(*), count(DISTINCT dedupe_key) FROM job WHERE id > %s"
    for step in range(1, STEPS_MAX):
        do(cadence, dying(monkeypatch, Death(step)))
        if jobs.get(cadence).state == JobState.DONE:
            break
        assert sql(asked, (cadence,)).fetchone() == (0, 0), f"cut off at step {step}"
    count, distinct = sql(asked, (cadence,)).fetchone()
    assert count == distinct > 0


def test_retention_is_calculated_public_granted_ordered_and_told_once(maker, monkeypatch):
    town = retention.town(5_000, 7_001)
    number = retention.drafted()
    deed_survives(
        lambda: publicity.publish(CHECKER, number, ON, **retention.sums(number)), monkeypatch
    )
    told = job_survives(ask(JobName.RETENTION_NEWS, on=ON), monkeypatch)
    assert told == {"mails": 2}
    seen = retention.sums(number)
    deed_survives(lambda: publicity.end(APPROVER, number, AFTER, **seen), monkeypatch)
    owed = sql("SELECT count(*), sum(amount_fen) FROM ledger_entry").fetchone()
    assert owed == (2, 12_001)
    grant = sql("SELECT grant_no FROM retention_grant WHERE amount_fen = 7001").fetchone()[0]
    deed_survives(lambda: withdrawing.take_out(CHECKER, grant, "算错", AFTER), monkeypatch)
    assert books.check_books()["broken"] == []
    # The run of figures: those of the list stay, what is calculated anew replaces its own month.
    receipts.product("P1")
    receipts.insert(
        "retention_input", period="2026-04", hospital_code=town.hospitals[0], round_code="N1",
        nhsa_code="P1", base_quantity=100, agreed_quantity=80, actual_quantity=90,
        price_before_yuan=2, award_price_yuan=1, non_selected_fen=0, fund_ratio_bp=10_000,
        insured_share_bp=10_000,
    )  # fmt: skip
    made = job_survives(ask(JobName.RETENTION, on=AFTER, period="2026-04"), monkeypatch)
    assert made["base_yuan"] == "120.00"


def test_risks_are_found_asked_told_and_handed_over_once(maker, monkeypatch):
    made = sheets.city(1, 1)
    receipts.product("P1", name="阿莫西林")
    receipts.scheme()
    for fen in (200, 300):
        receipts.receipt(made.hospitals[0], made.enterprises[0], fen, nhsa_code="P1")
    seen = job_survives(
        ask(JobName.RISKS, on=date(2026, 4, 2), period="2026-03"), monkeypatch, every=3
    )
    assert (seen["findings"], seen["evidence"]) == (1, 2)
    finding = sql("SELECT id FROM risk_finding").fetchone()[0]
    deed_survives(
        lambda: deciding.decide(MAKER, finding, RiskMove.ASK, "请说明", ON, by_on=AFTER),
        monkeypatch,
    )
    assert job_survives(ask(JobName.RISK_NEWS, on=ON), monkeypatch) == {"mails": 1}
    boss, second = Actor("boss", "supervisor"), Actor("second", "supervisor")
    listed = handing.prepare(boss, [finding], "派驻纪检监察组", "见附件", ON)
    deed_survives(lambda: handing.approve(second, listed, "", ON), monkeypatch)
    with handle.atomic():
        assert risks.look(SYSTEM, "2026-03", None, ON)["evidence"] == 0


def test_who_took_part_is_compared_and_graded_once(maker, monkeypatch):
    reporting.world()
    found = job_survives(
        ask(JobName.PARTICIPATION, on=reporting.AFTER), monkeypatch, every=2, least=4
    )
    assert found
    kinds = sql("SELECT count(*), count(DISTINCT (kind, hospital_code)) FROM participation_finding")
    count, distinct = kinds.fetchone()
    assert count == distinct > 0
    assert imports.send("schemes", [imports.SCHEME_ROW]).counts == (1, 0, 0)
    form()
    made = ask(JobName.GRADES, on=date(2027, 1, 8), year=2026, area="529900")
    job_survives(made, monkeypatch, every=2, least=4)
    assert sql("SELECT count(*) FROM grade_list").fetchone() == (1,)


def test_deductions_reach_the_fund_once_and_a_lost_answer_does_not_repeat_them(maker, monkeypatch):
    made = sheets.city(1, 1)
    receipts.scheme()
    fund(made.hospitals[0])
    lines = [Line(made.hospitals[0], 500, "迟报")]
    kind = DeductionKind.ASSESSMENT
    number = deductions.propose(MAKER, PERIOD, None, kind, "协议", lines)
    deed_survives(lambda: deductions.accept(CHECKER, number, count=1, total_fen=500), monkeypatch)
    held = "SELECT deposit_fen FROM monthly_fund"
    assert sql(held).fetchone() == (1_500,)
    deed_survives(lambda: deductions.revoke(CHECKER, number, "算错"), monkeypatch)
    assert sql(held).fetchone() == (1_000,)


def test_orders_of_retention_whose_last_answer_is_lost_are_not_made_again(maker, monkeypatch):
    retention.town(5_000, 7_001)
    profiles.ensure(SEEDS)
    number = retention.granted()
    told = {"publicity_no": number, "profile": "generic_csv"}
    ordered = ask(JobName.RETENTION_PAY, on=AFTER, **told)
    do(ordered, answer_lost(monkeypatch, ordered))
    assert jobs.get(ordered).state == JobState.DONE
    do(ordered)
    count = "SELECT count(*), sum(amount_fen) FROM payment_instruction"
    assert sql(count).fetchone() == (2, 12_001)
    again = ask(JobName.RETENTION_PAY, on=AFTER, **told)
    do(again)
    assert jobs.get(again).state == JobState.FAILED, "nothing is left to order"
    assert sql(count).fetchone() == (2, 12_001)
