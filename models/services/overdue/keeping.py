"""The job that keeps the register of open lines up to date between the scans, or makes it anew."""

from models.records.base import db, sql
from models.services import access, audit, jobs
from models.services.overdue import register


def run(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `open_lines`: bring the register to args.on; with args.rebuild judge all anew.

    Returns `as_of` (the day it shows), `judged` (lines judged now), `open` (lines in it) and
    `refreshed` (False: it shows a later day already). Raises NotAllowed.
    """
    actor = access.load(claim.requested_by)
    access.require(actor, "overdue")
    with db.atomic():
        if claim.args.get("rebuild"):
            register.rebuild(claim.on)
            refreshed = True
            audit.wrote("open_lines.rebuilt", actor=actor.name, subject=f"day:{claim.on}")
        else:
            refreshed = register.refresh(claim.on)
        state = register.state()
        result = {
            "as_of": str(state.as_of),
            "judged": state.judged_count if refreshed else 0,
            "open": int(sql("SELECT count(*) FROM open_line").fetchone()[0]),
            "refreshed": refreshed,
        }
        jobs.finish(claim, result)
    return result
