"""A large area's month in parts: one job for each area below it, on as many hosts as there are."""

from datetime import date

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import access, jobs
from models.services.access import Actor

#: The areas right below the asked one, each with all that lies below it; without one, the top.
_PARTS = """
SELECT area_code FROM area
 WHERE parent_code IS NOT DISTINCT FROM %(area)s AND area_code = ANY (%(mine)s)
 ORDER BY area_code
"""


def split(actor: Actor, period: str, area: str | None, on: date) -> list[int]:
    """Queue the settlement of each part of an area, and return the numbers of the jobs.

    The parts share no hospital and no lock, so workers of any host do them side by side, and each
    is whole in itself: what one refuses stops no other. Asked again while they wait, the same jobs
    are returned. Raises NotAllowed, UnknownArea, OutOfScope.
    """
    access.require(actor, "settle")
    mine = access.areas(actor, area)
    top = area or (None if actor.area_code == access.ALL_AREAS else actor.area_code)
    with db.atomic():
        parts = [(row[0], False) for row in sql(_PARTS, {"area": top, "mine": mine})]
        if top is not None:
            parts.append((top, True))
        return [
            int(
                jobs.enqueue(
                    JobName.SETTLE,
                    {"period": period, "area": code, "on": on, **({"alone": True} if own else {})},
                    by=actor.name,
                    dedupe_key=f"settle:{period}:{code}:{own}",
                ).id
            )
            for code, own in parts
        ]
