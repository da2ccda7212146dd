"""What every address states: who may read, who may write, whose rows; what states nothing is shut.

A line of a table: endpoint, what reading needs, what writing needs ("=": the same), whose rows
(docs/admin.md §2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from models.rules.words import Role
from models.services import access
from web.permissions import Page, right
from web.routes import data, master, oversight, payment, settlement, system

#: Signs of a need.
NOBODY, ANYBODY, SELF, READ, ACT, KEY = "·", "开", "己", "看", "办", "钥"
#: Signs of rows: areas, hospital, enterprise, one's own, of colleagues.
AREA, HOSPITAL, ENTERPRISE, OWN, COLLEAGUES = "地", "医", "企", "己", "同"
#: Shared by all who may open the page; the same without the seats; no rows at all.
SHARED, INSIDE, NONE = "公", "共", "·"

#: Methods that change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Need:
    """What one kind of request of a route takes."""

    sign: str
    #: Any one of these, of access.MAY; empty: the page's sign is enough.
    actions: tuple[str, ...] = ()

    def admits(self, role: str, page: Page | None) -> bool:
        """Return whether the role may come in; the door of keys asks for itself."""
        if self.sign in {ANYBODY, SELF, KEY}:
            return True
        if self.sign == NOBODY or page is None:
            return False
        has = right(role, page)
        if not (has.act if self.sign == ACT else has.read):
            return False
        runs = access.MAY.get(role, frozenset())
        return not self.actions or any(action in runs for action in self.actions)


@dataclass(frozen=True)
class Route:
    """One address as its line states it."""

    endpoint: str
    #: None: no page of the menu, as signing in.
    page: Page | None
    reading: Need
    writing: Need
    #: Signs of rows.
    rows: str

    def need(self, method: str) -> Need:
        """Return what a request by this method takes."""
        return self.reading if method in SAFE else self.writing

    def has_rows(self, role: str) -> bool:
        """Return whether anything here can be the reader's: a seat's only where its sign stands."""
        if self.page is None or set(self.rows) & {SHARED, OWN}:
            return True
        sign = {Role.HOSPITAL: HOSPITAL, Role.ENTERPRISE: ENTERPRISE}.get(role)  # type: ignore[call-overload]
        return sign is None or sign in self.rows

    def roles(self, method: str) -> tuple[Role, ...]:
        """Return the roles that come in by this method."""
        return _admitted(self, self.need(method))


@cache
def _admitted(route: Route, need: Need) -> tuple[Role, ...]:
    """Return the roles a need lets in: every page asks for all that its menu could lead to."""
    return tuple(r for r in Role if need.admits(r, route.page) and route.has_rows(r))


def _need(text: str) -> Need:
    sign, _colon, actions = text.partition(":")
    return Need(sign, tuple(actions.split(",")) if actions else ())


def _lines(table: str) -> Iterator[Route]:
    page: Page | None = None
    for line in filter(None, map(str.strip, table.splitlines())):
        if line.startswith("["):
            page = Page(line[1:-1]) if line != "[]" else None
            continue
        endpoint, reading, writing, rows = line.split()
        writing = reading if writing == "=" else writing
        yield Route(endpoint, page, _need(reading), _need(writing), rows)


def _stated() -> dict[str, Route]:
    found: dict[str, Route] = {}
    for group in (data, settlement, payment, oversight, master, system):
        for route in _lines(group.TABLE):
            if route.endpoint in found:
                raise ValueError(f"{route.endpoint} is stated twice")
            found[route.endpoint] = route
    return found


STATED = _stated()
#: The addresses every list of master data has; page and rows are those of the list's view.
OF_LISTS = {route.endpoint: route for route in _lines(master.LISTS)}
#: Of these, what a list serves only where its view lets rows be made or changed.
FORMS_OF_LISTS = {"create_view": "can_create", "edit_view": "can_edit"}
