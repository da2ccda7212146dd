"""Asking hospitals, refunding and paying out, cut off anywhere: no trace, then done once."""

from collections.abc import Callable

import peewee as pw
import psycopg
import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.words import JobState, Role
from models.services import access, books, jobs, users
from models.services.prepaid import closings
from models.services.prepaid.closing_steps import StepName
from models.services.round_prepayments import deciding
from tests.factories import payments as bank
from tests.factories import prepaid, receipts, sheets
from tests.factories.sheets import APPROVER, CHECKER, MAKER, ON
from tests.faults.dying import Death, answer_lost, dying
from tests.faults.test_payment_faults import STEPS_MAX, do

TABLES = (
    "money_request", "money_receipt", "mail", "mail_fact", "prepayment_voucher", "ledger_entry",
    "subledger_closing", "round_prepayment", "round_share", "audit_event",
)  # fmt: skip


def mark() -> list[str]:
    """Everything that could have changed, as text."""
    return [
        str(sql(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            .fetchone())
        for table in TABLES
    ]  # fmt: skip


@pytest.fixture
def town(db) -> sheets.City:
    """A hospital is asked for two top-ups and has paid one of them; another is new in need."""
    made = sheets.city(3, 2)
    bank.profile()
    prepaid.scheme(round_prepay_bp=3_000)
    users.create(MAKER.name, Role.MAKER, access.ALL_AREAS)
    first, second, third = made.hospitals
    prepaid.sheet(first, made.enterprises[0], 250)
    prepaid.pay()
    prepaid.bring()
    prepaid.voucher(first, 100, "top_up")
    prepaid.sheet(second, made.enterprises[1], 70, "2026-04")
    prepaid.pay("2026-04")
    prepaid.voucher(third, 900)
    return made


def test_the_job_of_requests_cut_off_anywhere_leaves_no_trace_and_is_then_done_once(
    town, monkeypatch
):
    job_id = int(jobs.enqueue(JobName.MONEY_REQUESTS, {"on": ON}, by="maker").id)
    before, deaths = mark(), 0
    for step in range(1, STEPS_MAX):
        death = Death(step)
        do(job_id, dying(monkeypatch, death))
        if jobs.get(job_id).state == JobState.DONE:
            break
        assert death.came, jobs.get(job_id).error_sentence
        deaths += 1
        assert mark() == before, f"cut off at step {step}"
    assert deaths > 15
    assert jobs.get(job_id).result == {"answered": 1, "asked": 1, "withdrawn": 0, "mails": 2}
    assert prepaid.requests() == [("top_up", 250, 100, "asked"), ("top_up", 70, 0, "asked")]
    after = mark()
    do(job_id)
    assert mark() == after
    assert books.check_books()["broken"] == []


def test_requests_whose_last_answer_is_lost_are_not_asked_again(town, monkeypatch):
    job_id = int(jobs.enqueue(JobName.MONEY_REQUESTS, {"on": ON}, by="maker").id)
    do(job_id, answer_lost(monkeypatch, job_id))
    assert jobs.get(job_id).state == JobState.DONE
    after = mark()
    do(job_id)
    again = int(jobs.enqueue(JobName.MONEY_REQUESTS, {"on": ON}, by="maker").id)
    do(again)
    assert jobs.get(again).result == {"answered": 0, "asked": 0, "withdrawn": 0, "mails": 0}
    assert mark() == after


def survives(deed: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut a deed off before each of its statements: nothing happened, until it is done whole."""
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
    assert step > 8
    assert mark() != before


def test_a_refund_and_a_payout_cut_off_anywhere_leave_no_trace(town, monkeypatch):
    third = town.hospitals[2]
    prepaid.bound_accounts()
    number = closings.ask(MAKER, third, "停用", ON, ON)
    closings.agree(CHECKER, number, ON)
    survives(lambda: closings.refund(MAKER, number, StepName.PRINCIPAL, "TB1", ON, ON), monkeypatch)
    survives(lambda: closings.close(APPROVER, number, ON), monkeypatch)
    receipts.product()
    receipts.insert("vbp_round", round_code="V", name="第一批", level="national",
                    term_start="2026-01-01", term_end="2026-12-31")  # fmt: skip
    receipts.insert("contract", contract_no="C1", hospital_code=town.hospitals[0],
                    nhsa_code="P1", enterprise_code=town.enterprises[0], round_code="V",
                    price_yuan="0.40", committed_quantity="84000", term_start="2026-01-01",
                    term_end="2026-12-31", signed_on="2026-01-01")  # fmt: skip
    sql("UPDATE scheme SET funding = 'offset'")
    found = deciding.look(MAKER, "V", None, ON)
    total = sum(one.amount_fen for one in found)
    (made,) = deciding.propose(MAKER, "V", None, ON, count=1, total_fen=total)
    deciding.approve(APPROVER, [made], ON, total_fen=total)
    survives(lambda: deciding.pay_out(MAKER, made, "PV1", ON, ON), monkeypatch)
    assert books.check_books()["broken"] == []
