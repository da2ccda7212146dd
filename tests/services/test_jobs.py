"""Queued work as rows: asked for once, begun once, ended in the transaction of the work."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest

from models import clock
from models.records.base import db as handle
from models.records.base import sql
from models.records.jobs import Job
from models.rules.errors.access import UnknownArea
from models.rules.errors.jobs import JobArgsRefused
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import jobs
from models.services.jobs import outbox

pytestmark = pytest.mark.usefixtures("db")

SETTLE = {"period": "2026-06", "area": "330100", "on": date(2026, 7, 1)}


def ask(**options: Any) -> Job:
    return jobs.enqueue(JobName.SETTLE, SETTLE, by="maker", **options)


def ok(_claim: jobs.Claim) -> dict[str, Any]:
    return {"sheets": 3}


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
