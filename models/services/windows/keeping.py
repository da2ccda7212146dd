"""The job that brings the windows to a day and tells who is awaited."""

from dataclasses import asdict

from models.records.base import db
from models.services import access, audit, jobs, notifications
from models.services.windows import news
from models.services.windows.following import follow_all, follow_import


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, object]:
    """Do the job `windows` on args.on; with args.import_id only for the lines of that import.

    Returns how many windows were opened, answered, escalated, rolled over and confirmed by
    themselves, how many disputes are new, and the mails. The nightly run tells; the run for an
    import leaves that to the next one. Raises NotAllowed.
    """
    actor = access.load(claim.requested_by)
    with db.atomic():
        import_id = claim.args.get("import_id")
        if import_id is not None:
            # Whoever may import a word may have it followed.
            access.require(actor, "import")
            result: dict[str, object] = {
                **asdict(follow_import(int(import_id), claim.on)),
                "mails": 0,
            }
        else:
            access.require(actor, "overdue")
            done = follow_all(claim.on, claim.progress)
            result = {**asdict(done), "mails": news.tell(claim.on, render, by=actor.name)}
            if any(result.values()):
                audit.wrote(
                    "windows.followed", actor=actor.name, subject=f"day:{claim.on}", **result
                )
        jobs.finish(claim, result)
    return result
