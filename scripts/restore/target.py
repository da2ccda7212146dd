"""The database that a backup goes into: empty, in nobody's use, or set aside whole."""

import psycopg
from psycopg import sql as words

from models import clock
from models.rules.errors.recovery import DatabaseInUse, DatabaseNotEmpty

_TABLES = (
    "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def make_room(database_url: str, *, replace: bool) -> str | None:
    """See that the schema public is empty; return the name under which the old one was kept.

    Nothing is deleted: what was there is renamed as a whole, and a person drops it later. Raises
    DatabaseInUse, DatabaseNotEmpty.
    """
    aside = f"before_restore_{clock.now():%Y%m%dt%H%M%S}"
    with psycopg.connect(database_url) as ask:
        others = _count(ask, _OTHERS)
        if others:
            raise DatabaseInUse(count=others)
        if not _count(ask, _TABLES):
            return None
        if not replace:
            raise DatabaseNotEmpty(kept=aside)
        ask.execute(words.SQL("ALTER SCHEMA public RENAME TO {}").format(words.Identifier(aside)))
        ask.execute("CREATE SCHEMA public")
    return aside


def _count(ask: psycopg.Connection[tuple[int, ...]], query: str) -> int:
    row = ask.execute(query).fetchone()
    return row[0] if row else 0
