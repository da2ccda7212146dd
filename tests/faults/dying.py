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
    """Let the work's connection die before its n-th statement, COPY or commit."""
    execute, copy = psycopg.Cursor.execute, psycopg.Cursor.copy
    stream, commit = psycopg.ServerCursor.execute, psycopg.Connection.commit

    def before(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, *args: Any, **options: Any) -> Any:
            connection = self if isinstance(self, psycopg.Connection) else self.connection
            if threading.current_thread() is threading.main_thread():
                death.step(connection)
            return function(self, *args, **options)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", before(execute))
        patch.setattr(psycopg.Cursor, "copy", before(copy))
        patch.setattr(psycopg.ServerCursor, "execute", before(stream))
        patch.setattr(psycopg.Connection, "commit", before(commit))
        yield
