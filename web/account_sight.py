"""Who reads account numbers in full: those who enter, compare or own them."""

from flask import g

from models.services import access
from web import formats


def whole() -> bool:
    """Return whether the reader sees account numbers in full.

    Makers, checkers and approvers compare and pay them, an enterprise owns its own; everybody
    else works with the last four digits.
    """
    return "account_numbers" in access.MAY[g.actor.role]


def told(field: str, value: str | None) -> str:
    """Return a cell of an account as the reader may see it."""
    if value is None:
        return formats.UNKNOWN
    return formats.masked(value) if field == "account_no" and not whole() else value
