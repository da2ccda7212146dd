"""Exports: the columns other systems rely on, streamed from one SELECT each."""

import tempfile
from pathlib import Path

from models.records.base import db
from models.services import access, files, jobs
from models.services.exports.job import run_export
from models.services.exports.tables import WHAT, Export
from models.services.exports.writing import ROWS_XLSX_MAX, write

__all__ = ["ROWS_XLSX_MAX", "WHAT", "Export", "run_export", "write"]


def run_export(claim: jobs.Claim) -> dict[str, object]:
    """Write one export into a stored file for its asker to download.

    Args as the job's schema says; the result names the file and its rows. Large exports of the
    pages come this way, so that nobody waits with an open request.
    """
    args = claim.args
    what, kind = str(args["what"]), str(args["format"])
    name = "_".join(part for part in (what, args["period"], args["area"]) if part) + f".{kind}"
    with tempfile.TemporaryDirectory() as folder, db.atomic():
        path = Path(folder) / name
        claim.progress(0, 2, "写出")
        rows = write(
            what,
            path,
            kind,
            actor=access.load(claim.requested_by),
            period=args["period"],
            area=args["area"],
            on=claim.on,
        )
        claim.progress(1, 2, "保存")
        stored = files.store_path(path, by=claim.requested_by, kind="export")
        result: dict[str, object] = {"rows": rows, "file_id": stored.id, "name": name}
        jobs.finish(claim, result)
    return result
