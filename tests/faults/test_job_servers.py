"""Whatever happens to Redis, PostgreSQL or a message, each job's work is committed once."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

import redis

from models.records.base import db as handle
from models.records.base import sql
from models.rules.words import JobState
from models.services import jobs
from scripts.embedded.redis import Redis
from tests.faults.counting import (
    PROBE,
    Attempts,
    all_done,
    assert_each_once,
    drop_connections,
    state,
)
from tests.processes import Background, running_workers, wait_until
from tests.workers.conftest import ask


def test_redis_emptied_again_and_again_in_the_middle_of_a_run(
    background: Background,
    probe_work: Attempts,
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
    probe_work: Attempts,
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
    probe_work: Attempts,
) -> None:
    ids = [ask("slow:0.2") for _ in range(10)]
    for _ in range(3):
        time.sleep(0.6)
        drop_connections(background.database_url)
    wait_until(lambda: all_done(ids), seconds=60, what="the end of all jobs")
    assert len(background.of("worker")) == len(background.of("relay")) == 1
    assert_each_once(ids, probe_work)


def test_a_relay_that_dies_between_sending_and_its_commit_sends_again(
    probe_work: Attempts,
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
    probe_work: Attempts,
) -> None:
    with handle.atomic():
        lost = ask("quick")
        sql("UPDATE job SET state = 'sent', sent_at = clock_timestamp() WHERE id = %s", (lost,))
    assert jobs.wait(lost, timeout=20).state is JobState.DONE
    assert_each_once([lost], probe_work)
