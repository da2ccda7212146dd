"""What people do with a paper: another reviews it, it is sent, withdrawn, or replaced."""

from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.records.papers import Paper
from models.rules.errors.papers import PaperByItsMaker, PaperMoved, UnknownPaper
from models.rules.errors.payment import ReasonNeeded
from models.rules.papers import PAPER, TITLES, PaperKind, PaperMove
from models.rules.states import sources, target
from models.services import access, audit
from models.services.access import Actor
from models.services.papers import news, rectifying

WORDS_CHARS_MAX = 2_000
#: One numbering at a time, so that numbers have no gaps and none is given twice.
NUMBER_LOCK = 7_466_052
_ENDED = "ended_by = %(by)s, ended_at = %(now)s, end_reason = %(why)s"


def review(actor: Actor, paper_id: int, seen_hash: str) -> None:
    """Agree to a draft as seen. Raises NotAllowed, UnknownPaper, PaperByItsMaker, PaperMoved."""
    access.require(actor, "paper_review")
    with db.atomic():
        paper = locked(actor, paper_id)
        if paper.made_by == actor.name:
            raise PaperByItsMaker(paper=name(paper))
        _move(
            actor, paper, PaperMove.REVIEW, "reviewed_by = %(by)s, reviewed_at = %(now)s,"
            " reason = NULL", seen_hash,
        )  # fmt: skip


def give_back(actor: Actor, paper_id: int, reason: str) -> None:
    """Take a review back with its reason. Raises ReasonNeeded, PaperMoved."""
    access.require(actor, "paper_review")
    with db.atomic():
        _move(
            actor, locked(actor, paper_id), PaperMove.RETURN,
            "reviewed_by = NULL, reviewed_at = NULL, reason = %(why)s",
            why=_said(reason, "退回文书"),
        )  # fmt: skip


def drop(actor: Actor, paper_id: int, reason: str) -> None:
    """Give up a version nobody got. Raises ReasonNeeded, PaperMoved."""
    access.require(actor, "paper")
    with db.atomic():
        _move(actor, locked(actor, paper_id), PaperMove.DROP, _ENDED, why=_said(reason, "放弃文书"))


def send(actor: Actor, paper_id: int, seen_hash: str, on: date) -> str:
    """Send a reviewed paper and return its number; the version before it is replaced.

    Every hospital on its interview list gets a rectification; mails follow by a job. Raises
    PaperMoved.
    """
    access.require(actor, "paper")
    with db.atomic():
        paper = locked(actor, paper_id)
        sql("SELECT pg_advisory_xact_lock(%s)", (NUMBER_LOCK,))
        former = Paper.get_or_none(
            Paper.kind == paper.kind,
            Paper.span == paper.span,
            Paper.area_code == paper.area_code,
            Paper.state == target(PAPER, PaperMove.SEND),
        )
        number = _number(PaperKind(paper.kind), on)
        if former is not None:
            _move(actor, former, PaperMove.REPLACE, _ENDED, why=f"由 {number} 取代")
        _move(
            actor, paper, PaperMove.SEND,
            "sent_by = %(by)s, sent_at = %(now)s, sent_on = %(on)s, paper_no = %(number)s",
            seen_hash, on=on, number=number,
        )  # fmt: skip
        rectifying.open_called(actor, paper, on)
        news.tell_soon(actor.name, on)
    return number


def withdraw(actor: Actor, paper_id: int, reason: str, on: date) -> None:
    """Withdraw what was sent, with its reason; whoever got it is told. Raises ReasonNeeded."""
    access.require(actor, "paper")
    with db.atomic():
        paper = locked(actor, paper_id)
        _move(actor, paper, PaperMove.WITHDRAW, _ENDED, why=_said(reason, "撤回文书"))
        news.tell_soon(actor.name, on)


def locked(actor: Actor, paper_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a paper of the actor's areas under its lock; raises UnknownPaper."""
    row = Paper.select().where(Paper.id == paper_id).for_update().get_or_none()
    if row is None or not access.reaches(actor, row.area_code):
        raise UnknownPaper
    return row


def name(paper: Any) -> str:  # noqa: ANN401 - a row by name
    """Return what a paper is called: its number, or its kind and span."""
    return str(paper.paper_no or f"{TITLES[PaperKind(paper.kind)][1]} {paper.span}")


def _number(kind: PaperKind, on: date) -> str:
    found = sql(
        "SELECT count(*) FROM paper WHERE kind = %s AND extract(year FROM sent_on) = %s",
        (kind.value, on.year),
    ).fetchone()
    return f"{TITLES[kind][1]}〔{on.year}〕{found[0] + 1}号"


def _said(words: str, what: str) -> str:
    if not words.strip():
        raise ReasonNeeded(what=what)
    return words.strip()[:WORDS_CHARS_MAX]


def _move(
    actor: Actor,
    paper: Any,  # noqa: ANN401 - a row by name
    move: PaperMove,
    assignments: str,
    seen_hash: str | None = None,
    **told: object,
) -> None:
    """Move a paper by a guarded update: the state it had and the content the person saw."""
    facts = {
        "id": paper.id, "by": actor.name, "now": clock.now(), "hash": seen_hash,
        "from": sources(PAPER, move), "to": target(PAPER, move), **told,
    }  # fmt: skip
    moved = sql(
        f"UPDATE paper SET state = %(to)s, {assignments} WHERE id = %(id)s"
        " AND state = ANY (%(from)s) AND (%(hash)s::text IS NULL OR content_hash = %(hash)s)",
        facts,
    )
    if moved.rowcount != 1:
        raise PaperMoved(paper=name(paper))
    kept = {key: str(value) for key, value in told.items() if value is not None}
    audit.wrote(f"paper.{move}", actor=actor.name, subject=f"paper:{paper.id}", **kept)
