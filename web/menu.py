"""The side menu and the tabs: only what the reader may open, with what waits for him there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, request
from flask_admin import Admin

from models.services.access import Actor
from web import counts
from web.guard import opens
from web.menu_order import GROUPS, PLACED, Item
from web.permissions import Page


@dataclass
class Link:
    """A page in the menu or a tab, with how much waits there for this reader."""

    name: str
    url: str
    current: bool
    waiting: int = 0
    hot: bool = False

    @property
    def count(self) -> str:
        """Return how much waits as the menu shows it."""
        return counts.told(self.waiting)


@dataclass
class Shown:
    """A group as it is shown."""

    title: str
    folded: bool
    items: list[Link] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Return whether the folded group holds the present page."""
        return any(item.current for item in self.items)

    @property
    def waiting(self) -> int:
        """Return how much waits in the whole group, shown while it is folded."""
        return sum(item.waiting for item in self.items)

    @property
    def count(self) -> str:
        """Return how much waits as the menu shows it."""
        return counts.told(self.waiting)


def shown(admin: Admin, actor: Actor, current: Any) -> list[Shown]:
    """Return the menu of a reader; pages nobody registered are left out."""
    waiting, views = counts.waiting(actor), _open(admin, actor)
    found = []
    for group in GROUPS:
        items = [
            _item(item, pages, waiting, current)
            for item in group.items
            if (pages := [views[page] for page in item.pages if page in views])
        ]
        if items:
            found.append(Shown(str(group.title), group.folded, items))
    rest = [_link(view, waiting, current) for page, view in views.items() if page not in PLACED]
    if rest and found:
        found[-1].items += rest
    return found


def tabs(admin: Admin, actor: Actor, current: Any) -> list[Link]:
    """Return the pages of the present page's item; none beside a single one, and none on a form."""
    if current is None or request.endpoint != list_of(current):
        return []
    views, waiting = _open(admin, actor), counts.waiting(actor)
    for pages in _all_pages():
        if current.endpoint in pages:
            opened = [views[page] for page in pages if page in views]
            return [_link(view, waiting, current) for view in opened] if len(opened) > 1 else []
    return []


def _all_pages() -> Iterator[tuple[str, ...]]:
    for group in GROUPS:
        for item in group.items:
            yield item.pages


def _open(admin: Admin, actor: Actor) -> dict[str, Any]:
    """Return endpoint → view of the pages this reader may open from the menu.

    The table of rights knows roles only, so what one reader may open all of the role may.
    """
    known: dict[str, dict[str, Any]] = current_app.extensions.setdefault("zhijie_menus", {})
    if actor.role not in known:
        known[actor.role] = {
            view.endpoint: view
            for view in admin._views
            if getattr(view, "in_menu", False)
            and view.is_accessible()
            and opens(list_of(view), actor.role)
        }
    return known[actor.role]


def list_of(view: Any) -> str:
    """Return the endpoint of a page's list."""
    return f"{view.endpoint}.{view._default_view}"


def _link(view: Any, waiting: dict[Page, int], current: Any) -> Link:
    return Link(
        name=str(view.name),
        url=view.get_url(list_of(view)),
        current=view is current,
        waiting=waiting.get(view.page, 0) if getattr(view, "counted", True) else 0,
        hot=view.page is Page.EXCEPTIONS,
    )


def _item(item: Item, views: list[Any], waiting: dict[Page, int], current: Any) -> Link:
    """Return the entry of an item: what waits on a page that several views share counts once."""
    first = _link(views[0], waiting, current)
    named = item.name and views[0].endpoint == item.pages[0] and len(views) > 1
    pages = {view.page for view in views if getattr(view, "counted", True)}
    first.name = str(item.name) if named else first.name
    first.waiting = sum(waiting.get(page, 0) for page in pages)
    first.current = any(view is current for view in views)
    return first
