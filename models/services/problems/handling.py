"""What the desk in charge does with a problem: take, give on, answer, escalate, close."""

from datetime import date
from typing import Any

from models.records.base import db
from models.rules.errors.access import UnknownUser
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.problems import DeskRefused, HandlerRefused, NowhereUp
from models.rules.errors.remedies import FieldMissing
from models.rules.problems import (
    ProblemMove,
    ProblemParty,
    ProblemResult,
    Urgency,
    take_by,
)
from models.services import access, audit, documents
from models.services.access import Actor
from models.services.documents import Document
from models.services.judgement.due import day_kinds
from models.services.problems import desks, news, terms
from models.services.problems.talking import add_word

#: To another desk: nobody has it in hand there, and the days to take it begin anew.
_TO_DESK = (
    "desk_area_code = %(desk)s, handler = NULL, take_due_on = %(take)s,"
    " result_due_on = greatest(result_due_on, %(take)s)"
)


_DONE = {ProblemMove.ESCALATE: "escalated", ProblemMove.TRANSFER: "transferred"}


def _begin(actor: Actor, problem_no: str) -> Any:  # noqa: ANN401 - a row by name
    problem = desks.locked(actor, problem_no)
    desks.require_desk(actor, problem)
    return problem


def assign(actor: Actor, problem_no: str, on: date, *, to: str = "") -> None:
    """Take a problem, or give it to another person of the desk.

    Raises NotAllowed, UnknownProblem, NotAtThisDesk, HandlerRefused, ProblemMoved.
    """
    access.require(actor, "problem_handle")
    handler = to or actor.name
    with db.atomic():
        problem = _begin(actor, problem_no)
        _require_handler(handler, problem)
        desks.move(
            actor, problem, ProblemMove.ASSIGN, on, "handler = %(handler)s",
            {"handler": handler}, handler=handler,
        )  # fmt: skip
        _wrote("assigned", actor, problem, handler=handler)


def _require_handler(name: str, problem: Any) -> None:  # noqa: ANN401
    try:
        found = access.load(name)
    except UnknownUser:
        raise HandlerRefused(name=name) from None
    may = "problem_handle" in access.MAY.get(found.role, frozenset())
    is_agency = desks.side_of(found)[0] is ProblemParty.AGENCY
    if not may or not is_agency or not access.reaches(found, problem.desk_area_code):
        raise HandlerRefused(name=name)


def answer(
    actor: Actor,
    problem_no: str,
    result: ProblemResult,
    words: str,
    on: date,
    *,
    document: Document | None = None,
) -> None:
    """Give the desk's result to who reported it; it may agree or reopen.

    Raises NotAllowed, UnknownProblem, NotAtThisDesk, FieldMissing, ProblemMoved, DocumentRefused.
    """
    access.require(actor, "problem_handle")
    if not words.strip():
        raise FieldMissing(what="答复", what_en="the answer")
    with db.atomic():
        problem = _begin(actor, problem_no)
        desks.move(
            actor, problem, ProblemMove.ANSWER, on,
            "result = %(result)s, answered_on = %(on)s, handler = coalesce(handler, %(actor)s)",
            {"result": result.value}, result=result.value,
        )  # fmt: skip
        file_id = documents.keep(document, by=actor.name)
        add_word(actor, problem.id, words, on, file_id=file_id, inside=False)
        _wrote("answered", actor, problem, result=result.value)
        news.tell_soon(actor.name, on)


def escalate(
    actor: Actor, problem_no: str, on: date, *, words: str = "", to_top: bool = False
) -> str:
    """Give a problem to the desk above, or at once to the highest; return that desk's area.

    Who reported it stays in it, and so does the desk that gives it on. Raises NotAllowed,
    UnknownProblem, NotAtThisDesk, NowhereUp, ProblemMoved.
    """
    access.require(actor, "problem_handle")
    with db.atomic():
        problem = _begin(actor, problem_no)
        levels = desks.above(problem.desk_area_code)
        if not levels:
            raise NowhereUp(problem_no=problem_no)
        desk = levels[-1] if to_top else levels[0]
        _to_desk(
            actor, problem, ProblemMove.ESCALATE, desk, words, on,
            ", escalated_count = escalated_count + 1",
        )  # fmt: skip
    return desk


def transfer(actor: Actor, problem_no: str, desk: str, words: str, on: date) -> None:
    """Give a problem to a desk below, or back to one above where it happened, and say why.

    Raises NotAllowed, UnknownProblem, NotAtThisDesk, DeskRefused, ReasonNeeded, ProblemMoved.
    """
    access.require(actor, "problem_handle")
    if not words.strip():
        raise ReasonNeeded(what="转办")
    with db.atomic():
        problem = _begin(actor, problem_no)
        allowed = {*access.areas(actor, None), *desks.above(problem.area_code), problem.area_code}
        if desk not in allowed or desk == problem.desk_area_code:
            raise DeskRefused(area=desk)
        _to_desk(actor, problem, ProblemMove.TRANSFER, desk, words, on)


def _to_desk(
    actor: Actor,
    problem: Any,  # noqa: ANN401
    move: ProblemMove,
    desk: str,
    words: str,
    on: date,
    also: str = "",
) -> None:
    counts = terms.of(problem.kind_code, on)
    take = take_by(on, counts, Urgency(problem.urgency), day_kinds())
    facts = {"from": problem.desk_area_code, "desk": desk, "words": words.strip()[:500]}
    desks.move(actor, problem, move, on, _TO_DESK + also, facts, desk=desk, take=take)
    _wrote(_DONE[move], actor, problem, desk=desk)
    news.tell_soon(actor.name, on)


def close(actor: Actor, problem_no: str, on: date) -> None:
    """Close what was answered and nobody spoke against; who reported it may still reopen it.

    Raises NotAllowed, UnknownProblem, NotAtThisDesk, ProblemMoved.
    """
    access.require(actor, "problem_handle")
    with db.atomic():
        problem = _begin(actor, problem_no)
        desks.move(actor, problem, ProblemMove.CLOSE, on, "closed_on = %(on)s")
        _wrote("closed", actor, problem)
        news.tell_soon(actor.name, on)


def _wrote(what: str, actor: Actor, problem: Any, **facts: object) -> None:  # noqa: ANN401
    audit.wrote(
        f"problem.{what}", actor=actor.name, subject=f"problem:{problem.problem_no}", **facts
    )
