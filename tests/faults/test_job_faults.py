"""Whichever process dies, each job's work is committed exactly once, and soon."""

import time
from typing import Any

import pytest

from models.records.base import sql
from models.rules.errors.jobs import NoWorker
from models.rules.words import JobState
from models.services import jobs
from tests.faults.counting import (
    MINUTE,
    PROBE,
    Attempts,
    all_done,
    assert_each_once,
    send_duplicate,
    state,
)
from tests.processes import Background, running_workers, wait_until
from tests.workers.conftest import ask


def test_a_worker_killed_in_the_middle_of_the_work(
    background: Background,
    probe_work: Attempts,
) -> None:
    job_id = ask("die:1")
    wait_until(lambda: not background.of("worker"), what="the worker's death")
    background.keep_workers(1)
    job = jobs.wait(job_id, timeout=20)
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    assert probe_work(job_id) == [2]


def test_a_worker_killed_between_commit_and_acknowledgement(
    background: Background,
    probe_work: Attempts,
) -> None:
    job_id = ask("die_before_ack")
    wait_until(lambda: not background.of("worker"), what="the worker's death")
    assert state(job_id) is JobState.DONE
    background.keep_workers(1)
    send_duplicate(background.redis_url, job_id)
    assert jobs.wait(ask("quick"), timeout=20).state is JobState.DONE
    assert probe_work(job_id) == [1]


def test_a_worker_killed_by_hand_is_replaced_within_a_minute_with_the_products_leases(
    probe_work: Attempts,
    settings: Any,
    redis_url: str,
) -> None:
    with running_workers(
        settings.database_url,
        redis_url,
        workers=2,
        worker_module=PROBE,
        worker_args=("--real-leases",),
    ) as background:
        job_id = ask("slow:2")
        wait_until(lambda: state(job_id) is JobState.RUNNING, what="the job running")
        killed_at = time.monotonic()
        for worker in background.of("worker"):
            background.kill(worker)
        background.keep_workers(1)
        job = jobs.wait(job_id, timeout=MINUTE)
        assert job.state is JobState.DONE
        assert time.monotonic() - killed_at < MINUTE
        assert probe_work(job_id) == [2]


def test_a_job_that_kills_its_process_is_dead_with_its_reason_and_blocks_nobody(
    background: Background,
    probe_work: Attempts,
) -> None:
    poison = ask("die:99")
    sql("UPDATE job SET attempts_max = 3 WHERE id = %s", (poison,))
    others = [ask("quick") for _ in range(20)]

    def poison_is_dead() -> bool:
        background.keep_workers(1)
        return state(poison) is JobState.FAILED

    wait_until(poison_is_dead, seconds=60, what="the end of the poisonous job")
    job = jobs.get(poison)
    assert (job.error_code, job.attempt) == ("job_worker_died", 3)
    wait_until(lambda: all_done(others), what="the end of the others")
    assert probe_work(poison) == []
    assert_each_once(others, probe_work)


def test_a_command_after_the_workers_death_is_refused_within_ten_seconds(
    background: Background,
    probe_work: Attempts,
) -> None:
    background.kill(background.of("worker")[0])
    asked = time.monotonic()
    job_id = ask("quick")
    with pytest.raises(NoWorker):
        jobs.wait(job_id)
    assert time.monotonic() - asked < 9.5
    background.keep_workers(1)
    assert jobs.wait(ask("quick"), timeout=10).state is JobState.DONE
    assert state(job_id) is JobState.CANCELLED
    assert probe_work(job_id) == []


def test_duplicates_sent_on_purpose_are_done_once(
    background: Background,
    probe_work: Attempts,
) -> None:
    background.start("worker", "relay")
    ids = [ask("slow:0.05") for _ in range(30)]
    for job_id in ids * 4:
        send_duplicate(background.redis_url, job_id)
    wait_until(lambda: all_done(ids), seconds=60, what="the end of all jobs")
    assert_each_once(ids, probe_work)
    assert sql("SELECT max(attempt) FROM job").fetchone()[0] == 1


def test_workers_and_relays_killed_at_random_lose_and_double_nothing(
    background: Background,
    probe_work: Attempts,
) -> None:
    background.start("worker", "relay")
    ids = []
    for _ in range(5):
        ids += [ask("slow:0.05") for _ in range(20)]
        time.sleep(0.5)
        background.kill(background.of("worker")[0])
        background.kill(background.of("relay")[0])
        background.start("worker", "relay")
    wait_until(lambda: all_done(ids), seconds=60, what="the end of all jobs")
    assert_each_once(ids, probe_work)
