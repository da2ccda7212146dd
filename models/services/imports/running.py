"""One import from its stored file to its result: everything in the caller's transaction."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from models.records.base import sql
from models.records.files import StoredFile
from models.schemas import tables
from models.services import files
from models.services.access import Actor
from models.services.imports import error_file, loading, outcome, source, staging, taking_in
from models.services.imports.intake import Intake
from models.services.imports.outcome import Counts
from models.services.imports.source import Source

#: told(rows, estimate of all rows, stage)
Told = Callable[[int, int | None, str], None]


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
        intake = taking_in.begin(kind, actor, on, opened.header.present)
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
    return outcome.record(
        intake,
        stored,
        counts,
        error_file_id=error_file_id,
        job_id=job_id,
        all_or_nothing=all_or_nothing,
    )


def _take_in(intake: Intake, opened: Source, told: Told) -> Counts:
    staging.prepare(intake.schema)
    loaded = loading.load(intake, opened, lambda rows, of: told(rows, of, "读取"))
    if loaded.staged:
        taking_in.settle_staged(intake, lambda stage: told(loaded.rows, loaded.rows, stage))
    return outcome.count(loaded.rows, loaded.direct)


def _store(name: str, path: Path, actor: Actor) -> StoredFile:
    with path.open("rb") as content:
        pieces = iter(lambda: content.read(files.CHUNK_BYTES), b"")
        return files.store(name, pieces, by=actor.name, kind="errors")
