"""Users: who they are, how they prove it, and what lets them in."""

from models.rules.entrance import SEATS
from models.services.users.entering import (
    Before,
    attempts_of,
    check_code,
    check_password,
    enter,
    last_time,
    require_open,
    unlock,
)
from models.services.users.passwords import is_old, policy, set_password
from models.services.users.people import Wish, change, create, require_grant
from models.services.users.sessions import Span, Visitor

__all__ = [
    "SEATS",
    "Before",
    "Span",
    "Visitor",
    "Wish",
    "attempts_of",
    "change",
    "check_code",
    "check_password",
    "create",
    "enter",
    "is_old",
    "last_time",
    "policy",
    "require_grant",
    "require_open",
    "set_password",
    "unlock",
]
