"""The work of every job of the benchmark: one committed row, then a pause."""

import os
import threading
import time
from typing import Any

import psycopg

from models import clock

TABLE = """
CREATE TABLE bench_done (n bigint NOT NULL, asked_at timestamptz, begun_at timestamptz NOT NULL)
"""
PUT = (
    "INSERT INTO bench_done (n, asked_at, begun_at)"
    " VALUES (%s, to_timestamp(%s), clock_timestamp())"
)
_here = threading.local()


def database_url() -> str:
    """Return where the rows go, and where the queues live that need PostgreSQL."""
    return os.environ["BENCH_DATABASE_URL"]


def redis_url() -> str:
    """Return where the queues live that need Redis."""
    return os.environ["BENCH_REDIS_URL"]


def redis() -> Any:  # noqa: ANN401 - the client of a library without types
    """Return a client of that Redis."""
    import redis as library  # noqa: PLC0415 - only the queues that need it load it

    return library.Redis.from_url(redis_url())


def now() -> float:
    """Return this moment as jobs carry it."""
    return clock.now().timestamp()


def work(n: int, asked_at: float, pause: float) -> None:
    """Commit the row of a job; pause before it, and before the queue hears that it is done."""
    if not hasattr(_here, "connection"):
        _here.connection = psycopg.connect(database_url(), autocommit=True)
    time.sleep(pause)
    _here.connection.execute(PUT, (n, asked_at))
    time.sleep(pause)
