"""Commands wait for their jobs, but not for workers that are not there."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from models.records.base import db as handle
from models.records.jobs import Job
from models.rules.errors.jobs import NoWorker
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import jobs
from models.services.jobs import heartbeats, waiting

pytestmark = pytest.mark.usefixtures("db")

SETTLE = {"period": "2026-06", "area": "330100", "on": date(2026, 7, 1)}


def ask(**options: Any) -> Job:
    return jobs.enqueue(JobName.SETTLE, SETTLE, by="maker", **options)


def ok(_claim: jobs.Claim) -> dict[str, Any]:
    return {"sheets": 3}


def test_without_workers_a_command_gives_up_within_ten_seconds_and_withdraws_its_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert waiting.NO_WORKER_SECONDS <= 6.5
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
