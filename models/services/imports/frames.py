"""The bulk path's reading: whole columns at once, with the verdict of the schema on every row.

What is written in the plainest way is recognised by one expression per column; every other
distinct cell goes through the column's own `cell`, so both paths share one grammar.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from models.rules import grammar
from models.rules.errors.imports import RowCode
from models.rules.grammar import BadCell
from models.schemas.columns import Column
from models.schemas.number_columns import NumberColumn, QuantityColumn
from models.schemas.table import TableSchema
from models.schemas.text_columns import CodeColumn, TraceCodesColumn
from models.services.imports import frame_rules
from models.services.imports.blocks import Block

#: Cells that stand for themselves: visible ASCII, for trace codes with single blanks between.
_PLAIN = {CodeColumn: "^[!-~]+$", TraceCodesColumn: "^[!-~]+(?: [!-~]+)*$"}


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one record; an empty column means the record as a whole."""

    row: int
    column: str
    code: RowCode


@dataclass(frozen=True)
class Parsed:
    """A block as typed columns ready for COPY, and what is wrong in it."""

    #: row_no, then every column of the table in its order.
    frame: pl.DataFrame
    problems: list[Problem]
    #: (column, row) of values that were taken but look doubtful.
    doubts: list[tuple[str, int]] = field(default_factory=list)

    def bad(self) -> pl.Series:
        """Return for each row whether anything is wrong in it."""
        rows = pl.Series([problem.row for problem in self.problems], dtype=pl.Int64)
        return self.frame["row_no"].is_in(rows.unique().implode())


@dataclass
class _Read:
    """One column as read: text for COPY, numbers for rules, and the row codes by place."""

    out: pl.Series
    value: pl.Series
    codes: dict[int, RowCode] = field(default_factory=dict)
    doubts: list[int] = field(default_factory=list)


def parse(schema: type[TableSchema], names: Sequence[str | None], block: Block) -> Parsed:
    """Return a block's rows as typed columns with all problems of every row."""
    count = block.cells.height
    cells = dict(zip(names, block.cells.get_columns(), strict=True))
    problems = [Problem(row, "", code) for row, code in block.ragged]
    doubts: list[tuple[str, int]] = []
    out = {"row_no": pl.int_range(block.first_row, block.first_row + count, eager=True)}
    values: dict[str, pl.Series] = {}
    for name, column in schema.columns().items():
        cell = cells.get(name)
        read = _absent(column, count) if cell is None else _column(column, cell.alias(name))
        out[name], values[name] = read.out, read.value
        problems += [Problem(block.first_row + at, name, code) for at, code in read.codes.items()]
        doubts += [(name, block.first_row + at) for at in read.doubts]
    checked = pl.DataFrame(values)
    for name, code, wrong in frame_rules.problems(schema.about.rules, checked):
        problems += [Problem(block.first_row + int(at), name, code) for at in wrong.arg_true()]
    return Parsed(pl.DataFrame(out), problems, doubts)


def _absent(column: Column, count: int) -> _Read:
    """Read a column the file lacks: as if each of its cells held the default."""
    if column.default is None:
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, count)
        return _Read(nothing, nothing)
    return _column(column, pl.Series([column.default]).new_from_index(0, count))


def _column(column: Column, cells: pl.Series) -> _Read:
    if isinstance(column, NumberColumn):
        return _numbers(column, cells)
    if type(column) in _PLAIN:
        return _codes(column, cells)
    return _distinct(column, cells)


def _codes(column: Column, cells: pl.Series) -> _Read:
    """Codes of visible ASCII stand for themselves; the others are looked at one by one."""
    plain = cells.str.contains(_PLAIN[type(column)]) & (
        cells.str.len_bytes() <= grammar.CODE_CHARS_MAX
    )
    if plain.all():
        return _Read(cells, cells)
    places = (~plain).arg_true()
    rest = _distinct(column, cells.gather(places))
    merged = cells.scatter(places, rest.out)
    return _moved(_Read(merged, merged, rest.codes, rest.doubts), places)


def _moved(read: _Read, places: pl.Series) -> _Read:
    """Return a reading of some rows with its places counted over all rows."""
    at = places.to_list() if read.codes or read.doubts else []
    read.codes = {at[place]: code for place, code in read.codes.items()}
    read.doubts = [at[place] for place in read.doubts]
    return read


def _distinct(column: Column, cells: pl.Series) -> _Read:
    """Read each distinct cell once through the column itself."""
    texts = cells.unique().to_list()
    staged: list[str | None] = []
    codes: dict[str, RowCode] = {}
    doubted: list[str] = []
    for text in texts:
        try:
            value = column.cell(text)
        except BadCell as error:
            codes[text] = error.code
            staged.append(None)
            continue
        staged.append(None if value is None else column.staged(value))
        if value is not None and column.doubts(value):
            doubted.append(text)
    out = (
        cells
        if staged == texts
        else cells.replace_strict(
            pl.Series(texts, dtype=pl.String), pl.Series(staged, dtype=pl.String)
        )
    )
    read = _Read(out, out)
    if codes:
        at = cells.is_in(pl.Series(list(codes), dtype=pl.String).implode()).arg_true()
        read.codes = dict(
            zip(at.to_list(), (codes[text] for text in cells.gather(at)), strict=True)
        )
    if doubted:
        read.doubts = (
            cells.is_in(pl.Series(doubted, dtype=pl.String).implode()).arg_true().to_list()
        )
    return read


def _numbers(column: NumberColumn, cells: pl.Series) -> _Read:
    """Plain numbers become whole counts of the smallest unit; the others one by one."""
    decimals = rf"(\.[0-9]{{1,{column.places}}})?" if column.places else ""
    plain = cells.str.contains(rf"^-?[0-9]{{1,{column.digits_max}}}{decimals}$")
    if plain.all():
        value, codes = _scaled(cells, column.places), dict[int, RowCode]()
    else:
        places = (~plain).arg_true()
        value, codes = _mixed(column, cells, plain, places)
    codes |= _outside(column, value)
    exact = isinstance(column, QuantityColumn)
    if codes:
        value = value.scatter(pl.Series(list(codes), dtype=pl.UInt32), None)
    out = pl.select(pl.when(value.is_not_null()).then(cells)).to_series() if exact else value
    return _Read(out.alias(cells.name), value, codes)


def _scaled(cells: pl.Series, places: int) -> pl.Series:
    """Return plain numbers in their smallest unit."""
    if not places:
        return cells.cast(pl.Int64)
    parts = cells.str.split_exact(".", 1).struct.unnest()
    before, after = parts.columns
    text = parts.select(
        pl.concat_str(pl.col(before), pl.col(after).fill_null("").str.pad_end(places, "0"))
    )
    return text.to_series().cast(pl.Int64).alias(cells.name)


def _mixed(
    column: NumberColumn, cells: pl.Series, plain: pl.Series, places: pl.Series
) -> tuple[pl.Series, dict[int, RowCode]]:
    """Read a column in which some cells are empty, odd or wrong."""
    value = _scaled(cells.set(~plain, "0"), column.places).set(~plain, None)
    rest = cells.gather(places)
    counts: dict[str, int | None] = {}
    wrong: dict[str, RowCode] = {}
    for text in rest.unique().to_list():
        try:
            counts[text] = _count(column, text)
        except BadCell as error:
            wrong[text] = error.code
    if any(number is not None for number in counts.values()):
        found = pl.Series([counts.get(text) for text in rest], dtype=pl.Int64)
        value = value.scatter(places, found)
    codes = {
        at: wrong[text] for at, text in zip(places.to_list(), rest, strict=True) if text in wrong
    }
    return value, codes


def _count(column: NumberColumn, text: str) -> int | None:
    """Return the number of a cell in its smallest unit: of an empty one the column's default."""
    if grammar.is_blank(text) and column.default is not None:
        return column.count(column.default)
    return None if column.cell(text) is None else column.count(text)


def _outside(column: NumberColumn, value: pl.Series) -> dict[int, RowCode]:
    """Return the places of numbers outside the column's range."""
    wrong = pl.Series([False]).new_from_index(0, len(value))
    if column.low is not None:
        wrong = wrong | (value < column.low).fill_null(value=False)
    if column.high is not None:
        wrong = wrong | (value > column.high).fill_null(value=False)
    return dict.fromkeys(wrong.arg_true().to_list(), column.range_code)
