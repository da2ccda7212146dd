"""The place where the next page begins, as text that a caller hands back unread."""

import base64
import binascii
import json

from models.rules.errors.api import BadCursor
from models.services.api.reading import Key

ID_MAX = 2**62


def written(kind: str, key: Key) -> str:
    """Return the cursor after a row of a list."""
    text = json.dumps([kind, key], ensure_ascii=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(kind: str, cursor: str) -> Key | None:
    """Return the key behind a cursor, None for the first page; raises BadCursor."""
    if not cursor:
        return None
    try:
        told = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        of, key = json.loads(told)
    except (ValueError, binascii.Error, RecursionError, TypeError):
        raise BadCursor from None
    if of != kind or type(key) not in {str, int} or not _is_sane(key):
        raise BadCursor
    return key


def _is_sane(key: Key) -> bool:
    return 0 <= key <= ID_MAX if isinstance(key, int) else key.isprintable()


def fits(key: Key | None, *, numbered: bool) -> Key | None:
    """Return the key where its type is the list's; raises BadCursor."""
    if key is not None and isinstance(key, int) != numbered:
        raise BadCursor
    return key
