"""Overdue lines: what is late on a day, by whose fault, what it costs, and who is told."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import access, audit, jobs, notifications
from models.services.overdue import calling, digests, listing, watched

__all__ = ["find", "run"]

#: One sending at a time, so that each step is recorded and told once.
SEND_LOCK = 7_466_003


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `overdue` of the areas args.area and below; args.send records and mails."""
    actor = access.load(claim.requested_by)
    with db.atomic():
        result = find(
            actor,
            claim.on,
            claim.args.get("area"),
            render=render if claim.args.get("send") else None,
        )
        jobs.finish(claim, result)
    return result


def find(
    actor: access.Actor, on: date, area: str | None, *, render: notifications.Renderer | None
) -> dict[str, int]:
    """Return the lines overdue, the lines with a new step and the mails of a day, in a transaction.

    Without a renderer nothing is recorded: the numbers are what sending would give. With it each
    new step is recorded once for ever, each institution concerned gets one mail, and the same day
    again gives 0 and 0. Raises NotAllowed, UnknownArea, OutOfScope.
    """
    access.require(actor, "overdue")
    areas = access.areas(actor, area)
    if render is not None:
        sql("SELECT pg_advisory_xact_lock(%s)", (SEND_LOCK,))
    listing.collect(areas, on)
    calling.collect(on)
    result = calling.counts()
    if render is not None and (result["escalated"] or result["mails"]):
        _send(actor, on, area, render, result)
    return result


def _send(
    actor: access.Actor,
    on: date,
    area: str | None,
    render: notifications.Renderer,
    result: dict[str, int],
) -> None:
    watched.collect_interest(on)
    calling.record_steps(on, clock.now())
    if digests.record_mails(on, render, by=actor.name):
        jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=actor.name, dedupe_key=JobName.SEND_MAIL)
    audit.wrote("overdue.sent", actor=actor.name, subject=f"day:{on}", area=area, **result)
