"""What who reported a problem says of its result: agreed, reopened, rated; or taken back."""

from datetime import date

from models.records.base import db
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.problems import ReopenOver
from models.rules.problems import (
    ProblemMove,
    ProblemState,
    Satisfaction,
    Urgency,
    may_reopen,
    result_by,
)
from models.services import access, audit
from models.services.access import Actor
from models.services.judgement.due import day_kinds
from models.services.problems import desks, news, terms
from models.services.problems.talking import add_word


def accept(actor: Actor, problem_no: str, satisfaction: Satisfaction, words: str, on: date) -> None:
    """Agree with the result, or rate what the desk closed, and say how content one is.

    Raises NotAllowed, UnknownProblem, NotTheReporter, ProblemMoved.
    """
    access.require(actor, "problem_say")
    with db.atomic():
        problem = desks.locked(actor, problem_no)
        is_closed = problem.state == ProblemState.CLOSED
        act = ProblemMove.RATE if is_closed else ProblemMove.ACCEPT
        desks.require_reporter(actor, problem, act)
        desks.move(
            actor, problem, act, on,
            "satisfaction = %(satisfaction)s" + ("" if is_closed else ", closed_on = %(on)s"),
            {"satisfaction": satisfaction.value}, satisfaction=satisfaction.value,
        )  # fmt: skip
        if words.strip():
            add_word(actor, problem.id, words, on, file_id=None, inside=False)
        audit.wrote(
            "problem.accepted", actor=actor.name, subject=f"problem:{problem_no}",
            satisfaction=satisfaction.value,
        )  # fmt: skip
        news.tell_soon(actor.name, on)


def reopen(actor: Actor, problem_no: str, words: str, on: date) -> None:
    """Send a result back to the desk that gave it, and say why; its days begin anew.

    Raises NotAllowed, UnknownProblem, NotTheReporter, ReasonNeeded, ReopenOver, ProblemMoved.
    """
    access.require(actor, "problem_say")
    if not words.strip():
        raise ReasonNeeded(what="重开")
    with db.atomic():
        problem = desks.locked(actor, problem_no)
        desks.require_reporter(actor, problem, ProblemMove.REOPEN)
        counts = terms.of(problem.kind_code, on)
        days = day_kinds()
        if problem.closed_on and not may_reopen(problem.closed_on, on, counts, days):
            raise ReopenOver(problem_no=problem_no, days=counts.reopen_days)
        desks.move(
            actor, problem, ProblemMove.REOPEN, on,
            "closed_on = NULL, satisfaction = NULL, result_due_on = %(due)s,"
            " reopened_count = reopened_count + 1",
            {"words": words.strip()[:500]},
            due=result_by(on, counts, Urgency(problem.urgency), days),
        )  # fmt: skip
        add_word(actor, problem.id, words, on, file_id=None, inside=False)
        audit.wrote("problem.reopened", actor=actor.name, subject=f"problem:{problem_no}")
        news.tell_soon(actor.name, on)


def withdraw(actor: Actor, problem_no: str, words: str, on: date) -> None:
    """Take a problem back that nobody answered yet.

    Raises NotAllowed, UnknownProblem, NotTheReporter, ProblemMoved.
    """
    access.require(actor, "problem_say")
    with db.atomic():
        problem = desks.locked(actor, problem_no)
        desks.require_reporter(actor, problem, ProblemMove.WITHDRAW)
        desks.move(actor, problem, ProblemMove.WITHDRAW, on, "", {"words": words.strip()[:500]})
        audit.wrote("problem.withdrawn", actor=actor.name, subject=f"problem:{problem_no}")
        news.tell_soon(actor.name, on)
