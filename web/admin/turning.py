"""Turning the pages of a long list: the places stand in the address, and nothing else is kept."""

from dataclasses import dataclass

from flask import request

from models.services.views.reading import PAGE_ROWS
from models.services.views.turning import Order, Place, Turned
from web.admin import asked
from web.context import with_args

#: The place behind the last row.
_END = "end"


@dataclass(frozen=True)
class Turn:
    """What the foot of a list shows: the page's number and where its neighbours begin."""

    #: From 0; the address says it, the keys lead there.
    number: int
    #: None where the rows were not counted to their end.
    pages: int | None
    here: str
    first: str
    #: Empty where there is none.
    before: str
    after: str
    last: str


def place(order: Order, found: int | None = None) -> Place | None:
    """Return the place that the address names; None is the beginning of the list.

    The last page of `found` rows shows those that the full pages leave.
    """
    if request.args.get("before") == _END:
        return Place(None, is_back=True, rest=found and (found % PAGE_ROWS or PAGE_ROWS))
    for name in ("after", "before"):
        if text := request.args.get(name, ""):
            return order.place(text, is_back=name == "before")
    return None


def shown(order: Order, page: Turned, *, found: int | None = None, **changed: None) -> Turn:
    """Return the foot of a page; `found` is the number of all rows where it is known.

    `changed` are conditions that the addresses of other pages leave out.
    """
    pages = None if found is None else max(-(-found // PAGE_ROWS), 1)
    number = 0 if page.is_first else max(asked.page(), 1)
    if pages is not None:
        number = pages - 1 if page.is_last and not page.is_first else min(number, pages - 1)

    def at(number: int, **key: str | None) -> str:
        keys = {"after": None, "before": None, "part": None} | key
        return with_args(page=number or None, **keys, **changed)

    ends = bool(page.rows)
    return Turn(
        number=number,
        pages=pages,
        here=with_args(part=None, **changed),
        first=at(0),
        before="" if page.is_first or not ends else at(number - 1, before=order.mark(page.rows[0])),
        after="" if page.is_last or not ends else at(number + 1, after=order.mark(page.rows[-1])),
        last="" if pages is None or page.is_last else at(pages - 1, before=_END),
    )
