"""A connection that dies just before a chosen statement, as when a worker is killed there."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from models.records.base import db


@dataclass
class Death:
    """When the connection dies, and whether it came to that."""

    at: int
    seen: int = 0
    came: bool = False

    def step(self, connection: psycopg.Connection[Any]) -> None:
        """Count a step of the work's own connection, and end its backend when its time has come."""
        if db.is_closed() or connection is not db.connection():
            return
        self.seen += 1
        if self.seen == self.at:
            self.came = True
            end_backend(connection)


def end_backend(connection: psycopg.Connection[Any]) -> None:
    """Let PostgreSQL end the connection, and return when it is gone with its locks."""
    pid = connection.info.backend_pid
    with psycopg.connect(connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


@contextlib.contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, death: Death) -> Iterator[None]:
    """Let the work's connection die before its n-th statement, COPY or COMMIT."""
    execute, copy = psycopg.Cursor.execute, psycopg.Cursor.copy
    stream = psycopg.ServerCursor.execute

    def before(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, *args: Any, **options: Any) -> Any:
            if threading.current_thread() is threading.main_thread():
                death.step(self.connection)
            return function(self, *args, **options)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", before(execute))
        patch.setattr(psycopg.Cursor, "copy", before(copy))
        patch.setattr(psycopg.ServerCursor, "execute", before(stream))
        yield


@contextlib.contextmanager
def answer_lost(monkeypatch: pytest.MonkeyPatch, job_id: int) -> Iterator[None]:
    """Let the connection die right after the commit that ended the job, before anybody knows."""
    execute, came = psycopg.Cursor.execute, []

    def call(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        answer = execute(self, query, *args, **options)
        ours = not db.is_closed() and self.connection is db.connection()
        if query == "COMMIT" and ours and not came and _is_done(self.connection, job_id):
            came.append(job_id)
            end_backend(self.connection)
            raise psycopg.OperationalError("the answer to the commit is lost")
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", call)
        yield
    assert came, "the work ended without a commit"


def _is_done(connection: psycopg.Connection[Any], job_id: int) -> bool:
    with psycopg.connect(connection.info.dsn, autocommit=True) as other:
        state = other.execute("SELECT state FROM job WHERE id = %s", (job_id,)).fetchone()
    return state == ("done",)
