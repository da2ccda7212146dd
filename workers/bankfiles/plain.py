"""The quick answer for orders that are plainly fine, so that 100,000 of them stay cheap to check.

A plain record needs no mapping and breaks no limit. The pattern may call a good record not plain
(it is then judged cell by cell), but never a bad one plain: a property test holds it to that.
"""

import re
from collections.abc import Callable, Sequence
from operator import attrgetter

from workers.bankfiles.cells import Cell, forbidden
from workers.bankfiles.model import Order
from workers.bankfiles.profiles import Profile

REFERENCE = "[A-Z0-9]{1,30}"
#: UUID version 4 as ISO 20022 writes it (UUIDv4Identifier).
UETR = "[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}"
#: A character is at most so many bytes.
_BYTES = {"utf-8": 4, "gbk": 2, "gb18030": 4}
_NUMBERS = frozenset({"amount", "row"})
_NO_LIMIT = 4_000


def is_simple(cell: Cell) -> bool:
    """Say whether the cell is one field of the order, written as it is."""
    column = cell.column
    number = _NUMBERS | {"in_bank"}
    return (
        len(column.sources) == 1
        and not number & set(column.sources)
        and not column.map
        and not column.pad_width
    )


def fetcher(cells: Sequence[Cell]) -> Callable[[Order], tuple[str, ...]]:
    """Return what takes the fields of simple cells from an order in one go."""
    names = [cell.column.sources[0] for cell in cells]
    if len(names) == 1:
        one = attrgetter(names[0])
        return lambda order: (one(order),)
    return attrgetter(*names) if names else lambda _: ()


def is_generated(cell: Cell, text: str) -> bool:
    """Say whether a cell that is not simple holds what we made ourselves, within its limits."""
    column = cell.column
    if column.sources == ("in_bank",):
        return {"yes", "no"} <= column.map.keys()
    return len(column.sources) == 1 and column.sources[0] in _NUMBERS and cell.fits(text)


def pattern(profile: Profile, cells: Sequence[Cell]) -> re.Pattern[str]:
    """Return the pattern of plain texts joined with U+001F."""
    return re.compile("\x1f".join(_of(profile, cell) for cell in cells))


def whole(profile: Profile, cell: Cell) -> Callable[[Sequence[str]], bool]:
    """Return what says of a simple cell's texts of many orders that all of them are plain.

    One look at the joined texts and at the shortest and the longest; a blank anywhere is left to
    the pattern of one record.
    """
    least, most, characters = _limits(profile, cell)
    joined = re.compile(f"(?:{characters})*")
    keeps_blanks = profile.keep_edges or cell.column.sources[0] in ("reference", "uetr")

    def are_plain(texts: Sequence[str]) -> bool:
        together = "".join(texts)
        return (
            len(min(texts, key=len)) >= least
            and len(max(texts, key=len)) <= most
            and together.isprintable()
            and (keeps_blanks or " " not in together)
            and joined.fullmatch(together) is not None
        )

    return are_plain


def _of(profile: Profile, cell: Cell) -> str:
    least, most, characters = _limits(profile, cell)
    source = cell.column.sources[0]
    if source == "uetr":
        return characters
    texts = f"{characters}{{{least},{most}}}"
    return texts if source == "reference" else _edges(profile, texts)


def _limits(profile: Profile, cell: Cell) -> tuple[int, int, str]:
    """Return fewest and most characters of a simple cell, and the pattern they are made of."""
    column, source = cell.column, cell.column.sources[0]
    most = column.max or _NO_LIMIT
    if column.max_unit == "bytes":
        most //= _BYTES[profile.encoding]
    if source == "reference":
        return 1, min(most, 30), "[A-Z0-9]"
    if source == "uetr":
        return 36, 36, UETR
    least, most = (column.length, column.length) if column.length else (1, most)
    return least, most, _characters(profile, column.charset)


def _characters(profile: Profile, charset: str) -> str:
    """Return the class of characters that need neither mapping nor a closer look."""
    if charset in ("digits", "alnum"):
        return "[0-9]" if charset == "digits" else "[0-9A-Za-z]"
    avoided = re.escape(forbidden(profile) + "".join(profile.char_map))
    return f"[^\\x00-\\x1f{avoided}]" if charset == "any" else "[0-9A-Za-z-]"


def _edges(profile: Profile, texts: str) -> str:
    return texts if profile.keep_edges else f"(?! ){texts}(?<! )"
