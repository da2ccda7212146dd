"""Overdue lines: what is late on a day, by whose fault, what it costs, and who is told."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import access, audit, jobs, notifications
from models.services.overdue import calling, digests, listing, register, scan, upcoming, watched
from models.services.overdue.told import Soon

__all__ = ["find", "run"]

#: One sending at a time: the second waits and finds the first one's work done.
SEND_LOCK = 7_466_003

#: Says that what is recorded now goes into the register by the scan itself.
_SCANNING = "SELECT set_config('zhijie.scanning', %s, true)"


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
    again gives 0 and 0. Days the register cannot show are judged in full. Raises NotAllowed,
    UnknownArea, OutOfScope.
    """
    access.require(actor, "overdue")
    areas = access.areas(actor, area)
    if render is None:
        return _count(areas, on)
    sql("SELECT pg_advisory_xact_lock(%s)", (SEND_LOCK,))
    by_register = register.refresh(on)
    if by_register:
        result = scan.look(areas, on)
        result |= scan.claim(on)
    else:
        result = _look_in_full(areas, on)
    soon = upcoming.collect(areas, on) if by_register else {}
    told: dict[tuple[str, str], int] = {}
    if result["escalated"] or result["mails"]:
        if by_register:
            scan.widen(areas, on)
        else:
            watched.collect_interest(on)
        sql(_SCANNING, ("yes" if by_register else "no",))
        told = _tell(actor, on, area, render, result, areas, soon)
        sql(_SCANNING, ("no",))
    if soon and (announced := upcoming.announce(on, soon, told, render, by=actor.name)):
        result["upcoming"] = announced
        _send_soon(actor, on)
    if by_register:
        scan.keep(on)
    return result


def _count(areas: list[str], on: date) -> dict[str, int]:
    """Return the numbers of a day; a question never moves the register beyond today."""
    if on <= clock.today() and register.refresh(on, wait=False):
        return scan.look(areas, on)
    return _look_in_full(areas, on)


def _look_in_full(areas: list[str], on: date) -> dict[str, int]:
    listing.collect(areas, on)
    calling.collect(on)
    return calling.counts()


def _tell(
    actor: access.Actor,
    on: date,
    area: str | None,
    render: notifications.Renderer,
    result: dict[str, int],
    areas: list[str],
    soon: dict[tuple[str, str], Soon],
) -> dict[tuple[str, str], int]:
    calling.record_steps(on, clock.now())
    told = digests.record_mails(on, render, by=actor.name, areas=areas, soon=soon)
    if told:
        _send_soon(actor, on)
    audit.wrote("overdue.sent", actor=actor.name, subject=f"day:{on}", area=area, **result)
    return told


def _send_soon(actor: access.Actor, on: date) -> None:
    jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=actor.name, dedupe_key=JobName.SEND_MAIL)
