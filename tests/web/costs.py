"""Counts every statement that reaches the database, whichever way it was asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

#: Of transactions and connections: they ask nothing.
QUIET = ("SAVEPOINT", "RELEASE", "BEGIN", "ROLLBACK", "COMMIT", "SET ")


@contextmanager
def counting() -> Iterator[list[str]]:
    """Collect the statements that run inside."""
    asked: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        if not str(query).lstrip().startswith(QUIET):
            asked.append(str(query))
        return execute(self, query, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", counted)
        yield asked
