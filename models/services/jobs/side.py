"""A connection beside the work's own: signs of life and progress must survive a rollback."""

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from models.records.base import db

Params = Sequence[Any] | Mapping[str, Any] | None

log = logging.getLogger("zhijie.jobs")

#: A statement here never waits long for a lock: it is a sign of life, not the work.
LOCK_TIMEOUT = "2s"


def connect_aside() -> psycopg.Connection[tuple[Any, ...]]:
    """Open an autocommit connection to the same database that no thread's transaction shares."""
    params = dict(db.connect_params)
    if str(db.database).startswith(("postgresql://", "postgres://")):
        params["conninfo"] = db.database
    else:
        params["dbname"] = db.database
    connection: psycopg.Connection[tuple[Any, ...]] = psycopg.connect(**params, autocommit=True)
    connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    return connection


class Aside:
    """The process's one side connection, opened when first used and again after a break."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._database = ""
        self._lock = threading.Lock()

    def run(self, text: str, params: Params = None) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows; a broken connection is replaced once."""
        with self._lock:
            self._follow(str(db.database))
            if self._connection is not None and not self._connection.closed:
                try:
                    return self._rows(self._connection, text, params)
                except psycopg.OperationalError:
                    if not self._connection.closed and not self._connection.broken:
                        raise
            self._connection = connect_aside()
            return self._rows(self._connection, text, params)

    def _follow(self, database: str) -> None:
        """Leave a database that the process itself has left."""
        if self._connection is not None and self._database != database:
            self._connection.close()
            self._connection = None
        self._database = database

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    @staticmethod
    def _rows(
        connection: psycopg.Connection[tuple[Any, ...]], text: str, params: Params
    ) -> list[tuple[Any, ...]]:
        cursor = connection.execute(text, params)
        return cursor.fetchall() if cursor.description else []


aside = Aside()
