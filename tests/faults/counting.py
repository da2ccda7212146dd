"""Counting what was done, and the blows the tests deal."""

from collections.abc import Callable

import psycopg

from models.records.base import sql
from models.rules.words import JobState
from models.services import jobs
from workers.broker import Courier

PROBE = "tests.workers.probe_worker"
#: A dead worker's job is done by another within this, with the product's own leases.
MINUTE = 60

Attempts = Callable[[int], list[int]]


def state(job_id: int) -> JobState:
    return jobs.get(job_id).state


def all_done(ids: list[int]) -> bool:
    left = sql("SELECT count(*) FROM job WHERE id = ANY(%s) AND state <> 'done'", (ids,))
    return left.fetchone()[0] == 0


def assert_each_once(ids: list[int], attempts: Attempts) -> None:
    assert [job_id for job_id in ids if len(attempts(job_id)) != 1] == []


def send_duplicate(redis_url: str, job_id: int) -> None:
    """Put a job's number into Redis once more, as a broken network may."""
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
