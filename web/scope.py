"""Which rows the reader sees: areas below his own, or his own hospital or enterprise."""

from typing import Any

import peewee as pw
from flask import g

from models.records.access import User
from models.records.api import ApiKey
from models.rules.api_keys import ACTOR_PREFIX
from models.services.api import keys
from models.services.views.rows import Rows, of

__all__ = ["Rows", "colleagues", "current", "of", "own_names"]


def current() -> Rows:
    """Return the rows of the person who is signed in, looked up once per request."""
    if "rows" not in g:
        g.rows = of(g.actor)
    return g.rows


def colleagues() -> Any:
    """Return the names of the users in the reader's areas, or None when nobody is hidden."""
    areas = current().areas
    if areas is None:
        return None
    people = User.select(User.name).where(User.area_code.in_(sorted(areas)))
    systems = ApiKey.select(pw.Value(ACTOR_PREFIX).concat(ApiKey.id.cast("text")))
    return people | systems.where(ApiKey.area_code.in_(sorted(areas)))


def own_names() -> list[str]:
    """Return under which names a seat asks for work: the reader's own and its systems' keys."""
    return [g.actor.name, *keys.names(g.actor)]
