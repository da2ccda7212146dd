"""The list of grades of a year and area: made, confirmed by a second person, or withdrawn."""

from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules import grades
from models.rules.errors.access import OutOfScope, SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.reporting import GradesMissing, GradesMoved, GradesStand, GradesUnknown
from models.rules.grades import GRADE, GradeMove, GradeState
from models.services import access, audit, jobs
from models.services.access import Actor
from models.services.grading import known

__all__ = ["confirm", "make", "run", "withdraw"]

REASON_CHARS_MAX = 500
_STANDS = """
SELECT list_no FROM grade_list WHERE year = %s AND area_code = %s
   AND state IN ('proposed', 'confirmed')
"""
#: Numbers run through a year; the lock of the year keeps two makers apart.
_NUMBER = "SELECT count(*) + 1 FROM grade_list WHERE year = %s"
GRADE_LOCK = 7_466_083
_LIST = """
INSERT INTO grade_list (list_no, year, area_code, state, hospitals, made_by, made_on, made_at)
VALUES (%(list_no)s, %(year)s, %(area)s, 'proposed', %(hospitals)s, %(actor)s, %(on)s, %(now)s)
RETURNING id
"""
_RESULT = """
INSERT INTO grade_result (list_id, hospital_code, scheme_code, points, grade, factor_bp)
VALUES (%s, %s, %s, %s, %s, %s)
"""
_ITEM = """
INSERT INTO grade_result_item (list_id, hospital_code, item_code, name, source, of_points, value,
                               points)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_FIND = "SELECT list_no, state, made_by, area_code FROM grade_list WHERE id = %s FOR UPDATE"


def run(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `grades`: make the list of args.year for args.area and all below it."""
    actor = access.load(claim.requested_by)
    with db.atomic():
        result = make(actor, int(claim.args["year"]), str(claim.args["area"]), on=claim.on)
        jobs.finish(claim, result)
    return result


def make(actor: Actor, year: int, area: str, *, on: date) -> dict[str, object]:
    """Make the list of a year for an area's hospitals, in the caller's transaction.

    Raises NotAllowed, UnknownArea, OutOfScope, GradesStand, GradesMissing.
    """
    access.require(actor, "grade")
    areas = access.areas(actor, area)
    sql("SELECT pg_advisory_xact_lock(%s, %s)", (GRADE_LOCK % 2**31, year))
    stands = sql(_STANDS, (year, area)).fetchone()
    if stands:
        raise GradesStand(area=area, year=year, list_no=stands[0])
    told: dict[str, Any] = {
        "year": year,
        "areas": areas,
        "first": date(year, 1, 1),
        "last": date(year, 12, 31),
        "from": f"{year}-01",
        "to": f"{year}-12",
    }
    schemes, forms, tiers = known.schemes(told), known.items(told), known.tiers(told)
    graded = [code for code, scheme in sorted(schemes.items()) if scheme in forms]
    if not graded:
        raise GradesMissing(area=area, year=year)
    list_no = f"分级〔{year}〕{sql(_NUMBER, (year,)).fetchone()[0]}号"
    told |= {"list_no": list_no, "area": area, "hospitals": len(graded), "actor": actor.name,
             "on": on, "now": clock.now()}  # fmt: skip
    list_id = int(sql(_LIST, told).fetchone()[0])
    figures = known.figures(told, graded)
    results, items = [], []
    for code in graded:
        scheme = schemes[code]
        scored = [grades.score(item, figures[code]) for item in forms[scheme]]
        points = grades.total(scored)
        results.append((list_id, code, scheme, points, *grades.tier(points, tiers[scheme])))
        items += [
            (list_id, code, one.item.code, one.item.name, one.item.source.value, one.item.points,
             one.value, one.points)
            for one in scored
        ]  # fmt: skip
    with db.connection().cursor() as cursor:
        cursor.executemany(_RESULT, results)
        cursor.executemany(_ITEM, items)
    audit.wrote(
        "grades.made", actor=actor.name, subject=f"area:{area}", year=year, list_no=list_no,
        hospitals=len(graded),
    )  # fmt: skip
    return {"list_no": list_no, "hospitals": len(graded)}


def confirm(actor: Actor, list_id: int, *, on: date) -> None:
    """Confirm a list; not by who made it.

    Raises NotAllowed, GradesUnknown, GradesMoved, SecondPersonNeeded.
    """
    access.require(actor, "grade_decide")
    with db.atomic():
        list_no, to = _held(actor, list_id, GradeMove.CONFIRM)
        sql(
            "UPDATE grade_list SET state = %s, decided_by = %s, decided_on = %s WHERE id = %s",
            (to, actor.name, on, list_id),
        )
        audit.wrote(
            "grades.confirmed", actor=actor.name, subject=f"grades:{list_id}", list_no=list_no
        )


def withdraw(actor: Actor, list_id: int, reason: str, *, on: date) -> None:
    """Withdraw a list with a reason, so that another may be made.

    Raises NotAllowed, GradesUnknown, GradesMoved, ReasonNeeded, SecondPersonNeeded.
    """
    access.require(actor, "grade_decide")
    words = reason.strip()[:REASON_CHARS_MAX]
    if not words:
        raise ReasonNeeded(what="撤销")
    with db.atomic():
        list_no, to = _held(actor, list_id, GradeMove.WITHDRAW)
        sql(
            "UPDATE grade_list SET state = %s, ended_by = %s, ended_on = %s, end_reason = %s"
            " WHERE id = %s",
            (to, actor.name, on, words, list_id),
        )
        audit.wrote(
            "grades.withdrawn",
            actor=actor.name,
            subject=f"grades:{list_id}",
            list_no=list_no,
            reason=words,
        )


def _held(actor: Actor, list_id: int, move: GradeMove) -> tuple[str, str]:
    row = sql(_FIND, (list_id,)).fetchone()
    if row is None:
        raise GradesUnknown
    list_no, state, made_by, area = row
    if not access.reaches(actor, area):
        raise OutOfScope(actor=actor.name, subject=area)
    to = GRADE.get((GradeState(state), move))
    if to is None:
        raise GradesMoved(list_no=list_no)
    if move is GradeMove.CONFIRM and made_by == actor.name:
        raise SecondPersonNeeded(actor=actor.name, what="分级名单")
    return str(list_no), to.value
