"""The books proved as queued work: every night and whenever somebody asks; each run is kept."""

from typing import Any

from models import clock
from models.records.base import db
from models.records.ledger import BooksRun
from models.services import access, audit, audit_anchors, jobs
from models.services.bank_files import Formats
from models.services.books.proving import EXAMPLES_MAX, check_books


def run(claim: jobs.Claim, formats: Formats | None = None) -> dict[str, Any]:
    """Do the job `check_books`: prove all invariants and keep what was found. Raises NotAllowed."""
    actor = access.load(claim.requested_by)
    access.require(actor, "check_books")
    proof = check_books(formats)
    told = {"checked": len(proof["checked"]), "broken": len(proof["broken"])}
    with db.atomic():
        BooksRun.insert(
            proved_on=claim.on,
            ran_at=clock.now(),
            ran_by=actor.name,
            checked=proof["checked"],
            broken=proof["broken"],
        ).execute()
        audit.wrote("books.checked", actor=actor.name, subject="ledger", **told)
        result = {**told, "examples": proof["broken"][:EXAMPLES_MAX]}
        jobs.finish(claim, result)
    audit_anchors.keep()
    return result


def last_run() -> BooksRun | None:
    """Return the last proof of the books, or None when there was none yet."""
    found: BooksRun | None = BooksRun.select().order_by(BooksRun.id.desc()).first()
    return found
