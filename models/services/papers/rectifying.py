"""What hospitals are asked to put right: asked, answered, agreed to or given back, done."""

from datetime import date, timedelta
from typing import Any

from models import clock
from models.records.base import db, sql
from models.records.papers import Rectification, RectificationEvent
from models.rules.errors.papers import RectificationMoved, UnknownRectification
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.remedies import DayRefused, FieldMissing
from models.rules.papers import RECTIFICATION, PaperKind, RectificationMove, RectificationState
from models.rules.states import sources, target
from models.services import access, audit, documents
from models.services.access import Actor
from models.services.documents import Document
from models.services.papers import news, rules

WORDS_CHARS_MAX = 4_000
#: One numbering at a time, so that numbers have no gaps and none is given twice.
NUMBER_LOCK = 7_466_053
DEMAND = "请查明原因，制定整改措施和整改期限，在答复期限前报送经办机构。"

#: The interview list of a paper, without hospitals that still answer for an earlier one.
_CALLED = """
SELECT c.hospital_code, h.area_code, c.words FROM paper_hospital c JOIN hospital h
       USING (hospital_code)
 WHERE c.paper_id = %(paper)s AND cardinality(c.reasons) > 0
   AND NOT EXISTS (SELECT FROM rectification r WHERE r.hospital_code = c.hospital_code
                    AND r.state IN ('open', 'answered', 'returned', 'accepted'))
 ORDER BY c.hospital_code
"""


def open_called(actor: Actor, paper: Any, on: date) -> int:  # noqa: ANN401 - a row by name
    """Ask every hospital on a bulletin's interview list, in the caller's transaction."""
    if paper.kind != PaperKind.BULLETIN:
        return 0
    rule = rules.of(paper.area_code, on)
    called = sql(_CALLED, {"paper": paper.id}).fetchall()
    for code, area, found in called:
        answer_by = on + timedelta(days=rule.rectify_days)
        _write(actor, (code, area), "；".join(found), DEMAND, answer_by, on, paper_id=paper.id)
    return len(called)


def open_one(
    actor: Actor,
    hospital_code: str,
    findings: str,
    demand: str,
    answer_by_on: date | None,
    on: date,
    *,
    meet_on: date | None = None,
    place: str = "",
) -> int:
    """Ask one hospital to put something right and return the row.

    Raises NotAllowed, UnknownRectification (no such hospital there), FieldMissing, DayRefused.
    """
    access.require(actor, "rectify")
    if not findings.strip():
        raise FieldMissing(what="存在问题", what_en="what was found")
    with db.atomic():
        row = sql(
            "SELECT area_code FROM hospital WHERE hospital_code = %s", (hospital_code,)
        ).fetchone()
        if row is None or not access.reaches(actor, row[0]):
            raise UnknownRectification
        until = answer_by_on or on + timedelta(days=rules.of(row[0], on).rectify_days)
        _require_not_before(until, on, "答复期限", "the day to answer")
        if meet_on is not None:
            _require_not_before(meet_on, on, "约谈日期", "the day of the interview")
        number = _write(
            actor, (hospital_code, row[0]), findings.strip(), demand.strip() or DEMAND, until, on,
            meet_on=meet_on, place=place.strip() or None,
        )  # fmt: skip
        news.tell_soon(actor.name, on)
    return number


def _write(
    actor: Actor,
    whose: tuple[str, str],
    findings: str,
    demand: str,
    answer_by: date,
    on: date,
    **more: object,
) -> int:
    sql("SELECT pg_advisory_xact_lock(%s)", (NUMBER_LOCK,))
    count = sql(
        "SELECT count(*) FROM rectification WHERE extract(year FROM opened_on) = %s", (on.year,)
    ).fetchone()[0]
    row = Rectification.create(
        rectification_no=f"整改〔{on.year}〕{count + 1}号",
        hospital_code=whose[0],
        area_code=whose[1],
        findings=findings[:WORDS_CHARS_MAX],
        demand=demand[:WORDS_CHARS_MAX],
        answer_by_on=answer_by,
        state=RectificationState.OPEN,
        opened_by=actor.name,
        opened_at=clock.now(),
        opened_on=on,
        **more,
    )
    _add_event(row.id, "open", RectificationState.OPEN, on, actor, day=answer_by)
    audit.wrote(
        "rectification.opened", actor=actor.name, subject=f"rectification:{row.id}",
        rectification_no=row.rectification_no, hospital_code=whose[0], answer_by_on=answer_by,
    )  # fmt: skip
    return int(row.id)


def answer(
    actor: Actor,
    number: int,
    plan: str,
    promised_on: date | None,
    on: date,
    document: Document | None = None,
) -> None:
    """Answer as the hospital: what will be done, by when.

    Raises NotAllowed, UnknownRectification, FieldMissing, DayRefused, DocumentRefused.
    """
    access.require(actor, "rectify_answer")
    if not plan.strip():
        raise FieldMissing(what="整改措施", what_en="what will be done")
    if promised_on is None:
        raise FieldMissing(what="整改期限", what_en="by when")
    _require_not_before(promised_on, on, "整改期限", "the promised day")
    with db.atomic():
        row = _locked(actor, number)
        file_id = documents.keep(document, by=actor.name)
        _move(
            actor, row, RectificationMove.ANSWER, on,
            "plan = %(words)s, promised_on = %(day)s, file_id = coalesce(%(file_id)s, file_id),"
            " answered_by = %(by)s, answered_at = %(now)s, answered_on = %(on)s",
            words=plan.strip()[:WORDS_CHARS_MAX], day=promised_on, file_id=file_id,
        )  # fmt: skip


def accept(actor: Actor, number: int, reply: str, on: date) -> None:
    """Agree to the plan of a hospital; its promised day is followed from now on."""
    _decide(actor, number, RectificationMove.ACCEPT, reply.strip(), on)


def give_back(
    actor: Actor, number: int, reason: str, on: date, answer_by_on: date | None = None
) -> None:
    """Give a plan back with the reason and a new day to answer. Raises ReasonNeeded, DayRefused."""
    until = answer_by_on or on + timedelta(days=7)
    _require_not_before(until, on, "答复期限", "the day to answer")
    _decide(
        actor, number, RectificationMove.GIVE_BACK, _said(reason, "退回整改措施"), on,
        ", answer_by_on = %(day)s", day=until,
    )  # fmt: skip


def close(actor: Actor, number: int, words: str, on: date) -> None:
    """Record that it was put right, and how that was seen. Raises ReasonNeeded."""
    _decide(
        actor, number, RectificationMove.CLOSE, _said(words, "整改完成"), on,
        ", closed_on = %(on)s",
    )  # fmt: skip


def withdraw(actor: Actor, number: int, reason: str, on: date) -> None:
    """Take back what was asked, with the reason. Raises ReasonNeeded."""
    _decide(actor, number, RectificationMove.WITHDRAW, _said(reason, "撤销整改"), on)


def _decide(
    actor: Actor,
    number: int,
    move: RectificationMove,
    words: str,
    on: date,
    more: str = "",
    **told: object,
) -> None:
    access.require(actor, "rectify")
    with db.atomic():
        row = _locked(actor, number)
        assignments = "reply = %(words)s, decided_by = %(by)s, decided_at = %(now)s" + more
        kept = words[:WORDS_CHARS_MAX] or None
        _move(actor, row, move, on, assignments, words=kept, **told)


def _locked(actor: Actor, number: int) -> Any:  # noqa: ANN401 - a row by name
    row = Rectification.select().where(Rectification.id == number).for_update().get_or_none()
    if row is None:
        raise UnknownRectification
    own = actor.party_code is None or row.hospital_code == actor.party_code
    if not own or not access.reaches(actor, row.area_code):
        raise UnknownRectification
    return row


def _move(
    actor: Actor,
    row: Any,  # noqa: ANN401 - a row by name
    move: RectificationMove,
    on: date,
    assignments: str,
    **told: Any,  # noqa: ANN401 - values of columns
) -> None:
    """Move by a guarded update and add to the story."""
    end = RectificationState(target(RECTIFICATION, move))
    facts = {
        "id": row.id, "by": actor.name, "now": clock.now(), "on": on, "to": end.value,
        "from": sources(RECTIFICATION, move), **told,
    }  # fmt: skip
    moved = sql(
        f"UPDATE rectification SET state = %(to)s, {assignments}"
        " WHERE id = %(id)s AND state = ANY (%(from)s)",
        facts,
    )
    if moved.rowcount != 1:
        raise RectificationMoved(number=row.rectification_no)
    _add_event(row.id, move.value, end, on, actor, **told)
    audit.wrote(
        f"rectification.{move}", actor=actor.name, subject=f"rectification:{row.id}",
        rectification_no=row.rectification_no,
        **{name: str(value) for name, value in told.items() if value is not None},
    )  # fmt: skip
    news.tell_soon(actor.name, on)


def _add_event(
    number: int, move: str, end: RectificationState, on: date, actor: Actor, **told: object
) -> None:
    RectificationEvent.create(
        rectification_id=number,
        move=move,
        to_state=end.value,
        happened_on=on,
        happened_at=clock.now(),
        actor=actor.name,
        words=told.get("words"),
        day=told.get("day"),
        file_id=told.get("file_id"),
    )


def _require_not_before(day: date, earliest: date, what: str, what_en: str) -> None:
    if day < earliest:
        raise DayRefused(what=what, what_en=what_en, earliest=earliest)


def _said(words: str, what: str) -> str:
    if not words.strip():
        raise ReasonNeeded(what=what)
    return words.strip()
