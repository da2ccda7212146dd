"""Whatever dies, each job's work is committed exactly once, and soon."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from models.records.base import db as handle
from models.records.base import sql
from models.rules.errors.jobs import NoWorker
from models.rules.words import JobState
from models.services import jobs
from scripts.embedded.home import prepare
from scripts.embedded.redis import Redis
from tests.processes import Background, running_workers, wait_until
from tests.workers.conftest import ask, probe_work  # noqa: F401 - a fixture

PROBE = "tests.workers.probe_worker"
#: A dead worker's job is done by another within this, with the product's own leases.
MINUTE = 60

Attempts = Callable[[int], list[int]]


@pytest.fixture
def background(
    probe_work: Attempts,  # noqa: F811
    settings: Any,
    redis_url: str,
    tmp_path: Path,
) -> Iterator[Background]:
    with running_workers(
        settings.database_url, redis_url, worker_module=PROBE, log_path=tmp_path / "log"
    ) as processes:
        yield processes


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis of one test, to be killed."""
    import tempfile

    home = prepare(Path(tempfile.mkdtemp(prefix="zhijie-fault-")))
    server = Redis(home)
    server.start()
    yield server
    server.stop()
    home.remove()


def state(job_id: int) -> JobState:
    return jobs.get(job_id).state


def all_done(ids: list[int]) -> bool:
    left = sql("SELECT count(*) FROM job WHERE id = ANY(%s) AND state <> 'done'", (ids,))
    return left.fetchone()[0] == 0


def assert_each_once(ids: list[int], attempts: Attempts) -> None:
    assert [job_id for job_id in ids if len(attempts(job_id)) != 1] == []


def test_a_worker_killed_in_the_middle_of_the_work(
    background: Background,
    probe_work: Attempts,  # noqa: F811
) -> None:
    job_id = ask("die:1")
    wait_until(lambda: not background.of("worker"), what="the worker's death")
    background.keep_workers(1)
    job = jobs.wait(job_id, timeout=20)
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    assert probe_work(job_id) == [2]


def test_a_worker_killed_between_commit_and_acknowledgement(
    background: Background,
    probe_work: Attempts,  # noqa: F811
) -> None:
    job_id = ask("die_before_ack")
    wait_until(lambda: not background.of("worker"), what="the worker's death")
    assert state(job_id) is JobState.DONE
    background.keep_workers(1)
    send_duplicate(background.redis_url, job_id)
    assert jobs.wait(ask("quick"), timeout=20).state is JobState.DONE
    assert probe_work(job_id) == [1]


def test_a_worker_killed_by_hand_is_replaced_within_a_minute_with_the_products_leases(
    probe_work: Attempts,  # noqa: F811
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
    probe_work: Attempts,  # noqa: F811
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
    probe_work: Attempts,  # noqa: F811
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


def test_redis_emptied_again_and_again_in_the_middle_of_a_run(
    background: Background,
    probe_work: Attempts,  # noqa: F811
) -> None:
    ids = []
    with redis.Redis.from_url(background.redis_url) as client:
        for _ in range(4):
            ids += [ask("slow:0.1") for _ in range(10)]
            time.sleep(0.3)
            client.flushdb()
        client.connection_pool.disconnect()
    wait_until(lambda: all_done(ids), seconds=60, what="the end of all jobs")
    assert_each_once(ids, probe_work)


def test_redis_killed_and_lost_with_its_file(
    probe_work: Attempts,  # noqa: F811
    settings: Any,
    own_redis: Redis,
) -> None:
    with running_workers(
        settings.database_url, own_redis.url, workers=2, worker_module=PROBE
    ) as background:
        ids = [ask("slow:0.1") for _ in range(30)]
        time.sleep(0.5)
        assert own_redis.process is not None
        os.kill(own_redis.process.pid, signal.SIGKILL)
        own_redis.process.wait(10)
        for kept in own_redis.home.folder("redis").rglob("*.aof"):
            kept.unlink()
        ids += [ask("quick") for _ in range(10)]
        own_redis.start()
        wait_until(lambda: all_done(ids), seconds=60, what="the end of all jobs")
        assert len(background.of("worker")) == 2
        assert len(background.of("relay")) == 1
        assert_each_once(ids, probe_work)


def test_postgresql_drops_every_connection_in_the_middle_of_a_run(
    background: Background,
    probe_work: Attempts,  # noqa: F811
) -> None:
    ids = [ask("slow:0.2") for _ in range(10)]
    for _ in range(3):
        time.sleep(0.6)
        drop_connections(background.database_url)
    wait_until(lambda: all_done(ids), seconds=60, what="the end of all jobs")
    assert len(background.of("worker")) == len(background.of("relay")) == 1
    assert_each_once(ids, probe_work)


def test_duplicates_sent_on_purpose_are_done_once(
    background: Background,
    probe_work: Attempts,  # noqa: F811
) -> None:
    background.start("worker")
    background.start("relay")
    ids = [ask("slow:0.05") for _ in range(30)]
    for job_id in ids * 4:
        send_duplicate(background.redis_url, job_id)
    wait_until(lambda: all_done(ids), seconds=60, what="the end of all jobs")
    assert_each_once(ids, probe_work)
    assert sql("SELECT max(attempt) FROM job").fetchone()[0] == 1


def test_a_relay_that_dies_between_sending_and_its_commit_sends_again(
    probe_work: Attempts,  # noqa: F811
    settings: Any,
    redis_url: str,
) -> None:
    job_id = ask("quick")
    died = subprocess.run(
        [sys.executable, "-c", _RELAY_THAT_DIES],
        env={**os.environ, "DATABASE_URL": settings.database_url, "REDIS_URL": redis_url},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    assert state(job_id) is JobState.WAITING
    with running_workers(settings.database_url, redis_url, worker_module=PROBE):
        assert jobs.wait(job_id, timeout=20).state is JobState.DONE
        assert probe_work(job_id) == [1]


_RELAY_THAT_DIES = """
import os, signal
from models.records.base import db
from models.services.jobs import outbox
from workers import process
from workers.broker import Courier

mine = process.open_database()
courier = Courier(mine.redis_url)
with db.atomic():
    for parcel in outbox.take_due():
        courier.carry(parcel.name, parcel.queue, parcel.job_id)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_message_lost_after_the_relays_commit_is_sent_again(
    background: Background,
    probe_work: Attempts,  # noqa: F811
) -> None:
    with handle.atomic():
        lost = ask("quick")
        sql("UPDATE job SET state = 'sent', sent_at = clock_timestamp() WHERE id = %s", (lost,))
    assert jobs.wait(lost, timeout=20).state is JobState.DONE
    assert_each_once([lost], probe_work)


def test_workers_and_relays_killed_at_random_lose_and_double_nothing(
    background: Background,
    probe_work: Attempts,  # noqa: F811
) -> None:
    background.start("worker")
    background.start("relay")
    ids = []
    for _ in range(5):
        ids += [ask("slow:0.05") for _ in range(20)]
        time.sleep(0.5)
        background.kill(background.of("worker")[0])
        background.kill(background.of("relay")[0])
        background.start("worker")
        background.start("relay")
    wait_until(lambda: all_done(ids), seconds=60, what="the end of all jobs")
    assert_each_once(ids, probe_work)


def send_duplicate(redis_url: str, job_id: int) -> None:
    """Put a job's number into Redis once more, as a broken network may."""
    from workers.broker import Courier

    courier = Courier(redis_url)
    courier.carry("settle", "settlement", job_id)
    courier.client.connection_pool.disconnect()


def drop_connections(database_url: str) -> None:
    """End every connection of the background processes."""
    with psycopg.connect(database_url, autocommit=True) as ask_server:
        mine = sql("SELECT pg_backend_pid()").fetchone()[0]
        ask_server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
            (mine,),
        )
