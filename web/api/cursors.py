"""The place where the next page begins, as text that a caller hands back unread."""

import base64
import binascii
import json
from datetime import date
from enum import Enum
from typing import Any

from models.rules.errors.api import BadCursor
from models.services.api.reading import Key

ID_MAX = 2**62
#: Day, hospital, enterprise and number of a line.
PLACE_PARTS = 4


class Form(Enum):
    """What the cursors of a list hold."""

    NUMBER = "number"
    CODE = "code"
    PLACE = "place"


def written(kind: str, key: Key) -> str:
    """Return the cursor after a row of a list."""
    text = json.dumps([kind, key], ensure_ascii=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(kind: str, cursor: str, form: Form) -> Key | None:
    """Return the key behind a cursor of this list, None for the first page; raises BadCursor."""
    if not cursor:
        return None
    try:
        told = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        of, key = json.loads(told)
        if of == kind:
            return _checked(key, form)
    except (ValueError, binascii.Error, RecursionError, TypeError):
        raise BadCursor from None
    raise BadCursor


def _checked(key: Any, form: Form) -> Key:
    """Return a key of the form asked for; raises ValueError."""
    if form is Form.NUMBER and type(key) is int and 0 <= key <= ID_MAX:
        return key
    if form is Form.CODE:
        return _code(key)
    if form is Form.PLACE and isinstance(key, list) and len(key) == PLACE_PARTS:
        return (date.fromisoformat(key[0]).isoformat(), *(_code(part) for part in key[1:]))
    raise ValueError


def _code(part: Any) -> str:
    if not isinstance(part, str) or not part.isprintable():
        raise ValueError
    return part
