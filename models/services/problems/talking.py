"""What the sides of a problem say to one another, and who is shown it."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.problems import ProblemWord
from models.rules.errors.problems import ProblemOver, ProblemPartyRefused
from models.rules.errors.remedies import FieldMissing
from models.rules.problems import OVER, ProblemParty
from models.services import access, audit, documents
from models.services.access import Actor
from models.services.documents import Document
from models.services.problems import desks, news
from models.services.problems.events import add_event

WORDS_CHARS_MAX = 2_000

_JOIN = """
INSERT INTO problem_side (problem_id, party_kind, party_code, joined_on, joined_by)
VALUES (%(id)s, %(kind)s, %(code)s, %(on)s, %(by)s) ON CONFLICT DO NOTHING
"""
_KNOWN = {
    ProblemParty.HOSPITAL: "SELECT 1 FROM hospital WHERE hospital_code = %s",
    ProblemParty.ENTERPRISE: "SELECT 1 FROM enterprise WHERE credit_code = %s",
}


def say(
    actor: Actor,
    problem_no: str,
    words: str,
    on: date,
    *,
    document: Document | None = None,
    inside: bool = False,
) -> None:
    """Add what a side says; `inside` is for the agencies and, of a seat, itself alone.

    Raises NotAllowed, UnknownProblem, ProblemOver, FieldMissing, DocumentRefused.
    """
    access.require(actor, "problem_say")
    with db.atomic():
        problem = desks.locked(actor, problem_no)
        if problem.state in {one.value for one in OVER}:
            raise ProblemOver(problem_no=problem_no)
        file_id = documents.keep(document, by=actor.name)
        if not words.strip() and file_id is None:
            raise FieldMissing(what="说明", what_en="the words")
        add_word(actor, problem.id, words, on, file_id=file_id, inside=inside)
        if not inside:
            side, code = desks.side_of(actor)
            add_event(
                problem.id, "say", problem.state, problem.state, on, actor.name,
                side=side.value, code=code,
            )  # fmt: skip
            news.tell_soon(actor.name, on)
        audit.wrote(
            "problem.said", actor=actor.name, subject=f"problem:{problem_no}",
            inside=inside, has_file=file_id is not None,
        )  # fmt: skip


def add_word(
    actor: Actor, problem_id: int, words: str, on: date, *, file_id: int | None, inside: bool
) -> None:
    """Write down what somebody said, in the caller's transaction."""
    side, code = desks.side_of(actor)
    ProblemWord.create(
        problem_id=problem_id,
        side=side,
        party_code=code,
        words=words.strip()[:WORDS_CHARS_MAX],
        inside=inside,
        file_id=file_id,
        said_by=actor.name,
        said_on=on,
        said_at=clock.now(),
    )


def invite(actor: Actor, problem_no: str, kind: ProblemParty, code: str, on: date) -> None:
    """Show a problem to a hospital or an enterprise, so that it can explain itself; twice is once.

    Raises NotAllowed, UnknownProblem, NotAtThisDesk, ProblemOver, ProblemPartyRefused.
    """
    access.require(actor, "problem_handle")
    with db.atomic():
        problem = desks.locked(actor, problem_no)
        desks.require_desk(actor, problem)
        if problem.state in {one.value for one in OVER}:
            raise ProblemOver(problem_no=problem_no)
        _require_known(kind, code)
        told = {"id": problem.id, "kind": kind.value, "code": code, "on": on, "by": actor.name}
        if not sql(_JOIN, told).rowcount:
            return
        add_event(
            problem.id, "invite", problem.state, problem.state, on, actor.name,
            party_kind=kind.value, party_code=code,
        )  # fmt: skip
        audit.wrote(
            "problem.invited", actor=actor.name, subject=f"problem:{problem_no}",
            party=f"{kind}:{code}",
        )  # fmt: skip
        news.tell_soon(actor.name, on)


def _require_known(kind: ProblemParty, code: str) -> None:
    if kind not in _KNOWN or sql(_KNOWN[kind], (code,)).fetchone() is None:
        what = ("医院", "Hospital") if kind is ProblemParty.HOSPITAL else ("企业", "Enterprise")
        raise ProblemPartyRefused(what=what[0], what_en=what[1], number=code)
