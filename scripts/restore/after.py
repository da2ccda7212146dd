"""What every restore ends with: the schema of today, sessions ended, books proved, files asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models import clock, settings
from models.records.base import db, reach, sql
from models.rules.entrance import SessionEnd
from models.services import audit, books, releases
from scripts import migrate
from workers import banking

SYSTEM = "system"

#: Sessions and links that were ended since would be open again.
_END_SESSIONS = (
    "UPDATE user_session SET ended_at = %(now)s, ended_as = %(as)s WHERE ended_at IS NULL"
)
_END_LINKS = (
    "UPDATE password_link SET ended_at = %(now)s WHERE ended_at IS NULL AND used_at IS NULL"
)


def finish(database_url: str, journals: Sequence[Path], source: str) -> dict[str, Any]:
    """Make a restored database ready to work with, and say what a person must know of it.

    The books are proved before lost files are taken in: what a backup holds is whole in itself.
    Raises JournalBroken.
    """
    mine = settings.load({"DATABASE_URL": database_url})
    reach(mine)
    try:
        migrated = migrate.prepare()
        broken = books.check_books(banking.order_file)["broken"]
        with db.atomic():
            now = {"now": clock.now(), "as": SessionEnd.KEEPER.value}
            ended = sql(_END_SESSIONS, now).rowcount
            sql(_END_LINKS, now)
            audit.wrote("database.restored", actor=SYSTEM, subject="database", source=source)
        found = releases.compare(journals, by=SYSTEM)
    finally:
        db.close()
    own = [one for one in broken if not one.startswith(books.RELEASED)]
    return {"migrated": migrated, "broken": own, "sessions_ended": ended, **found}
