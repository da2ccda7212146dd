"""The first of three doors: a request comes in as its address states, or not at all."""

import logging
from typing import Any, NoReturn

from flask import Flask, abort, current_app, g, request

from web.permissions import may_read
from web.routes import (
    AREA,
    ENTERPRISE,
    FORMS_OF_LISTS,
    HOSPITAL,
    INSIDE,
    KEY,
    NOBODY,
    OF_LISTS,
    STATED,
    Need,
    Route,
)

log = logging.getLogger("zhijie.web")


class Unstated(LookupError):
    """An address states no right: give it a line in web/routes/."""


def stated(app: Flask, endpoint: str) -> Route | None:
    """Return what an address states, or None; a list of master data takes its view's page."""
    if endpoint in STATED:
        return STATED[endpoint]
    name, _dot, what = endpoint.rpartition(".")
    views = app.extensions["zhijie_admin"]._views
    view: Any = next((v for v in views if v.endpoint == name), None)
    if what not in OF_LISTS or not hasattr(view, "bound"):
        return None
    line = OF_LISTS[what]
    # A property asks who reads; a plain False shuts the form to everybody.
    if getattr(type(view), FORMS_OF_LISTS.get(what, ""), True) is False:
        return Route(endpoint, view.page, Need(NOBODY), Need(NOBODY), rows_of(view))
    return Route(endpoint, view.page, line.reading, line.writing, rows_of(view))


def opens(endpoint: str, role: str) -> bool:
    """Return whether a role may look at an address: no link leads where the answer is no."""
    route = stated(current_app, endpoint)
    return route is not None and role in route.roles("GET")


def rows_of(view: Any) -> str:
    """Return the signs of what binds the rows of a list of master data."""
    bound = view.bound
    found = AREA if bound.area or bound.area_of_hospital else ""
    found += HOSPITAL if bound.hospital else ""
    return found + (ENTERPRISE if bound.enterprise else "") or INSIDE


def admit() -> Any:
    """Let the request in, refuse it with 403, or hide an address that states nothing."""
    if request.endpoint is None:
        return
    route = stated(current_app, request.endpoint)
    if route is None:
        log.error("route.unstated endpoint=%s", request.endpoint)
        if current_app.testing:
            raise Unstated(request.endpoint)
        abort(404)
    need = route.need(request.method)
    if need.sign == KEY:
        return
    role = g.actor.role if "actor" in g else ""
    # A number out of sight does not exist, whatever was to be done with it; a whole page one may
    # not open is said to be so.
    if route.page and not route.has_rows(role) and may_read(role, route.page):
        _refuse(404 if request.view_args else 403)
    if not need.admits(role, route.page):
        _refuse(403)


def _refuse(status: int) -> NoReturn:
    """Refuse, and leave a line for whoever looks for people who try doors."""
    log.warning(
        "access.refused user=%s method=%s path=%s address=%s",
        g.actor.name if "actor" in g else None,
        request.method,
        request.path,
        request.remote_addr,
    )
    abort(status)


def install(app: Flask) -> None:
    """Ask for every request, after it is known who comes."""
    app.before_request(admit)
