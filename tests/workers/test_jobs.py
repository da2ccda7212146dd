"""The queue with real processes: quick, orderly, light, and honest when it is stopped."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from models.rules.words import JobState
from models.services import jobs
from tests.processes import Background, running_workers, wait_until
from tests.workers.conftest import ask

pytestmark = pytest.mark.usefixtures("probe_work")

PROBE = "tests.workers.probe_worker"

#: An idle worker; the products' libraries for bulk work are not loaded yet.
IDLE_WORKER_BYTES_MAX = 90 << 20


@pytest.fixture
def background(settings: Any, redis_url: str, tmp_path: Path) -> Iterator[Background]:
    with running_workers(
        settings.database_url, redis_url, worker_module=PROBE, log_path=tmp_path / "log"
    ) as processes:
        yield processes


def state(job_id: int) -> JobState:
    return jobs.get(job_id).state


def test_a_job_begins_within_a_tenth_of_a_second_and_the_command_hears_of_its_end(
    background: Background,
) -> None:
    begins, hears = [], []
    for _ in range(15):
        asked = time.monotonic()
        job = jobs.wait(ask("quick"))
        hears.append(time.monotonic() - asked)
        begins.append((job.started_at - job.requested_at).total_seconds())
        assert job.state is JobState.DONE
    assert sorted(begins)[7] < 0.1
    assert sorted(hears)[7] < 0.2


def test_a_long_job_of_one_queue_does_not_hold_up_another(background: Background) -> None:
    from datetime import date

    from models.rules.job_names import JobName

    slow = ask("slow:3")
    wait_until(lambda: state(slow) is JobState.RUNNING, what="the slow job running")
    tidy = jobs.enqueue(JobName.TIDY, {"on": date(2026, 7, 1)}, by="tester")
    assert jobs.wait(tidy.id, timeout=2).state is JobState.DONE
    assert state(slow) is JobState.RUNNING


def test_two_workers_share_a_queue(background: Background) -> None:
    background.start("worker")
    started = time.monotonic()
    ids = [ask("slow:1.5") for _ in range(2)]
    ended = [jobs.wait(job_id) for job_id in ids]
    assert len({job.result["pid"] for job in ended}) == 2
    assert time.monotonic() - started < 2.6


def test_a_refusal_reaches_the_command_with_code_and_sentence(background: Background) -> None:
    job = jobs.wait(ask("refuse"))
    assert (job.state, job.error_code) == (JobState.FAILED, "unknown_area")


def test_what_heals_is_tried_again_by_itself(background: Background) -> None:
    job = jobs.wait(ask("away:1"))
    assert (job.state, job.attempt) == (JobState.DONE, 2)


def test_an_idle_worker_is_small_and_loads_no_bulk_library(background: Background) -> None:
    job = jobs.wait(ask("modules"))
    assert job.result["polars"] is False
    worker = psutil.Process(background.of("worker")[0].pid)
    assert worker.memory_info().rss < IDLE_WORKER_BYTES_MAX


def test_a_stopping_worker_finishes_the_work_in_hand(
    background: Background, probe_work: Callable[[int], list[int]]
) -> None:
    job_id = ask("slow:2")
    wait_until(lambda: state(job_id) is JobState.RUNNING, what="the job running")
    (worker,) = background.of("worker")
    worker.terminate()
    assert worker.wait(15) == 0
    assert state(job_id) is JobState.DONE
    assert probe_work(job_id) == [1]


def test_a_stopping_worker_gives_back_what_does_not_end_in_time(
    background: Background, probe_work: Callable[[int], list[int]]
) -> None:
    talks, deaf = ask("slow:30"), ask("deaf:30")
    wait_until(lambda: state(talks) is JobState.RUNNING, what="the first job running")
    background.start("worker")
    wait_until(lambda: state(deaf) is JobState.RUNNING, what="the second job running")
    for worker in background.of("worker"):
        worker.terminate()
    for worker in background.of("worker"):
        assert worker.wait(20) == 0
    assert [state(job_id) in (JobState.WAITING, JobState.SENT) for job_id in (talks, deaf)] == [
        True,
        True,
    ]
    assert probe_work(talks) == probe_work(deaf) == []


def test_a_cancelled_job_ends_soon_and_leaves_nothing(
    background: Background, probe_work: Callable[[int], list[int]]
) -> None:
    job_id = ask("slow:30")
    wait_until(lambda: state(job_id) is JobState.RUNNING, what="the job running")
    jobs.cancel(job_id, by="tester")
    assert jobs.wait(job_id, timeout=3).state is JobState.CANCELLED
    assert probe_work(job_id) == []
