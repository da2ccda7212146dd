"""The job `export`: one export written to a stored file that its asker downloads."""

import tempfile
from pathlib import Path

from models.records.base import db
from models.services import access, audit, files, jobs
from models.services.exports.writing import write


def run_export(claim: jobs.Claim) -> dict[str, object]:
    """Write args.what as args.format and return its rows and stored file."""
    args = claim.args
    actor = access.load(claim.requested_by)
    what, suffix, period = str(args["what"]), str(args["format"]), args.get("period")
    with db.atomic(), tempfile.TemporaryDirectory(prefix="zhijie-export-") as folder:
        parts = [what, *([str(period)] if period else []), f"{claim.on:%Y%m%d}"]
        path = Path(folder) / f"{'_'.join(parts)}.{suffix}"
        rows = write(
            what, path, suffix, actor=actor, period=period, area=args.get("area"), on=claim.on
        )
        stored = files.store_path(path, by=actor.name, kind="export")
        result: dict[str, object] = {"rows": rows, "file_id": int(stored.id)}
        audit.wrote(
            "export.written",
            actor=actor.name,
            subject=f"file:{stored.id}",
            what=what,
            period=period,
            rows=rows,
        )
        jobs.finish(claim, result)
    return result
