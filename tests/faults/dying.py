"""A connection that dies just before a chosen statement, as when a worker is killed there.

Statements that leave nothing, however the transaction ends (reads, settings, temporary tables),
are one place to die when they follow one another: between them nothing changes that anybody could
find. EVERY_STATEMENT=1 dies before each of them.
"""

import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from models.records.base import db

EVERY_STATEMENT = bool(os.environ.get("EVERY_STATEMENT"))
#: What leaves nothing in the database but what the transaction keeps for itself.
_PASSING = re.compile(
    r"\s*(SELECT|WITH|SAVEPOINT|RELEASE|SET LOCAL|CREATE TEMP|DROP TABLE IF EXISTS pg_temp"
    r"|CREATE STATISTICS pg_temp|COPY pg_temp|ANALYZE pg_temp)\b",
    re.IGNORECASE,
)
#: What writes, locks, tells or counts all the same.
_LASTING = re.compile(
    r"\b(INSERT|UPDATE|DELETE|MERGE|FOR (UPDATE|SHARE|NO KEY|KEY)|pg_advisory\w*|pg_notify"
    r"|nextval|setval)\b",
    re.IGNORECASE,
)
_MADE = re.compile(r"\s*CREATE TEMP TABLE (\w+)", re.IGNORECASE)
_CHANGED = re.compile(
    r"\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|ANALYZE)\s+(\w+)", re.IGNORECASE
)


@dataclass
class Death:
    """When the connection dies, and whether it came to that."""

    at: int
    seen: int = 0
    came: bool = False
    _passing: bool = False
    _own_tables: set[str] = field(default_factory=set)

    def step(self, connection: psycopg.Connection[Any], statement: str) -> None:
        """Count a step of the work's own connection, and end its backend when its time has come."""
        if db.is_closed() or connection is not db.connection():
            return
        before, self._passing = self._passing, self._passes(statement)
        if before and self._passing and not EVERY_STATEMENT:
            return
        self.seen += 1
        if self.seen == self.at:
            self.came = True
            end_backend(connection)

    def _passes(self, statement: str) -> bool:
        if made := _MADE.match(statement):
            self._own_tables.add(made[1])
        if changed := _CHANGED.match(statement):
            return changed[1] in self._own_tables
        return bool(_PASSING.match(statement)) and not _LASTING.search(statement)


def end_backend(connection: psycopg.Connection[Any]) -> None:
    """Let PostgreSQL end the connection, and return when it is gone with its locks."""
    pid = connection.info.backend_pid
    with psycopg.connect(connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def as_text(statement: Any) -> str:
    """Return a statement as it is sent; one put together of parts is taken for a write."""
    return statement.decode() if isinstance(statement, bytes) else str(statement)


@contextlib.contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, death: Death) -> Iterator[None]:
    """Let the work's connection die before its n-th statement, COPY or COMMIT."""
    execute, copy = psycopg.Cursor.execute, psycopg.Cursor.copy
    stream = psycopg.ServerCursor.execute

    def before(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, statement: Any, *args: Any, **options: Any) -> Any:
            if threading.current_thread() is threading.main_thread():
                death.step(self.connection, as_text(statement))
            return function(self, statement, *args, **options)

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
