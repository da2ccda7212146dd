"""The bulk path and the schema give the same verdict and the same values on every row."""
# ruff: noqa: E501 - one case a line reads best

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from models.schemas import tables
from models.schemas.number_columns import NumberColumn, QuantityColumn
from models.schemas.table import TableSchema, verdict
from models.schemas.text_columns import ChoicesColumn
from models.services.imports import blocks, frames, source

NASTY = [
    "", " ", "　", "1_000", "１２", "1e3", "NaN", "inf", "+1", ".5", "5.", " 1", "1 ", "-0", "0", "-1", "--1",
    "0.00", "12.3", "12.34", "12.345", "1.2345", "1.23456", "00012.50", "1,000", "9" * 19, "9" * 15, "9" * 14,
    "-" + "9" * 18, "0" * 30 + "1", "9" * 15 + ".99", "9" * 14 + ".9999", "99999999999999999999.1",
    "2026-02-30", "2026/3/5", "20260305", "2026-3-5", "2026-03-05", "0000-01-01", "1899-12-31", "1900-01-01",
    "9999-12-31", "2026/13/1", "２０２６-03-05", "2026-03", "2026-13", "2026-00", "0001-01",
    "2026-03-25T09:00:00+08:00", "2026-03-25T09:00:00Z", "2026-03-25 09:00+0800", "2026-03-25T09:00:00",
    "2026-03-25T09:00:00.1234567Z", "2026-03-25T09:00:00.5-02:00", "2026-03-25T24:00:00Z", "1900-01-01T00:00+14",
    "9999-12-31T23:59:59-14:00", "2026-03-25T09:00:60Z",
    "yes", "no", "YES", "TRUE", "receipt", "goods_return", "price_adjustment", "blue", "red", "confirm",
    "hospital", "refund", "drug", "national_vbp;listed", "listed;listed", ";", "listed;", "offset",
    "H52990100101", "h52990100101", "H5299010010", "Ｈ52990100101", "91520100200000355Y", "915201002000003550",
    "N15201002000000729", "N15201002000000720", "91520100200000355y", "91520100200000355I", "103701509015",
    "103701509016", "10370150901", "520000", "5200000", "a@b.cn", "a@b@c", "a b@c.cn", "a@b.cn;c@d.cn", ";;", "a@b.cn;",
    "=1+1", "@x", "-x", "'", "a,b", 'q"uote', "line\nbreak", "car\rriage", "tab\there", "nul\x00", "\x1a123", "del\x7f",
    "\ufeffbom", "\u2028", "𠮷", "阿·卜", "a" * 101, "汉" * 300, "汉" * 301, "x" * 4001, "1  2", "1 2", " 1 2", "\\.", "NULL",
]  # fmt: skip

cells = st.one_of(
    st.sampled_from(NASTY),
    st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{0,6})?", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)

#: Cells that let whole rows through, so that the rules between cells are reached.
GOOD = {
    "line_no": ["L1", "明细-1", "L2"],
    "line_kind": ["receipt", "goods_return", "price_adjustment"],
    "kind": ["blue", "red", "drug", "prepayment", "refund", "holiday"],
    "quantity": ["10", "-10", "0", "3.3333", "-0"],
    "unit_price_yuan": ["1.0000", "0", "12.345", "-1"],
    "amount_yuan": ["10.00", "-10", "0", "123.45", "41.15", "41.14", "-123.45"],
    "hospital_code": ["H52990100101"],
    "term_start": ["2026-03-01", "20260401"],
    "term_end": ["2026/3/31", "2026-01-01"],
    "valid_from": ["2026-03-01", "20260401"],
    "valid_to": ["2026/3/31", "2026-01-01", ""],
}


@st.composite
def files(draw):
    """A table, some of its columns, and rows of good and nasty cells."""
    schema = draw(st.sampled_from(tables.ALL))
    names = [
        name
        for name, column in schema.columns().items()
        if not column.optional or draw(st.booleans())
    ]
    names = draw(st.permutations(names))
    row = st.tuples(
        *(st.one_of(st.sampled_from(GOOD[n]), cells) if n in GOOD else cells for n in names)
    )
    return schema, names, draw(st.lists(row, min_size=1, max_size=8))


def written(names, rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([names, *rows])
    return out.getvalue().encode()


def bulk(schema: type[TableSchema], content: bytes) -> frames.Parsed:
    with tempfile.TemporaryDirectory() as folder:
        opened = source.open_source(schema, [content], Path(folder))
        read = list(blocks.blocks(opened))
        assert len(read) == 1
        return frames.parse(schema, opened.header.names, read[0])


def as_stored(column, value):
    """The value as the bulk path hands it to COPY."""
    if value is None:
        return None
    if isinstance(column, NumberColumn) and not isinstance(column, QuantityColumn):
        return value
    return column.staged(value)


#: A data cell that begins with a byte order mark, first in its block: readers like to drop it.
MARKED = (tables.BY_KIND["voids"], ["line_no", "reason"], [("\ufeffL1", "重复"), ("L2", "重复")])


#: Numbers with a default: left out, and there but empty.
_SCHEME = [
    name for name, column in tables.BY_KIND["schemes"].columns().items() if not column.optional
]
LEFT_OUT = (tables.BY_KIND["schemes"], _SCHEME, [("",) * len(_SCHEME)])
LEFT_EMPTY = (
    tables.BY_KIND["schemes"],
    [*_SCHEME, "account_cooling_days"],
    [("",) * (len(_SCHEME) + 1)],
)


@example(MARKED)
@example(LEFT_OUT)
@example(LEFT_EMPTY)
@given(files())
def test_every_row_gets_the_same_codes_and_values_on_both_paths(file):
    schema, names, rows = file
    parsed = bulk(schema, written(names, rows))
    assert parsed.frame.height == len(rows)
    columns = schema.columns()
    for number, row in enumerate(rows, 2):
        values, problems = verdict(schema(), dict(zip(names, row, strict=True)))
        found = sorted((p.column, p.code) for p in parsed.problems if p.row == number)
        assert found == sorted(problems)
        wrong = {column for column, _ in problems}
        stored = parsed.frame.row(number - 2, named=True)
        for name, column in columns.items():
            expected = as_stored(column, values.get(name))
            if name in wrong and name not in values:
                expected = None
            actual = stored[name]
            if isinstance(column, QuantityColumn) and actual is not None:
                assert column.parse(actual) == values[name]
            elif isinstance(column, ChoicesColumn) and actual is not None:
                assert actual == expected
            elif name not in wrong or expected is None:
                assert actual == expected, name


@given(st.lists(st.sampled_from(NASTY), min_size=1, max_size=6), st.booleans())
def test_doubtful_values_are_the_same_on_both_paths(codes, quoted):
    schema = tables.BY_KIND["enterprises"]
    columns = schema.columns()
    rows = [["" if name != "cnaps_code" else code for name in columns] for code in codes]
    parsed = bulk(schema, written(list(columns), rows + ([['a"', *rows[0][1:]]] if quoted else [])))
    doubted = {row for column, row in parsed.doubts if column == "cnaps_code"}
    for number, code in enumerate(codes, 2):
        value = verdict(schema(), {"cnaps_code": code})[0].get("cnaps_code")
        assert (number in doubted) == (value is not None and columns["cnaps_code"].doubts(value))
