"""Which rows the reader sees: areas below his own, or his own hospital or enterprise."""

from typing import Any

from flask import g

from models.records.access import User
from models.services.views.rows import Rows, of

__all__ = ["Rows", "colleagues", "current", "of"]


def current() -> Rows:
    """Return the rows of the person who is signed in, looked up once per request."""
    if "rows" not in g:
        g.rows = of(g.actor)
    return g.rows


def colleagues() -> Any:
    """Return the names of the users in the reader's areas, or None when nobody is hidden."""
    areas = current().areas
    return (
        None if areas is None else User.select(User.name).where(User.area_code.in_(sorted(areas)))
    )
