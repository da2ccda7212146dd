"""What every list has: its rows page by page, what they add up to, its views, one of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.services.views.reading import COUNT_MAX, PAGE_ROWS, Where, fetch, one
from models.services.views.turning import Order, Place, Span, Turned, turn


@dataclass(frozen=True)
class Listing:
    """The statements of one list; the conditions are a Where of the reader's rows.

    `rows` tells the rows, with {where} and LIMIT %(rows)s OFFSET %(skip)s; `source` is what is
    counted and added up: FROM … WHERE {where}. A list with an `order` has {order} in its rows too
    and is turned by its keys.
    """

    rows: str
    source: str
    #: SQL of the sums beside the count of the rows, as "sum(…) AS amount_fen".
    sums: str = ""
    #: What one row is when the source holds several of each: counted once.
    key: str = ""
    #: Standard view → its condition.
    views: Mapping[str, str] = field(default_factory=dict)
    order: Order | None = None

    def page(self, where: Where, *, number: int = 0, size: int = PAGE_ROWS) -> list[Any]:
        """Return a page of the rows, one more than asked for: it tells of a next page."""
        told = {**where.told, "rows": size + 1, "skip": number * size}
        order = self.order.sql if self.order else ""
        return fetch(self.rows.format(where=where.text, order=order), told)

    def turned(self, where: Where, place: Place | None, size: int = PAGE_ROWS) -> Turned:
        """Return the page at a place of the order."""
        if self.order is None:
            raise TypeError("this list has no order to be turned by")
        return turned(self.rows, where, self.order, place, size)

    def find(self, where: Where) -> Any:  # noqa: ANN401 - a row by name
        """Return the first row, or None."""
        found = self.page(where, size=0)
        return found[0] if found else None

    def viewed(self, where: Where, view: str) -> Where:
        """Return the conditions with that of a standard view; an unknown view asks nothing."""
        return where.add(self.views[view]) if view in self.views else where

    def totals(self, where: Where) -> Any:  # noqa: ANN401 - a row by name
        """Return the number of rows as `found`, and the sums."""
        sums = f", {self.sums}" if self.sums else ""
        text = f"SELECT {self._number()} AS found{sums} {self.source}"
        return one(text.format(where=where.text), where.told)

    def counts(self, where: Where) -> dict[str, int]:
        """Return how many rows each standard view has, and all of them, in one statement."""
        parts = [f"{self._number(view)} AS v{at}" for at, view in enumerate(self.views.values())]
        text = f"SELECT {', '.join([f'{self._number()} AS every', *parts])} {self.source}"
        row = one(text.format(where=where.text), where.told)
        return dict(zip(("all", *self.views), row, strict=True))

    def counted(self, where: Where) -> "Counted":
        """Return what a saved view of the list counts."""
        distinct = f"DISTINCT {self.key}" if self.key else "1"
        return Counted(f"SELECT {distinct} {self.source.format(where=where.text)}", where.told)

    def _number(self, view: str = "") -> str:
        number = f"count(DISTINCT {self.key})" if self.key else "count(*)"
        return f"{number} FILTER (WHERE {view})" if view else number


def turned(
    rows: str,
    where: Where,
    order: Order,
    place: Place | None,
    size: int = PAGE_ROWS,
    told: Mapping[str, Any] | None = None,
    **parts: str,
) -> Turned:
    """Return the page at a place of a statement with {where}, {order} and LIMIT %(rows)s.

    `parts` are other pieces of the statement, `told` their parameters.
    """

    def ask(span: Span, most: int) -> list[Any]:
        text = rows.format(where=f"{where.text} AND {span.condition}", order=span.order, **parts)
        return fetch(text, {**where.told, **(told or {}), **span.told, "rows": most, "skip": 0})

    return turn(order, place, ask, size)


@dataclass(frozen=True)
class Counted:
    """A statement whose rows are counted, with its parameters."""

    text: str
    told: Mapping[str, Any]


def numbers(wanted: list[Counted | None]) -> list[int | None]:
    """Return how many rows each statement has, at most COUNT_MAX + 1 of each, in one request.

    None stays None: such a list does not count.
    """
    parts: list[str] = []
    told: dict[str, Any] = {}
    for at, one_of in enumerate(wanted):
        if one_of is None:
            continue
        # The same names stand for different values in each: each gets names of its own.
        mine = {f"c{at}_{name}": value for name, value in one_of.told.items()}
        text = one_of.text
        for name in one_of.told:
            text = text.replace(f"%({name})s", f"%(c{at}_{name})s")
        told |= mine
        parts.append(f"(SELECT count(*) FROM ({text} LIMIT {COUNT_MAX + 1}) q)")
    if not parts:
        return [None] * len(wanted)
    found = iter(one("SELECT " + ", ".join(f"{p} AS n{i}" for i, p in enumerate(parts)), told))
    return [None if one_of is None else int(next(found)) for one_of in wanted]
