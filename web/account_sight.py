"""Who reads account numbers in full: those who enter, compare or own them."""

from flask import g

from models.rules.words import Role
from models.services import access
from web import formats


def roles() -> frozenset[Role]:
    """Return the roles that see account numbers in full.

    Makers, checkers and approvers compare and pay them, an enterprise owns its own; everybody
    else works with the last four digits.
    """
    return frozenset(role for role in Role if "account_numbers" in access.MAY[role])


def whole() -> bool:
    """Return whether the reader sees account numbers in full."""
    return g.actor.role in roles()


def told(field: str, value: str | None) -> str:
    """Return a cell of an account as the reader may see it."""
    if value is None:
        return formats.UNKNOWN
    return formats.masked(value) if field == "account_no" and not whole() else value
