"""The database session of a thread of the pages: kept between requests while it is sound.

A new session costs ten milliseconds, more than most statements of a page. gunicorn's threads live
as long as their process, so each keeps one session; together they are threads × processes. A
session is renewed when the server ended it (restart, failover, idle time, somebody killed it), when
it is old, and in a forked process; what a request left open in it ends with the request.
"""

import os
import select
import threading
import time

import psycopg
from psycopg.pq import TransactionStatus

from models.records.base import db

#: A session older than this is renewed: what its server process took of memory is given back.
KEPT_SECONDS = 300
#: Of kept sessions. A plan made once for all would suit the first questions and not the next ones;
#: a server that vanished without a word is noticed within a minute.
_OPTIONS = {
    "prepare_threshold": None,
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class _Kept:
    """A thread's session; it ends with its thread, if it has not ended before."""

    def __init__(self, session: psycopg.Connection) -> None:
        self.session = session
        self.since = time.monotonic()
        self.process = os.getpid()

    @property
    def is_ours(self) -> bool:
        """Return whether this process opened it; what a fork took over is the parent's."""
        return self.process == os.getpid()

    def let_go(self) -> None:
        """Leave it to whoever closed it and opened another."""
        self.process = 0

    def __del__(self) -> None:
        """Close it: to end a session that a fork took over would end the parent's."""
        if self.is_ours:
            self.session.close()


class _Mine(threading.local):
    """What a thread keeps."""

    kept: _Kept | None = None
    #: Sessions of a parent: they stay as they are while this thread lives.
    inherited: _Kept | None = None


_mine = _Mine()


def keep_sessions() -> None:
    """Say how sessions are opened from now on; `db` knows its server already."""
    db.connect_params.update(_OPTIONS)


def take() -> None:
    """Have a sound session at hand; raises OperationalError when no server answers."""
    if not db.is_closed() and not _may_stay(db.connection()):
        drop()
    if db.is_closed():
        db.connect()
    if _mine.kept is None or _mine.kept.session is not db.connection():
        if _mine.kept is not None:
            _mine.kept.let_go()
        _mine.kept = _Kept(db.connection())


def give_back() -> None:
    """Keep the session for the thread's next request; one that is not at rest ends here."""
    if not db.is_closed() and not _is_at_rest(db.connection()):
        drop()


def drop() -> None:
    """End the session, whatever state it is in; the server undoes what was not committed."""
    kept, session = _mine.kept, db.connection()
    db.dispose()
    _mine.kept = None
    if kept is not None and kept.session is session and not kept.is_ours:
        _mine.inherited = kept
    else:
        session.close()


def _may_stay(session: psycopg.Connection) -> bool:
    kept = _mine.kept
    if kept is None or kept.session is not session:
        return _is_at_rest(session)
    is_young = time.monotonic() - kept.since <= KEPT_SECONDS
    return kept.is_ours and is_young and _is_at_rest(session) and _answers(session)


def _is_at_rest(session: psycopg.Connection) -> bool:
    return not session.closed and session.info.transaction_status == TransactionStatus.IDLE


def _answers(session: psycopg.Connection) -> bool:
    """Return whether the server still holds the session.

    It says nothing of itself to a session at rest: a word from it is a notice, or its farewell, and
    is told apart by asking.
    """
    waiting = select.poll()
    waiting.register(session.fileno(), select.POLLIN)
    if not waiting.poll(0):
        return True
    try:
        session.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
