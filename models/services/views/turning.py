"""Pages turned by the key of the row at their edge: page 1,000 costs what page 1 costs.

A list has an order that no two rows share. A page begins after the last row of the page before it,
or ends before the first row of the page after it; both places are keys, so an index leads there and
nothing is skipped row by row. Rows whose first key is unknown (NULL) come last in either direction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote, unquote

from models.services.views.reading import PAGE_ROWS

#: Keys are told apart by this in an address; in a key itself it is written as %7C.
_BAR = "|"
_DOWN = {False: "", True: " DESC"}


@dataclass(frozen=True)
class Key:
    """One part of an order: an expression of the statement, and the row's column that holds it."""

    sql: str
    name: str
    read: Callable[[str], Any] = str
    can_be_null: bool = False


@dataclass(frozen=True)
class Place:
    """Where a page begins (`is_back`: where it ends); without values the end of the list."""

    values: tuple[Any, ...] | None
    is_back: bool = False
    #: How many rows the full pages leave for the last one, where that is known.
    rest: int | None = None

    @property
    def is_end(self) -> bool:
        """Return whether it is the end of the list."""
        return self.values is None and self.is_back


@dataclass(frozen=True)
class Span:
    """A stretch of a list that one walk along an index finds."""

    condition: str
    told: Mapping[str, Any]
    #: What stands after ORDER BY.
    order: str


@dataclass(frozen=True)
class Turned:
    """The rows of a page, and whether anything lies before and after them."""

    rows: list[Any]
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Order:
    """The keys a list is sorted by, the last of them its rows' own; all up, or all down."""

    keys: tuple[Key, ...]
    is_down: bool = False
    #: SQL of the whole order, for statements that are not turned.
    sql: str = field(init=False)

    def __post_init__(self) -> None:
        """Write the order out once."""
        first, *rest = (f"{key.sql}{_DOWN[self.is_down]}" for key in self.keys)
        first += " NULLS LAST" if self._may_be_unknown else ""
        object.__setattr__(self, "sql", ", ".join([first, *rest]))

    def mark(self, row: Any) -> str:  # noqa: ANN401 - a row by name
        """Return the place of a row as an address carries it."""
        values = [getattr(row, key.name) for key in self.keys]
        return _BAR.join("" if v is None else quote(str(v), safe="") for v in values)

    def place(self, text: str, *, is_back: bool = False) -> Place | None:
        """Return the place an address names; None for anything that is no place of this order."""
        parts = text.split(_BAR)
        if len(parts) != len(self.keys):
            return None
        try:
            values = tuple(
                None if key.can_be_null and not part else key.read(unquote(part))
                for key, part in zip(self.keys, parts, strict=True)
            )
        except (ValueError, ArithmeticError):
            return None
        return None if any(_is_odd(value) for value in values) else Place(values, is_back)

    def spans(self, place: Place | None) -> list[Span]:
        """Return the stretches a page is read from, one after the other until it is full."""
        is_back = place is not None and place.is_back
        # Backwards an order that goes down goes up.
        head, tail = self._stretches(_DOWN[self.is_down != is_back])
        if place is None or place.values is None:
            whole = [head, tail] if self._may_be_unknown else [head]
            # Forwards a list that goes up needs one walk: the index keeps the unknown last too.
            if place is None and not self.is_down:
                return [Span("true", {}, head.order)]
            return whole[::-1] if is_back else whole
        sign = "<" if is_back != self.is_down else ">"
        told = {f"turn_{at}": value for at, value in enumerate(place.values)}
        names = [f"%({name})s" for name in told]
        if place.values[0] is None:
            rest = ", ".join(key.sql for key in self.keys[1:])
            after = f"{tail.condition} AND ({rest}) {sign} ({', '.join(names[1:])})"
            found = [Span(after, told, tail.order)]
            return [*found, head] if is_back else found
        whole_key = ", ".join(key.sql for key in self.keys)
        found = [Span(f"({whole_key}) {sign} ({', '.join(names)})", told, head.order)]
        return found if is_back or not self._may_be_unknown else [*found, tail]

    @property
    def _may_be_unknown(self) -> bool:
        return self.keys[0].can_be_null

    def _stretches(self, down: str) -> tuple[Span, Span]:
        """Return the rows whose first key is known, and those whose is not."""
        first, *rest = (f"{key.sql}{down}" for key in self.keys)
        known = f"{self.keys[0].sql} IS NOT NULL" if self._may_be_unknown else "true"
        unknown = f"{self.keys[0].sql} IS NULL"
        return Span(known, {}, ", ".join([first, *rest])), Span(unknown, {}, ", ".join(rest))


def turn(
    order: Order,
    place: Place | None,
    ask: Callable[[Span, int], list[Any]],
    size: int = PAGE_ROWS,
) -> Turned:
    """Return the page at a place; `ask` returns so many rows of a stretch at most.

    Where rows went meanwhile the nearest page is shown: the first full one, or the last.
    """
    is_back, is_end = place is not None and place.is_back, place is not None and place.is_end
    most = (place and place.rest) or size
    found: list[Any] = []
    for span in order.spans(place):
        found += ask(span, most + 1 - len(found))
        if len(found) > most:
            break
    more = len(found) > most
    if is_back and not more:
        return turn(order, None, ask, size)
    if not found and place is not None:
        return turn(order, Place(None, is_back=True), ask, size)
    found = found[:most]
    if is_back:
        return Turned(found[::-1], is_first=False, is_last=is_end)
    return Turned(found, is_first=place is None, is_last=not more)


def whole(text: str) -> int:
    """Read a whole number that the database can hold."""
    found = int(text)
    if not -(2**63) < found < 2**63:
        raise ValueError(text)
    return found


def day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)


def _is_odd(value: Any) -> bool:  # noqa: ANN401 - whatever a key is
    return isinstance(value, str) and (not value or "\0" in value)
