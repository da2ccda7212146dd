"""Persons by name on every page; a login without a name, or one long gone, stays as it is."""

from flask import g
from flask_babel import gettext as _

from models.services.access import SYSTEM
from models.services.views import people


def person(login: str | None) -> str:
    """Return the name of the person behind a login; the names are read once for a request."""
    if not login:
        return ""
    if login == SYSTEM.name:
        return str(_("系统"))
    if "names_of_people" not in g:
        g.names_of_people = people.names()
    return str(g.names_of_people.get(login, login))
