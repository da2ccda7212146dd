"""From the file into the database: blocks are read here while the block before is being copied.

Lines that nothing can be said against and that are new go straight into their table; from the
first block with a known key on, everything goes through staging, so that the file's order counts.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import psycopg

from models.records.base import db, sql
from models.rules.words import Role
from models.services.imports import blocks, frames, references
from models.services.imports.frames import Parsed
from models.services.imports.intake import Intake
from models.services.imports.source import Source

#: Tables whose checks all lie in the row and in small sets of codes.
DIRECT = frozenset({"purchases"})
#: Codes come in no order: so many are sorted together, else each block touches the whole index.
CODES_SORTED = 250_000
_SEATS = frozenset({Role.HOSPITAL, Role.ENTERPRISE})

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class _Copy:
    """One COPY: a table, its columns and CSV bytes."""

    table: str
    columns: Sequence[str]
    content: bytes


@dataclass
class Loaded:
    """What became of the file so far."""

    rows: int = 0
    #: Rows that went straight into their table.
    direct: int = 0
    #: Rows in staging.
    staged: int = 0


@dataclass
class _Loader:
    intake: Intake
    connection: psycopg.Connection[Any]
    loaded: Loaded = field(default_factory=Loaded)
    #: Reference column → codes that may be referred to; None: everything is staged.
    known: dict[str, pl.Series] | None = None
    #: Trace codes of lines that are in their table.
    codes: list[pl.DataFrame] = field(default_factory=list)

    def block(self, parsed: Parsed) -> Callable[[], None]:
        """Return the work of writing a block, to be done in the copying thread.

        What can be made ready without the database is: the copying thread is the slower one.
        """
        self.loaded.rows += parsed.frame.height
        bad = parsed.bad()
        known = self.known
        if known is None:
            return lambda: self._stage(parsed, parsed.frame, bad)
        clean = ~bad
        for name, valid in known.items():
            clean = clean & parsed.frame[name].is_in(valid.implode()).fill_null(value=False)
        good = parsed.frame.filter(clean)
        lines, codes = self._lines(good), _trace_codes(good)
        return lambda: self._write(parsed, bad, clean, lines, codes)

    def _write(
        self,
        parsed: Parsed,
        bad: pl.Series,
        clean: pl.Series,
        lines: _Copy,
        codes: pl.DataFrame,
    ) -> None:
        if self.known is not None and self._copy_direct(lines):
            self.loaded.direct += int(clean.sum())
            self._stage(parsed, parsed.frame.filter(~clean), bad.filter(~clean))
            self.codes.append(codes)
            if sum(frame.height for frame in self.codes) >= CODES_SORTED:
                self.write_codes()
        else:
            self.known = None
            self._stage(parsed, parsed.frame, bad)

    def _copy_direct(self, lines: _Copy) -> bool:
        """Copy new lines into their table; False, and nothing written, when a key is known."""
        try:
            with self.connection.transaction():
                self._run(lines)
        except psycopg.errors.UniqueViolation:
            return False
        return True

    def write_codes(self) -> None:
        """Copy the trace codes held back, in the order of their index."""
        codes, self.codes = self.codes, []
        if any(frame.height for frame in codes):
            held = pl.concat(codes).sort("code")
            self._run(_Copy("trace_code", held.columns, _csv(held)))

    def _lines(self, rows: pl.DataFrame) -> _Copy:
        schema = self.intake.schema
        columns = schema.columns()
        lines = rows.select(*columns, pl.lit(self.intake.import_id).alias("import_id"))
        targets = [column.target for column in columns.values()] + ["import_id"]
        return _Copy(schema.about.table, targets, _csv(lines))

    def _stage(self, parsed: Parsed, rows: pl.DataFrame, bad: pl.Series) -> None:
        if not rows.height:
            return
        self.loaded.staged += rows.height
        names = list(self.intake.schema.columns())
        staged = rows.select("row_no", bad.alias("bad"), *names)
        self._run(_Copy("stage", staged.columns, _csv(staged)))
        if parsed.problems:
            found = pl.DataFrame(
                [(p.row, p.code.value, p.column) for p in parsed.problems],
                schema={"row_no": pl.Int64, "code": pl.String, "column_name": pl.String},
                orient="row",
            )
            self._run(_Copy("finding", found.columns, _csv(found)))

    def _run(self, copy: _Copy) -> None:
        statement = f"COPY {copy.table} ({', '.join(copy.columns)}) FROM STDIN (FORMAT csv)"
        with self.connection.cursor() as cursor, cursor.copy(statement) as into:
            into.write(copy.content)


def load(intake: Intake, source: Source, told: Told) -> Loaded:
    """Bring every record of the file into its table or into staging; raises BrokenCsv.

    `told(rows, of)` is called between blocks with the rows read and an estimate of all rows.
    """
    loader = _Loader(intake, db.connection(), known=_known_codes(intake))
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="copy") as copier:
        writing: Future[None] | None = None
        for block in blocks.blocks(source):
            parsed = frames.parse(intake.schema, source.header.names, block)
            for column, row in parsed.doubts:
                intake.warnings.add(column, row)
            if writing is not None:
                writing.result()
            writing = copier.submit(loader.block(parsed))
            rows = block.after - 2
            told(rows, max(rows, rows * source.size // max(block.read_bytes, 1)))
        if writing is not None:
            writing.result()
        copier.submit(loader.write_codes).result()
    return loader.loaded


def _known_codes(intake: Intake) -> dict[str, pl.Series] | None:
    """Return the codes each reference column may name; None when the rows must be staged."""
    if intake.kind not in DIRECT or intake.actor.role in _SEATS:
        return None
    known = {}
    for name, column in intake.schema.columns().items():
        if column.references:
            rows = sql(references.codes(intake, name, column.references), intake.told)
            known[name] = pl.Series([code for (code,) in rows], dtype=pl.String)
    return known


def _trace_codes(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each code of the lines, with its place on the line."""
    codes = (
        rows.select("line_no", pl.col("trace_codes").str.split(" ").alias("code"))
        .drop_nulls("code")
        .with_columns(pl.int_ranges(1, pl.col("code").list.len() + 1).alias("place"))
    )
    return codes.explode("code", "place").select("code", "line_no", "place")


def _csv(rows: pl.DataFrame) -> bytes:
    """Return rows as COPY reads them: NULL is an unquoted empty cell."""
    return rows.write_csv(include_header=False).encode()
