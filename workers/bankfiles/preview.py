"""What a profile would do to an order, shown before anybody approves it."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from models.rules.money import yuan
from workers.bankfiles.cells import Cell, Line, is_of_order
from workers.bankfiles.columns import BATCH_SOURCES
from workers.bankfiles.layout import detail_cells, header_cells, limit_cells, trailer_cells
from workers.bankfiles.model import Batch, FieldProblem, MappedField, Order
from workers.bankfiles.plain import REFERENCE, UETR
from workers.bankfiles.profiles import Profile

_REFERENCE = re.compile(REFERENCE)
_UETR = re.compile(UETR)
_NO_BATCH = Batch("", datetime(2000, 1, 1, tzinfo=UTC), date(2000, 1, 1), "", "", "", "", 0, 0)
_NO_ORDER = Order("", "", "", "", "", "", 0, "")


def preview(profile: Profile, order: Order) -> list[FieldProblem | MappedField]:
    """Return what the character map changes and what cannot be written; empty: written as it is.

    Exactly the orders without a FieldProblem are written by `write`; nothing is cut or dropped.
    """
    return next(previews(profile, (order,)))


def previews(
    profile: Profile, orders: Iterable[Order]
) -> Iterator[list[FieldProblem | MappedField]]:
    """Yield the same for each of many orders."""
    cells = [c for c in (*detail_cells(profile), *limit_cells(profile)) if _only_order(c)]
    for order in orders:
        line = Line(_NO_BATCH, order, 1)
        found: list[FieldProblem | MappedField] = list(order_problems(profile, order))
        yield _unique([*found, *_of_cells(cells, line)])


def preview_batch(profile: Profile, batch: Batch) -> list[FieldProblem | MappedField]:
    """Return the same for the debtor's fields of a batch."""
    every = (*header_cells(profile), *detail_cells(profile), *trailer_cells(profile))
    cells = [c for c in every if c.column.sources and not is_of_order(c.column)]
    return _unique(_of_cells(cells, Line(batch, _NO_ORDER, 0)))


def order_problems(profile: Profile, order: Order) -> Iterator[FieldProblem]:
    """Yield what is wrong with an order in any bank's file."""
    if not _REFERENCE.fullmatch(order.reference):
        yield FieldProblem(
            "reference",
            "bad_reference",
            "应为 1 至 30 位大写字母和数字",
            "1 to 30 capitals and digits are wanted",
        )
    if order.amount_fen <= 0:
        yield FieldProblem("amount", "not_positive", "金额应大于零", "it must be above zero")
    if profile.format == "pain001_v09" and not _UETR.fullmatch(order.uetr):
        yield FieldProblem("uetr", "bad_uetr", "不是第 4 版 UUID", "a version 4 UUID is wanted")
    most = profile.amount_max_fen
    if most and order.amount_fen > most:
        yield FieldProblem(
            "amount", "above_maximum", f"超过单笔上限 {yuan(most)} 元", f"above {yuan(most)}"
        )


def _only_order(cell: Cell) -> bool:
    sources = cell.column.sources
    return bool(sources) and not any(source in BATCH_SOURCES for source in sources)


def _of_cells(cells: Iterable[Cell], line: Line) -> Iterator[FieldProblem | MappedField]:
    for cell in cells:
        yield from cell.problems(line)
        before, after = cell.raw(line), cell.mapped(line)
        if before != after:
            yield MappedField("+".join(cell.column.sources), before, after)


def _unique(
    found: Iterable[FieldProblem | MappedField],
) -> list[FieldProblem | MappedField]:
    """Keep the first of each: a field may stand in several columns of a layout."""
    return list(dict.fromkeys(found))
