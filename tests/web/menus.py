"""Where the menu leads a reader: the addresses of its items and of the tabs under them."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g

from models.services import access
from web import counts, menu


def groups(app: Flask, name: str) -> list[menu.Shown]:
    """The menu as this user sees it."""
    counts.forget()
    with signed_in(app, name):
        return menu.shown(app.extensions["zhijie_admin"], g.actor, None)


def addresses(app: Flask, name: str) -> set[str]:
    """Every page this user reaches from the menu: by an item, or by a tab of the item."""
    admin = app.extensions["zhijie_admin"]
    with signed_in(app, name):
        items = {i.url for group in menu.shown(admin, g.actor, None) for i in group.items}
        lists = [(view, view.get_url(menu.list_of(view))) for view in admin._views]
    found = set(items)
    for view, address in lists:
        if address in items:
            with signed_in(app, name, address):
                found |= {tab.url for tab in menu.tabs(admin, g.actor, view)}
    return found


@contextmanager
def signed_in(app: Flask, name: str, address: str = "/") -> Iterator[None]:
    """A request of a signed-in user without its answer."""
    with app.test_request_context(address):
        g.actor = access.load(name)
        yield
