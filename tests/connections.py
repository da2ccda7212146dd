"""Keeps sessions of the tests' database between tests and requests, as bare as new ones.

A new session costs some ten milliseconds before its first answer, because it reads the catalogue
of every table it meets; the tests open tens of thousands. A session that is given back loses its
settings, temporary tables, locks and prepared statements; only what it read of the catalogue
stays.
"""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg._preparing import PrepareManager
from psycopg.pq import ExecStatus, TransactionStatus

from models.records import base

#: More are never open at once but in tests of races.
KEPT_MAX = 3
AS_NEW = (
    b"CLOSE ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); RESET SESSION AUTHORIZATION;"
    b" RESET ALL; DEALLOCATE ALL; DISCARD TEMP; DISCARD SEQUENCES"
)
DONE = {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}


class Sessions:
    """The sessions of one process with one database that nobody uses at the moment."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.kept: list[psycopg.Connection[Any]] = []
        self.pid = os.getpid()
        self._open = base.db._connect
        self._end = base.db._close

    def _ours(self) -> bool:
        return base.db.database == self.database_url and os.getpid() == self.pid

    def give(self) -> psycopg.Connection[Any]:
        """Return a living session."""
        while self._ours() and self.kept:
            session = self.kept.pop()
            if _did(session, b"SELECT 1"):
                return session
            self._end(session)
        return self._open()

    def take(self, session: psycopg.Connection[Any]) -> None:
        """Keep a session that can be made as new, end any other."""
        if self._ours() and len(self.kept) < KEPT_MAX:
            idle = session.info.transaction_status is TransactionStatus.IDLE
            if session.autocommit and idle and _did(session, AS_NEW):
                session._prepared = PrepareManager()
                self.kept.append(session)
                return
        self._end(session)


def _did(session: psycopg.Connection[Any], statements: bytes) -> bool:
    """Send statements past everything that counts or delays those of the product."""
    with contextlib.suppress(psycopg.Error):
        return session.pgconn.exec_(statements).status in DONE
    return False


@contextlib.contextmanager
def keeping(database_url: str) -> Iterator[None]:
    """Keep the sessions of this database for the length of a block."""
    sessions = Sessions(database_url)
    base.db._connect, base.db._close = sessions.give, sessions.take
    try:
        yield
    finally:
        del base.db._connect, base.db._close
        for session in sessions.kept:
            session.close()
