"""Files of every table come in here: read, checked over whole columns, taken in one transaction."""

import importlib
from typing import TYPE_CHECKING, Any

from models.records.files import StoredFile
from models.services import access, jobs

if TYPE_CHECKING:
    from models.services.jobs import Claim


def run_import(claim: "Claim") -> dict[str, Any]:
    """Take in the stored file of an import job and finish the job in the same transaction."""
    # The libraries of the bulk path are loaded where an import runs and nowhere else.
    running = importlib.import_module("models.services.imports.running")
    result: dict[str, Any] = running.import_file(
        claim.args["kind"],
        StoredFile.get_by_id(claim.args["file_id"]),
        access.load(claim.requested_by),
        claim.on,
        all_or_nothing=claim.args["all_or_nothing"],
        told=claim.progress,
        job_id=claim.job_id,
    )
    jobs.finish(claim, result)
    return result
