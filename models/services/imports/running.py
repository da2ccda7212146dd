"""One import from its stored file to its result: everything in the caller's transaction."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models import clock
from models.records.base import sql
from models.records.files import ImportRun, StoredFile
from models.schemas import tables
from models.services import access, audit, files
from models.services.access import Actor
from models.services.imports import (
    checks,
    effects,
    error_file,
    loading,
    references,
    source,
    staging,
    taking,
)
from models.services.imports.intake import Intake
from models.services.imports.source import Source

#: Imports of one table wait for one another: two files may hold the same new key.
TABLE_LOCK = 7_466_003

#: told(rows, estimate of all rows, stage)
Told = Callable[[int, int | None, str], None]


@dataclass(frozen=True)
class Counts:
    """rows = accepted + unchanged + rejected."""

    rows: int
    accepted: int
    rejected: int
    by_code: dict[str, int]

    @property
    def unchanged(self) -> int:
        """Return the rows that said nothing new."""
        return self.rows - self.accepted - self.rejected


def begin(kind: str, actor: Actor, on: date, present: Iterable[str] | None = None) -> Intake:
    """Check the right to import the table, wait for its turn and return an empty intake.

    Raises UnknownTable, NotAllowed.
    """
    schema = tables.table(kind)
    access.require_import(actor, kind)
    sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (TABLE_LOCK, kind))
    sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
    sequence = "SELECT nextval(pg_get_serial_sequence('import_run', 'id'))"
    limited = actor.area_code != access.ALL_AREAS
    below = sorted({actor.area_code, *access.areas_below(actor.area_code)})
    return Intake(
        schema=schema,
        present=tuple(schema.columns() if present is None else present),
        actor=actor,
        on=on,
        now=clock.now(),
        import_id=int(sql(sequence).fetchone()[0]),
        areas=below if limited else None,
    )


def settle_staged(intake: Intake, told: Told = lambda *_: None) -> None:
    """Check what is staged against the database and take what is good."""
    staging.analyze()
    told(0, None, "核对引用")
    references.check(intake)
    checks.check(intake)
    staging.mark_bad()
    told(0, None, "写入")
    effects.before(intake)
    taking.take(intake)
    effects.after(intake)


def count(rows: int, direct: int = 0) -> Counts:
    """Return what became of the rows of this transaction's import."""
    rejected, accepted = sql(
        "SELECT (SELECT count(DISTINCT row_no) FROM finding), (SELECT count(*) FROM taken)"
    ).fetchone()
    by_code = sql("SELECT code, count(DISTINCT row_no) FROM finding GROUP BY code ORDER BY code")
    return Counts(rows, direct + int(accepted), int(rejected), {c: int(n) for c, n in by_code})


def import_file(
    kind: str,
    stored: StoredFile,
    actor: Actor,
    on: date,
    *,
    all_or_nothing: bool = False,
    told: Told = lambda *_: None,
    job_id: int | None = None,
) -> dict[str, Any]:
    """Take in one stored file within the caller's transaction and return the job's result.

    Raises a FileRefused when the file as a whole cannot be read, UnknownTable, NotAllowed.
    """
    with tempfile.TemporaryDirectory(prefix="zhijie-import-") as name:
        folder = Path(name)
        told(0, None, "读取文件")
        opened = source.open_source(tables.table(kind), files.read(int(stored.id)), folder)
        intake = begin(kind, actor, on, opened.header.present)
        errors = folder / "errors.csv"
        sql("SAVEPOINT before_import")
        counts = _take_in(intake, opened, told)
        if counts.rejected:
            told(counts.rows, counts.rows, "生成错误文件")
            error_file.write(intake.schema, opened, errors, every_row=all_or_nothing)
        if counts.rejected and all_or_nothing:
            sql("ROLLBACK TO SAVEPOINT before_import")
            counts = Counts(counts.rows, 0, counts.rows, counts.by_code)
        sql("RELEASE SAVEPOINT before_import")
        error_file_id = None
        if counts.rejected:
            file_name = f"{Path(stored.name).stem}-errors.csv"
            error_file_id = int(_store(file_name, errors, actor).id)
    return _record(intake, stored, counts, error_file_id, job_id, all_or_nothing=all_or_nothing)


def _take_in(intake: Intake, opened: Source, told: Told) -> Counts:
    staging.prepare(intake.schema)
    loaded = loading.load(intake, opened, lambda rows, of: told(rows, of, "读取"))
    if loaded.staged:
        settle_staged(intake, lambda *_: told(loaded.rows, loaded.rows, _[2]))
    return count(loaded.rows, loaded.direct)


def _store(name: str, path: Path, actor: Actor) -> StoredFile:
    with path.open("rb") as content:
        pieces = iter(lambda: content.read(files.CHUNK_BYTES), b"")
        return files.store(name, pieces, by=actor.name, kind="errors")


def _record(
    intake: Intake,
    stored: StoredFile,
    counts: Counts,
    error_file_id: int | None,
    job_id: int | None,
    *,
    all_or_nothing: bool,
) -> dict[str, Any]:
    warnings = intake.warnings.told(intake.schema)
    ImportRun.insert(
        id=intake.import_id,
        kind=intake.kind,
        file_id=stored.id,
        job_id=job_id,
        imported_by=intake.actor.name,
        all_or_nothing=all_or_nothing,
        business_on=intake.on,
        imported_at=intake.now,
        rows_count=counts.rows,
        accepted_count=counts.accepted,
        unchanged_count=counts.unchanged,
        rejected_count=counts.rejected,
        by_code=counts.by_code,
        warnings=warnings,
        error_file_id=error_file_id,
    ).execute()
    result = {
        "rows": counts.rows,
        "accepted": counts.accepted,
        "unchanged": counts.unchanged,
        "rejected": counts.rejected,
        "by_code": counts.by_code,
        "warnings": warnings,
        "error_file_id": error_file_id,
        "import_id": intake.import_id,
    }
    audit.wrote(
        "import.done",
        actor=intake.actor.name,
        subject=f"import_run:{intake.import_id}",
        kind=intake.kind,
        file_sha256=stored.sha256,
        rows=counts.rows,
        accepted=counts.accepted,
        rejected=counts.rejected,
    )
    return result
