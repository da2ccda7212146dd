"""Queued work as rows: asked for once, begun once, ended in the transaction of the work."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from models import clock
from models.records.access import AuditEvent
from models.records.base import db as handle
from models.records.base import sql
from models.records.jobs import Job
from models.rules.errors.access import UnknownArea
from models.rules.errors.jobs import JobArgsRefused, JobTooLate, NoWorker, UnknownJob
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import jobs
from models.services.jobs import heartbeats, outbox, waiting
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


def test_a_rolled_back_request_leaves_no_job() -> None:
    with handle.atomic() as request:
        ask()
        request.rollback()
    assert Job.select().count() == 0


def test_the_service_gets_checked_arguments_and_its_result_is_kept() -> None:
    seen: list[jobs.Claim] = []
    job = ask()
    jobs.run(job.id, lambda claim: seen.append(claim) or {"sheets": 3})
    assert seen[0].args == SETTLE
    assert (seen[0].on, seen[0].attempt, seen[0].requested_by) == (SETTLE["on"], 1, "maker")
    job = jobs.get(job.id)
    assert (job.state, job.result, job.leased_until) == (JobState.DONE, {"sheets": 3}, None)


@pytest.mark.parametrize(
    "wrong", [{"period": "2026-13"}, {"on": "yesterday"}, {"period": None}, {"surprise": 1}]
)
def test_arguments_that_do_not_fit_are_refused_when_asked(wrong: dict[str, Any]) -> None:
    with pytest.raises(JobArgsRefused):
        jobs.enqueue(JobName.SETTLE, {**SETTLE, **wrong}, by="maker")


def test_arguments_that_no_longer_fit_fail_the_job_when_it_begins() -> None:
    job = ask()
    sql("UPDATE job SET args = '{}' WHERE id = %s", (job.id,))
    jobs.run(job.id, ok)
    job = jobs.get(job.id)
    assert (job.state, job.error_code) == (JobState.FAILED, "job_args_refused")


def test_a_waiting_twin_is_returned_instead_of_a_second_row() -> None:
    first = ask(dedupe_key="settle:2026-06")
    assert ask(dedupe_key="settle:2026-06").id == first.id
    assert ask(dedupe_key="settle:2026-07").id != first.id
    jobs.run(first.id, ok)
    assert ask(dedupe_key="settle:2026-06").id != first.id


def test_many_who_ask_at_once_get_the_same_row() -> None:
    ids: list[int] = []

    def press() -> None:
        with handle.connection_context(), handle.atomic():
            ids.append(ask(dedupe_key="pressed").id)

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1


def test_a_second_message_finds_the_work_done() -> None:
    calls: list[int] = []
    job = ask()
    for _ in range(3):
        jobs.run(job.id, lambda claim: calls.append(claim.attempt))
    assert calls == [1]


def test_only_one_of_many_workers_begins_a_job() -> None:
    job = ask()
    claims: list[jobs.Claim | None] = []

    def begin() -> None:
        with handle.connection_context():
            claims.append(jobs.claim(job.id))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([claim for claim in claims if claim is not None]) == 1


def test_a_job_does_not_begin_before_its_time() -> None:
    job = ask(not_before=clock.now() + timedelta(hours=1))
    jobs.run(job.id, ok)
    assert jobs.get(job.id).state is JobState.WAITING
    assert outbox.take_due() == []


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


def test_progress_is_seen_at_once_and_survives_the_rollback() -> None:
    seen: list[tuple[int, int | None, str | None]] = []

    def half(claim: jobs.Claim) -> None:
        claim.progress(5, 10, "核对")
        row = sql("SELECT done_count, total_count, stage FROM job").fetchone()
        seen.append(row)
        raise UnknownArea(area="x")

    job = ask()
    jobs.run(job.id, half)
    assert seen == [(5, 10, "核对")]
    assert jobs.get(job.id).done_count == 5


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
    assert jobs.cancel(job.id, by="maker").state is JobState.CANCELLED
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


def test_sent_jobs_nobody_began_are_found_again() -> None:
    job = ask()
    assert [parcel.job_id for parcel in outbox.take_due()] == [job.id]
    assert outbox.take_due() == []
    assert outbox.unbegun_queues() == []
    sql("UPDATE job SET sent_at = clock_timestamp() - interval '10 seconds'")
    assert outbox.unbegun_queues() == ["settlement"]
    assert outbox.take_unbegun("settlement", outbox.STUCK_SECONDS) == []
    assert [p.job_id for p in outbox.take_unbegun("settlement", outbox.LOST_SECONDS)] == [job.id]
    assert outbox.unbegun_queues() == []


def test_without_workers_a_command_gives_up_within_ten_seconds_and_withdraws_its_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert waiting.NO_WORKER_SECONDS <= 8.5
    monkeypatch.setattr(waiting, "NO_WORKER_SECONDS", 0.6)
    job = ask()
    with pytest.raises(NoWorker):
        jobs.wait(job.id)
    assert jobs.get(job.id).state is JobState.CANCELLED


def test_workers_that_are_just_starting_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "NO_WORKER_SECONDS", 2.0)
    job = ask()

    def start_late() -> None:
        heartbeats.beat("relay:x:1", "relay")
        heartbeats.beat("worker:x:2", "worker", ["settlement"])
        with handle.connection_context():
            jobs.run(job.id, ok)

    timer = threading.Timer(1.0, start_late)
    timer.start()
    assert jobs.wait(job.id).state is JobState.DONE
    timer.join()


def test_a_worker_for_other_queues_does_not_count() -> None:
    heartbeats.beat("relay:x:1", "relay")
    heartbeats.beat("worker:x:2", "worker", ["bank", "alerts"])
    assert heartbeats.is_served("bank")
    assert not heartbeats.is_served("settlement")
    heartbeats.gone("relay:x:1")
    assert not heartbeats.is_served("bank")


def test_waiting_shows_progress_on_the_way() -> None:
    shares: list[int] = []
    job = ask()

    def work(claim: jobs.Claim) -> None:
        for step in range(4):
            claim.progress(step, 4, f"step {step}")
            threading.Event().wait(0.25)

    def in_worker(run: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=run)
        thread.start()
        return thread

    thread = in_worker(lambda: jobs.run(job.id, work))
    ended = jobs.wait(job.id, lambda row: shares.append(row.done_count))
    thread.join()
    assert ended.done_count == ended.total_count == 4
    assert len(set(shares)) >= 3
