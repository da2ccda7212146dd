"""Hospitals join direct settlement on a day (纳入): pilots first, then all by the target day."""

from collections.abc import Sequence
from datetime import date

from models.records.base import db, sql
from models.rules.errors.access import OutOfScope
from models.rules.errors.coverage import AlreadyJoined, NobodyJoins, TooManyJoin
from models.services import access, audit
from models.services.access import Actor

HOSPITALS_MAX = 200

_LOCK = """
SELECT hospital_code, name, area_code, joined_on FROM hospital
 WHERE hospital_code = ANY (%s) ORDER BY hospital_code FOR UPDATE
"""
_JOIN = "UPDATE hospital SET joined_on = %(joined_on)s WHERE hospital_code = ANY (%(codes)s)"


def join(actor: Actor, codes: Sequence[str], joined_on: date | None, *, on: date) -> int:
    """Let hospitals take part from a day on; return how many.

    Who takes part on the business date already keeps its day. What was accepted since an earlier
    day and is on no sheet goes direct with the next settlement. Raises NotAllowed, NobodyJoins,
    TooManyJoin, OutOfScope, AlreadyJoined.
    """
    access.require_import(actor, "hospitals")
    wanted = sorted(set(codes))
    if not wanted or joined_on is None:
        raise NobodyJoins
    if len(wanted) > HOSPITALS_MAX:
        raise TooManyJoin(limit=HOSPITALS_MAX, count=len(wanted))
    with db.atomic():
        found = sql(_LOCK, (wanted,)).fetchall()
        if len(found) != len(wanted):
            raise OutOfScope(actor=actor.name, subject="、".join(wanted[:3]))
        access.require_rows(actor, {row[2] for row in found}, subject=found[0][0])
        known = [row for row in found if row[3] is not None and row[3] <= on]
        if known:
            raise AlreadyJoined(count=len(known), hospital=known[0][1], joined_on=known[0][3])
        sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
        sql(_JOIN, {"joined_on": joined_on, "codes": wanted})
        audit.wrote(
            "hospital.joined",
            actor=actor.name,
            subject=f"hospitals:{len(wanted)}",
            joined_on=joined_on,
            hospitals=wanted,
        )
    return len(wanted)
