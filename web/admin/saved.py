"""Saved views beside a list's standard ones: which are offered here, and how many rows each has."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException

from models.services import saved_views
from models.services.views.listing import Counted, numbers
from web import guard
from web.admin import asked

#: What only turns pages or sorts is no condition.
TURNS = frozenset({"page", "after", "before", "part", "sort", "now", "print", "lang", "chosen"})
KEPT_SECONDS = 30
KEPT_MAX = 1_000


@dataclass(frozen=True)
class Offered:
    """A saved view as the list shows it."""

    id: int
    name: str
    url: str
    #: None where the list does not count.
    count: int | None
    current: bool
    is_own: bool
    maker: str


def canonical(query: str) -> str:
    """Return conditions sorted by name, without empty ones and without what only turns pages."""
    told = {n: v.strip() for n, v in parse_qsl(query) if n not in TURNS and v.strip()}
    return urlencode(sorted(told.items()))


def list_of(path: str, role: str) -> Any:
    """Return the page whose list has this path, or None: not a list, or not this reader's."""
    try:
        endpoint, args = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    name, _dot, what = endpoint.rpartition(".")
    route = guard.stated(current_app, endpoint)
    if what not in {"index", "index_view"} or args or route is None:
        return None
    if not (route.reading.admits(role, route.page) and route.has_rows(role)):
        return None
    views = current_app.extensions["zhijie_admin"]._views
    return next((view for view in views if view.endpoint == name), None)


def here() -> list[Offered] | None:
    """Return the saved views of the list that is shown, once a page; None where none belong."""
    if "saved_shown" in g or "actor" not in g or request.method != "GET" or "part" in request.args:
        return None
    what = (request.endpoint or "").rpartition(".")[2]
    if what not in {"index", "index_view"} or request.path == "/":
        return None
    g.saved_shown = True
    found = saved_views.offered(g.actor, request.path)
    counts = _counts(request.path, [one.query for one in found])
    at = canonical(request.query_string.decode())
    return [
        Offered(
            one.id, one.name, f"{request.path}?{one.query}", count, one.query == at,
            one.is_own, one.maker,
        )
        for one, count in zip(found, counts, strict=True)
    ]  # fmt: skip


def new_url() -> str:
    """Return where the conditions of the present address are given a name; empty: none are."""
    query = canonical(request.query_string.decode())
    told = urlencode({"screen": request.path, "query": query})
    return f"/saved-views/new?{told}" if query and "saved_shown" in g else ""


_kept: dict[tuple[Any, ...], tuple[float, list[int | None]]] = {}


def _counts(path: str, queries: list[str]) -> list[int | None]:
    """Return how many rows each view has for this reader, at most half a minute old."""
    actor = g.actor
    key = (actor.name, actor.role, actor.area_code, actor.party_code, path, tuple(queries))
    found = _kept.get(key)
    if found is None or time.monotonic() - found[0] > KEPT_SECONDS:
        view = list_of(path, actor.role)
        count = getattr(view, "count_rows", None)
        wanted = [_of(count, query) if callable(count) else None for query in queries]
        if len(_kept) > KEPT_MAX:
            _kept.clear()
        found = (time.monotonic(), numbers(wanted))
        _kept[key] = found
    return found[1]


def _of(count: Any, query: str) -> Counted | None:
    """Return what a view counts; conditions that are not the reader's count nothing."""
    try:
        with asked.reading(query):
            told: Counted | None = count()
            return told
    except HTTPException:
        return None


def forget() -> None:
    """Count anew: a view was saved, or rows were worked on."""
    _kept.clear()
