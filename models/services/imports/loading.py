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
        for name, codes in known.items():
            clean = clean & parsed.frame[name].is_in(codes.implode()).fill_null(value=False)
        good = parsed.frame.filter(clean)
        copies = self._direct(good) if good.height else []
        return lambda: self._write(parsed, bad, clean, copies)

    def _write(self, parsed: Parsed, bad: pl.Series, clean: pl.Series, copies: list[_Copy]) -> None:
        if self.known is not None and self._copy_direct(copies):
            self.loaded.direct += int(clean.sum())
            self._stage(parsed, parsed.frame.filter(~clean), bad.filter(~clean))
        else:
            self.known = None
            self._stage(parsed, parsed.frame, bad)

    def _copy_direct(self, copies: list[_Copy]) -> bool:
        """Copy new lines into their table; False, and nothing written, when a key is known."""
        try:
            with self.connection.transaction():
                for copy in copies:
                    self._run(copy)
        except psycopg.errors.UniqueViolation:
            return False
        return True

    def _direct(self, rows: pl.DataFrame) -> list[_Copy]:
        schema = self.intake.schema
        columns = schema.columns()
        lines = rows.select(*columns, pl.lit(self.intake.import_id).alias("import_id"))
        targets = [column.target for column in columns.values()] + ["import_id"]
        copies = [_Copy(schema.about.table, targets, _csv(lines))]
        codes = (
            rows.select("line_no", pl.col("trace_codes").str.split(" ").alias("code"))
            .drop_nulls("code")
            .with_columns(pl.int_ranges(1, pl.col("code").list.len() + 1).alias("place"))
        )
        if codes.height:
            exploded = codes.explode("code", "place").select("code", "line_no", "place")
            content = _csv(exploded.sort("code"))
            copies.append(_Copy("trace_code", exploded.columns, content))
        return copies

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


def _csv(rows: pl.DataFrame) -> bytes:
    """Return rows as COPY reads them: NULL is an unquoted empty cell."""
    return rows.write_csv(include_header=False).encode()
