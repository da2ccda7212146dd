"""A payment is made again when one person asked with the proofs and another released it."""

import pytest

from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope, SecondPersonNeeded
from models.rules.errors.payment import (
    AlreadyAsked,
    NotReissuable,
    ReasonNeeded,
    RequestDecided,
    RequestNotReleased,
    SelectionChanged,
    UnknownRequest,
)
from models.rules.job_names import JobName
from models.services import access, jobs, reissue, users
from models.services.access import Actor
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import APPROVER, CHECKER, MAKER, ON, PROVINCE
from tests.services.test_bank_results import about, answer
from tests.services.test_reissue import AGAIN, MONDAY, proven_rejection, proven_return, quiet

pytestmark = pytest.mark.usefixtures("db")


def people() -> None:
    """The jobs load their actors from the table of users."""
    for one in (MAKER, CHECKER, APPROVER):
        users.create(one.name, one.role, access.ALL_AREAS)


def ask(*references: str, by: Actor = MAKER, reason: str = "账户已更正") -> str:
    return reissue.ask(by, references or (bank.orders()[0][0],), bank.PROFILE, reason, AGAIN)


def release(number: str, by: Actor = CHECKER, count: int = 1, total_fen: int = 100) -> int:
    return reissue.release(by, number, AGAIN, count=count, total_fen=total_fen)


def work(job_id: int) -> None:
    """Do the job as a worker would."""
    jobs.run(job_id, lambda claim: reissue.run(claim, bank.PlainFormat))


def test_asked_by_one_released_by_another_and_paid_once():
    people()
    bank.paid_city(100)
    proven_return()
    number = ask()
    assert len(bank.orders()) == 1
    work(release(number))
    assert [state for _, _, state in bank.orders()] == ["returned", "sent"]
    assert sql("SELECT made_by FROM payment_batch ORDER BY id DESC").fetchone()[0] == "maker"
    asked_by, decided_by, released = sql(
        "SELECT asked_by, decided_by, released FROM payment_reissue"
    ).fetchone()
    assert (asked_by, decided_by, released) == ("maker", "checker1", True)


def test_several_are_one_request_one_release_and_one_file():
    people()
    bank.paid_city(100, 250)
    answer(about(0, "rejected"), about(1, "rejected"))
    quiet(ON, MONDAY)
    references = [reference for reference, _, _ in bank.orders()]
    number = ask(*references)
    work(release(number, count=2, total_fen=350))
    assert len(bank.orders()) == 4
    assert sql("SELECT count(*), max(total_fen) FROM payment_batch WHERE id > 1").fetchone() == (
        1, 350,
    )  # fmt: skip


def test_who_asked_cannot_release_and_makers_release_nothing():
    bank.paid_city(100)
    proven_rejection()
    number = ask()
    both = Actor("maker", "checker")
    with pytest.raises(SecondPersonNeeded):
        release(number, by=both)
    with pytest.raises(NotAllowed):
        release(number, by=Actor("maker2", "maker"))
    with pytest.raises(Exception, match="payment_reissue_needs_a_second_person"):
        sql("UPDATE payment_reissue SET decided_by = asked_by, decided_at = now(), released = true")


def test_asking_needs_the_proofs_a_reason_and_comes_once():
    bank.paid_city(100)
    with pytest.raises(NotReissuable):
        ask()
    proven_rejection()
    with pytest.raises(ReasonNeeded):
        ask(reason=" ")
    number = ask()
    with pytest.raises(AlreadyAsked, match=number):
        ask()
    with pytest.raises(NotAllowed):
        ask(by=CHECKER)


def test_the_release_asks_the_proofs_again():
    bank.paid_city(100)
    proven_rejection()
    number = ask()
    sql("UPDATE enterprise SET account_verified = false")
    with pytest.raises(NotReissuable, match="verified"):
        release(number)
    assert sql("SELECT decided_by FROM payment_reissue").fetchone()[0] is None


def test_the_release_is_of_what_was_seen():
    bank.paid_city(100)
    proven_rejection()
    number = ask()
    with pytest.raises(SelectionChanged):
        release(number, count=2)
    with pytest.raises(SelectionChanged):
        release(number, total_fen=99)
    with pytest.raises(UnknownRequest):
        release("CF0")


def test_a_request_is_decided_once_and_a_refused_one_may_be_asked_again():
    bank.paid_city(100)
    proven_rejection()
    number = ask()
    with pytest.raises(ReasonNeeded):
        reissue.refuse(APPROVER, number, "")
    reissue.refuse(APPROVER, number, "账户证明不全")
    with pytest.raises(RequestDecided):
        release(number)
    assert ask() != number


def test_without_a_release_the_job_pays_nothing():
    people()
    bank.paid_city(100)
    proven_rejection()
    number = ask()
    job = jobs.enqueue(JobName.REISSUE, {"request_no": number, "on": AGAIN}, by="checker1")
    work(int(job.id))
    state, code = sql("SELECT state, error_code FROM job WHERE id = %s", (job.id,)).fetchone()
    assert (state, code) == ("failed", RequestNotReleased.code)
    assert len(bank.orders()) == 1


def test_the_same_job_twice_pays_once():
    people()
    bank.paid_city(100)
    proven_rejection()
    number = ask()
    work(release(number))
    repeated = jobs.enqueue(JobName.REISSUE, {"request_no": number, "on": AGAIN}, by="checker1")
    work(int(repeated.id))
    assert len(bank.orders()) == 2
    state = sql("SELECT error_code FROM job WHERE id = %s", (repeated.id,)).fetchone()[0]
    assert state == "already_reissued"


def test_rows_outside_the_second_persons_area_stay_closed():
    bank.paid_city(100)
    proven_rejection()
    number = ask()
    sheets.area(sheets.OTHER_CITY, PROVINCE)
    with pytest.raises(OutOfScope):
        release(number, by=Actor("far", "checker", area_code=sheets.OTHER_CITY))


def test_everything_is_in_the_audit_trail():
    people()
    bank.paid_city(100)
    proven_rejection()
    work(release(ask()))
    found = [row[0] for row in sql("SELECT action FROM audit_event ORDER BY id")]
    assert [one for one in found if one.startswith(("reissue", "payment.reissued"))] == [
        "reissue.asked", "reissue.released", "payment.reissued",
    ]  # fmt: skip


def test_an_account_that_cools_off_is_not_paid_again_yet():
    bank.paid_city(100)
    proven_rejection()
    sql(
        "INSERT INTO account_change (credit_code, after, requested_by, requested_at, state,"
        " source, cooling_days, reviews_needed)"
        " SELECT credit_code, '{}', 'maker', now(), 'requested', 'page', 3, 1 FROM enterprise"
    )
    with pytest.raises(NotReissuable, match="verified"):
        ask()
