"""Whose a problem is: the side somebody speaks for, the desk in charge, the desks above."""

from datetime import date
from typing import Any

from psycopg.rows import namedtuple_row

from models import clock
from models.records.base import db, sql
from models.rules.errors.problems import NotAtThisDesk, NotTheReporter, ProblemMoved, UnknownProblem
from models.rules.problems import PROBLEM, ProblemMove, ProblemParty, ProblemState
from models.rules.states import sources
from models.rules.words import Role
from models.services import access
from models.services.access import Actor
from models.services.judgement import leads
from models.services.problems.events import add_event

_SEATS = {Role.HOSPITAL: ProblemParty.HOSPITAL, Role.ENTERPRISE: ProblemParty.ENTERPRISE}
_LOCK = "SELECT * FROM problem WHERE problem_no = %s FOR UPDATE"
_SIDES = """
SELECT party_code FROM problem_side WHERE problem_id = %s AND party_kind = %s
"""
_ABOVE = """
SELECT above_code FROM area_chain WHERE area_code = %s AND distance > 0 ORDER BY distance
"""
_MOVE = """
UPDATE problem SET state = %(to)s{also} WHERE id = %(id)s AND state = ANY (%(from)s)
"""

#: Move → what it is called in a refusal.
WORDS: dict[ProblemMove, tuple[str, str]] = {
    ProblemMove.ASSIGN: ("受理", "taken"),
    ProblemMove.ANSWER: ("答复", "answered"),
    ProblemMove.TRANSFER: ("转办", "passed on"),
    ProblemMove.ESCALATE: ("上报", "escalated"),
    ProblemMove.ACCEPT: ("确认结果", "accepted"),
    ProblemMove.CLOSE: ("办结", "closed"),
    ProblemMove.RATE: ("评价", "rated"),
    ProblemMove.REOPEN: ("重开", "reopened"),
    ProblemMove.WITHDRAW: ("撤回", "withdrawn"),
}


def side_of(actor: Actor) -> tuple[ProblemParty, str]:
    """Return the side an actor speaks for: a hospital, an enterprise, or an agency by its area."""
    seat = _SEATS.get(actor.role)  # type: ignore[call-overload]
    if seat is not None:
        return seat, actor.party_code or ""
    return ProblemParty.AGENCY, actor.area_code


def locked(actor: Actor, problem_no: str) -> Any:  # noqa: ANN401 - a row by name
    """Return a problem of the actor, locked. Raises UnknownProblem."""
    with db.connection().cursor(row_factory=namedtuple_row) as cursor:
        found = cursor.execute(_LOCK, (problem_no,)).fetchone()
    if found is None or not _sees(actor, found):
        raise UnknownProblem(problem_no=problem_no)
    return found


def _sees(actor: Actor, problem: Any) -> bool:  # noqa: ANN401
    side, code = side_of(actor)
    if side is ProblemParty.AGENCY:
        return any(
            access.reaches(actor, area) for area in (problem.area_code, problem.desk_area_code)
        )
    joined = {row[0] for row in sql(_SIDES, (problem.id, side.value))}
    mine = {code}
    if side is ProblemParty.HOSPITAL:
        mine |= set(leads.members(code, clock.today()))
    return bool(joined & mine)


def require_desk(actor: Actor, problem: Any) -> None:  # noqa: ANN401
    """Refuse with NotAtThisDesk unless the desk in charge is the actor's, or one below."""
    is_agency = side_of(actor)[0] is ProblemParty.AGENCY
    if not is_agency or not access.reaches(actor, problem.desk_area_code):
        raise NotAtThisDesk(problem_no=problem.problem_no, area=problem.desk_area_code)


def is_reporter(actor: Actor, problem: Any) -> bool:  # noqa: ANN401
    """Return whether the actor speaks for who reported it; of an agency, whoever is of its area."""
    side, code = side_of(actor)
    if side.value != problem.party_kind:
        return False
    if side is ProblemParty.AGENCY:
        return access.reaches(actor, problem.area_code)
    return bool(code == problem.party_code)


def require_reporter(actor: Actor, problem: Any, move: ProblemMove) -> None:  # noqa: ANN401
    """Refuse with NotTheReporter unless the actor speaks for who reported it."""
    if not is_reporter(actor, problem):
        what, what_en = WORDS[move]
        raise NotTheReporter(problem_no=problem.problem_no, what=what, what_en=what_en)


def above(area_code: str) -> list[str]:
    """Return the areas above one, the nearest first."""
    return [row[0] for row in sql(_ABOVE, (area_code,))]


def move(
    actor: Actor,
    problem: Any,  # noqa: ANN401 - a row by name
    act: ProblemMove,
    on: date,
    also: str = "",
    facts: dict[str, object] | None = None,
    **told: object,
) -> None:
    """Move a locked problem and write down what happened. Raises ProblemMoved."""
    way = {"from": sources(PROBLEM, act), "to": _target(problem.state, act)}
    done = (
        way["to"]
        and sql(
            _MOVE.format(also=f", {also}" if also else ""),
            {"id": problem.id, "on": on, "actor": actor.name, **told, **way},
        ).rowcount
    )
    if not done:
        what, what_en = WORDS[act]
        raise ProblemMoved(problem_no=problem.problem_no, what=what, what_en=what_en)
    side, code = side_of(actor)
    add_event(
        problem.id, act, problem.state, str(way["to"]), on, actor.name,
        side=side.value, code=code, **(facts or {}),
    )  # fmt: skip


def _target(state: str, act: ProblemMove) -> str | None:
    """Return where a move leads from a state; most lead to one state wherever they begin."""
    found = PROBLEM.get((ProblemState(state), act))
    return found.value if found else None
