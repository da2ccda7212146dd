"""How queued work ends: done with its work, refused, tried again, given up, cancelled."""

import threading
from datetime import date
from typing import Any

import pytest

from models.records.access import AuditEvent
from models.records.base import db as handle
from models.records.base import sql
from models.records.jobs import Job
from models.rules.errors.access import UnknownArea
from models.rules.errors.jobs import JobTooLate, UnknownJob
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import jobs
from models.services.jobs import outbox
from models.services.jobs.claims import stopping

pytestmark = pytest.mark.usefixtures("db")

SETTLE = {"period": "2026-06", "area": "330100", "on": date(2026, 7, 1)}


def ask(**options: Any) -> Job:
    return jobs.enqueue(JobName.SETTLE, SETTLE, by="maker", **options)


def ok(_claim: jobs.Claim) -> dict[str, Any]:
    return {"sheets": 3}


def due_again(job_id: int) -> None:
    sql("UPDATE job SET next_try_at = clock_timestamp() WHERE id = %s", (job_id,))


def silent(job_id: int) -> None:
    """Let the lease of a running job run out."""
    sql(
        "UPDATE job SET leased_until = clock_timestamp() - interval '1 second' WHERE id = %s",
        (job_id,),
    )


def test_a_refusal_of_the_business_fails_the_job_at_once_and_undoes_its_work() -> None:
    def refused(_claim: jobs.Claim) -> None:
        ask(dedupe_key="the next stage")
        raise UnknownArea(area="999999")

    job = ask()
    jobs.run(job.id, refused)
    assert Job.select().count() == 1
    job = jobs.get(job.id)
    assert (job.state, job.error_code) == (JobState.FAILED, "unknown_area")
    assert "999999" in job.error_sentence


def test_what_may_heal_is_tried_again_with_growing_pauses_until_it_is_given_up() -> None:
    def away(_claim: jobs.Claim) -> None:
        raise ConnectionRefusedError("mail server")

    job = ask()
    pauses = []
    for _ in range(job.attempts_max):
        due_again(job.id)
        before = sql("SELECT clock_timestamp()").fetchone()[0]
        jobs.run(job.id, away)
        job = jobs.get(job.id)
        pauses.append(round((job.next_try_at - before).total_seconds()))
    assert pauses[:4] == [1, 5, 20, 60]
    assert (job.state, job.error_code, job.attempt) == (JobState.FAILED, "job_gave_up", 5)
    assert "mail server" in job.error_sentence


def test_a_bug_gets_a_second_look_and_then_a_person() -> None:
    def bug(_claim: jobs.Claim) -> None:
        raise KeyError("column")

    job = ask()
    jobs.run(job.id, bug)
    assert jobs.get(job.id).state is JobState.WAITING
    due_again(job.id)
    jobs.run(job.id, bug)
    job = jobs.get(job.id)
    assert (job.state, job.error_code) == (JobState.FAILED, "job_gave_up")


def test_a_healed_job_shows_no_old_error() -> None:
    job = ask()
    jobs.run(job.id, lambda claim: 1 / 0)
    due_again(job.id)
    jobs.run(job.id, ok)
    job = jobs.get(job.id)
    assert (job.state, job.error_code, job.error_sentence) == (JobState.DONE, None, None)


def test_a_lost_lease_rolls_back_everything_of_the_old_attempt() -> None:
    job = ask()
    attempts: list[int] = []

    def slow_then_overtaken(claim: jobs.Claim) -> dict[str, Any]:
        attempts.append(claim.attempt)
        sql("INSERT INTO heartbeat VALUES ('old attempt', 'worker', now())")
        in_another_worker(job.id)
        return {"attempt": claim.attempt}

    def in_another_worker(job_id: int) -> None:
        def other() -> None:
            with handle.connection_context():
                silent(job_id)
                assert outbox.take_back_expired() == {job_id: "waiting"}
                jobs.run(job_id, lambda claim: {"attempt": claim.attempt})

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    jobs.run(job.id, slow_then_overtaken)
    job = jobs.get(job.id)
    assert (job.state, job.result, job.attempt) == (JobState.DONE, {"attempt": 2}, 2)
    assert sql("SELECT count(*) FROM heartbeat").fetchone()[0] == 0


def test_an_overtaken_attempt_learns_it_at_its_next_progress() -> None:
    job = ask()
    claim = jobs.claim(job.id)
    assert claim is not None
    silent(job.id)
    outbox.take_back_expired()
    with pytest.raises(jobs.LeaseLost):
        claim.progress(1, 2)
    with pytest.raises(jobs.LeaseLost):
        claim.check_cancelled()
    with pytest.raises(jobs.LeaseLost), handle.atomic():
        jobs.finish(claim, {})


def test_a_job_whose_worker_dies_each_time_is_dead_with_its_reason() -> None:
    job = ask()
    states = []
    for _ in range(job.attempts_max):
        assert jobs.claim(job.id) is not None
        silent(job.id)
        states.append(outbox.take_back_expired()[job.id])
    assert states == ["waiting"] * 4 + ["failed"]
    assert jobs.get(job.id).error_code == "job_worker_died"
    assert jobs.claim(job.id) is None


def test_a_live_lease_is_left_alone() -> None:
    job = ask()
    jobs.claim(job.id)
    assert outbox.take_back_expired() == {}


def test_a_job_that_comes_back_leaves_the_key_to_the_twin_that_waits() -> None:
    job = ask(dedupe_key="send_mail")
    jobs.claim(job.id)
    twin = ask(dedupe_key="send_mail")
    assert twin.id != job.id
    silent(job.id)
    outbox.take_back_expired()
    assert jobs.get(job.id).dedupe_key is None
    assert jobs.get(twin.id).dedupe_key == "send_mail"


def test_a_waiting_job_is_cancelled_at_once() -> None:
    job = ask()
    cancelled = jobs.cancel(job.id, by="maker")
    assert cancelled.state is JobState.CANCELLED
    assert str(job.id) in cancelled.error_sentence
    jobs.run(job.id, ok)
    assert jobs.get(job.id).state is JobState.CANCELLED


def test_a_running_job_is_cancelled_at_its_next_progress_and_changes_nothing() -> None:
    def work(claim: jobs.Claim) -> None:
        ask(dedupe_key="the next stage")
        cancel_from_the_page(claim.job_id)
        claim.progress(1, 2)

    def cancel_from_the_page(job_id: int) -> None:
        def press() -> None:
            with handle.connection_context():
                assert jobs.cancel(job_id, by="maker").state is JobState.RUNNING

        thread = threading.Thread(target=press)
        thread.start()
        thread.join()

    job = ask()
    jobs.run(job.id, work)
    assert jobs.get(job.id).state is JobState.CANCELLED
    assert Job.select().count() == 1


def test_a_running_job_that_is_unwanted_and_loses_its_worker_is_cancelled() -> None:
    job = ask()
    jobs.claim(job.id)
    jobs.cancel(job.id, by="maker")
    silent(job.id)
    assert outbox.take_back_expired() == {job.id: "cancelled"}


def test_who_cancelled_and_who_repeated_is_in_the_chain_of_events() -> None:
    job = ask()
    jobs.cancel(job.id, by="checker")
    repeated = jobs.again(job.id, by="maker")
    events = [(event.action, event.actor, event.facts) for event in AuditEvent.select()]
    assert events == [
        ("job.cancel", "checker", {}),
        ("job.again", "maker", {"job_id": repeated.id}),
    ]


def test_an_ended_job_cannot_be_cancelled_and_an_unknown_one_is_named() -> None:
    job = ask()
    jobs.run(job.id, ok)
    with pytest.raises(JobTooLate):
        jobs.cancel(job.id, by="maker")
    with pytest.raises(UnknownJob):
        jobs.cancel(999, by="maker")


def test_run_again_is_a_new_row_that_points_at_the_old_one() -> None:
    job = ask()
    with pytest.raises(JobTooLate):
        jobs.again(job.id, by="checker")
    jobs.run(job.id, ok)
    repeated = jobs.again(job.id, by="checker")
    assert (repeated.again_of, repeated.args) == (job.id, job.args)
    assert (repeated.requested_by, repeated.state) == ("checker", JobState.WAITING)


def test_a_worker_that_stops_gives_the_job_back_without_using_up_an_attempt() -> None:
    def work(claim: jobs.Claim) -> None:
        stopping.set()
        claim.progress(1, 2)

    job = ask()
    try:
        jobs.run(job.id, work)
    finally:
        stopping.clear()
    job = jobs.get(job.id)
    assert (job.state, job.attempts_max - job.attempt) == (JobState.WAITING, 5)
    jobs.run(job.id, ok)
    assert jobs.get(job.id).state is JobState.DONE


def test_finish_belongs_into_a_transaction_and_twice_is_once() -> None:
    job = ask()
    claim = jobs.claim(job.id)
    assert claim is not None
    with pytest.raises(RuntimeError):
        jobs.finish(claim, {})
    with handle.atomic():
        jobs.finish(claim, {"n": 1})
        jobs.finish(claim, {"n": 2})
    assert jobs.get(job.id).result == {"n": 1}


def test_a_service_may_write_done_itself() -> None:
    def work(claim: jobs.Claim) -> dict[str, Any]:
        jobs.finish(claim, {"mine": True})
        claim.progress(1, 1)
        return {"ignored": True}

    job = ask()
    jobs.run(job.id, work)
    assert jobs.get(job.id).result == {"mine": True}
