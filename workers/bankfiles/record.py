"""Filling the records of a file: quick for what is plainly fine, exact about what is not."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from models.rules.errors.bankfiles import (
    BatchDoesNotAddUp,
    BatchMixed,
    BatchTooLarge,
    OrderNotWritable,
)
from models.rules.money import yuan
from workers.bankfiles import plain
from workers.bankfiles.cells import LABELS, Cell, Line, is_in_bank
from workers.bankfiles.layout import limit_cells
from workers.bankfiles.model import Batch, Order
from workers.bankfiles.preview import order_problems
from workers.bankfiles.profiles import Profile

#: Orders looked at together: some 100 KB of a file.
BLOCK_ORDERS = 256


def refuse_problems(profile: Profile, cells: Iterable[Cell], line: Line, *, order: bool) -> None:
    """Raise OrderNotWritable for the first field that cannot be written; say nothing if all can."""
    found = list(order_problems(profile, line.order)) if order else []
    for cell in cells:
        found += cell.problems(line)
    for problem in found[:1]:
        named = "、".join(LABELS.get(s, s) for s in problem.field.split("+"))
        raise OrderNotWritable(
            row=line.row,
            reference=line.order.reference if order else line.batch.batch_no,
            field=named,
            field_code=problem.field,
            problem=problem.code,
            reason=problem.reason,
            reason_en=problem.reason_en,
        )


class DetailRecord:
    """The detail record of a profile for one batch.

    Nearly every record passes at once: one pattern over its joined texts (`plain.pattern`) says
    that nothing in it needs mapping or could be wrong. Anything else is judged cell by cell, by
    the rules the preview shows.
    """

    def __init__(self, profile: Profile, cells: list[Cell], batch: Batch, first: Order) -> None:
        self._profile = profile
        self._batch = batch
        line = Line(batch, first, 1)
        self._still = ["" if cell.of_order else cell.text(line) for cell in cells]
        still = [cell for cell in cells if not cell.of_order and cell.column.sources]
        refuse_problems(profile, still, line, order=False)
        self._moving = [(place, cell) for place, cell in enumerate(cells) if cell.of_order]
        self._extra = limit_cells(profile)
        simple = [(place, cell) for place, cell in self._moving if plain.is_simple(cell)]
        self._special = [each for each in self._moving if each not in simple]
        self._places = [place for place, _ in simple]
        self._fetch = plain.fetcher([cell for _, cell in simple])
        self._pattern = plain.pattern(profile, [cell for _, cell in simple])
        self._whole = [(p, c.column.sources[0], plain.whole(profile, c)) for p, c in simple]
        #: UTF-8 has every printable character.
        self._encodable = profile.encoding == "utf-8"
        self._always_careful = bool(self._extra) or "reference" not in {
            cell.column.sources[0] for _, cell in simple
        }

    def blocks(
        self, orders: Iterable[Order]
    ) -> Iterator[tuple[Sequence[Order], list[Sequence[str]]]]:
        """Yield BLOCK_ORDERS orders at a time with their texts column by column.

        Raises OrderNotWritable as `values` does.
        """
        source, row = iter(orders), 1
        while block := list(islice(source, BLOCK_ORDERS)):
            columns = self._columns(block, row)
            if columns is None:
                rows = [self.values(order, row + place) for place, order in enumerate(block)]
                columns = list(zip(*rows, strict=True))
            yield block, columns
            row += len(block)

    def _columns(self, block: Sequence[Order], row: int) -> list[Sequence[str]] | None:
        """Return the texts of orders that are all plain, or None: then each is looked at."""
        amounts = [order.amount_fen for order in block]
        most = self._profile.amount_max_fen
        if self._always_careful or min(amounts) <= 0 or (most and max(amounts) > most):
            return None
        fields = dict(zip(Order._fields, zip(*block, strict=True), strict=True))
        columns: list[Sequence[str]] = [[text] * len(block) for text in self._still]
        for place, name, are_plain in self._whole:
            columns[place] = texts = fields[name]
            if not are_plain(texts) or not (self._encodable or self._encodes("".join(texts))):
                return None
        for place, cell in self._special:
            columns[place] = made = self._made(cell, block, row)
            if not all(plain.is_generated(cell, text) for text in made):
                return None
        return columns

    def _made(self, cell: Cell, block: Sequence[Order], row: int) -> list[str]:
        column = cell.column
        if column.sources == ("amount",) and not (column.map or column.pad_width):
            as_text = str if column.unit == "fen" else yuan
            return [as_text(order.amount_fen) for order in block]
        lines = (Line(self._batch, order, row + place) for place, order in enumerate(block))
        return [cell.text(line) for line in lines]

    def values(self, order: Order, row: int) -> list[str]:
        """Return the texts of an order; OrderNotWritable names the row, the field and why."""
        line = Line(self._batch, order, row)
        values = self._still.copy()
        texts = self._fetch(order)
        for place, text in zip(self._places, texts, strict=True):
            values[place] = text
        for place, cell in self._special:
            values[place] = cell.text(line)
        return values if self._passes(order, texts, values) else self._judged(line)

    def _passes(self, order: Order, texts: tuple[str, ...], values: list[str]) -> bool:
        together = "".join(texts)
        most = self._profile.amount_max_fen
        return (
            order.amount_fen > 0
            and (not most or order.amount_fen <= most)
            and not self._always_careful
            and together.isprintable()
            and self._pattern.fullmatch("\x1f".join(texts)) is not None
            and all(plain.is_generated(cell, values[place]) for place, cell in self._special)
            and (self._encodable or self._encodes(together))
        )

    def _judged(self, line: Line) -> list[str]:
        cells = (*(cell for _, cell in self._moving), *self._extra)
        refuse_problems(self._profile, cells, line, order=True)
        values = self._still.copy()
        for place, cell in self._moving:
            values[place] = cell.text(line)
        return values

    def _encodes(self, text: str) -> bool:
        try:
            text.encode(self._profile.codec)
        except UnicodeEncodeError:
            return False
        return True


def counted(profile: Profile, batch: Batch, orders: Iterable[Order]) -> Iterator[Order]:
    """Yield the orders; refuse a batch too large, mixed, or other than its stated totals.

    The totals stand at the head of many files, before the orders: a file whose orders turn out
    different is refused when they end, and must not be kept.
    """
    count = total_fen = 0
    kind: bool | None = None
    for order in orders:
        count += 1
        total_fen += order.amount_fen
        if profile.max_rows and count > profile.max_rows:
            raise BatchTooLarge(
                batch_no=batch.batch_no, limit=profile.max_rows, unit="笔", unit_en="orders"
            )
        if "in_bank" in profile.split_by:
            here = is_in_bank(batch, order)
            if kind not in (None, here):
                raise BatchMixed(row=count, reference=order.reference)
            kind = here
        yield order
    if (count, total_fen) != (batch.count, batch.total_fen) or not count:
        raise BatchDoesNotAddUp(
            batch_no=batch.batch_no,
            count=batch.count,
            total_yuan=yuan(batch.total_fen),
            written_count=count,
            written_yuan=yuan(total_fen),
        )


def chunked(profile: Profile, batch: Batch, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces joined to chunks of about 64 KiB, refusing more bytes than the bank takes."""
    held: list[bytes] = []
    size = total = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        total += len(piece)
        if profile.max_bytes and total > profile.max_bytes:
            raise BatchTooLarge(
                batch_no=batch.batch_no, limit=profile.max_bytes, unit="字节", unit_en="bytes"
            )
        if size >= 65_536:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
