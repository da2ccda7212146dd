"""What becomes of a measure: held or missed, revoked, decided by a second person, lifted."""

from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.records.remedies import Measure, MeasureCopy, MeasureFile
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.remedies import DayRefused, FieldMissing, MeasureMoved, UnknownMeasure
from models.rules.remedies import MEASURE, Authority, MeasureMove, MeasureState
from models.rules.states import sources, target
from models.services import access, audit, documents
from models.services.access import Actor
from models.services.documents import Document
from models.services.remedies import news
from models.services.remedies.measuring import (
    TEXT_CHARS_MAX,
    Meeting,
    add_event,
    check_meeting,
)

WORDS: dict[MeasureMove, tuple[str, str]] = {
    MeasureMove.PLAN_AGAIN: ("改期", "planned again"),
    MeasureMove.HOLD: ("登记约谈结果", "held"),
    MeasureMove.MISS: ("登记未到场", "missed"),
    MeasureMove.REVOKE: ("撤销", "revoked"),
    MeasureMove.APPROVE: ("批准", "approved"),
    MeasureMove.REFUSE: ("退回", "refused"),
    MeasureMove.WITHDRAW: ("撤回", "withdrawn"),
    MeasureMove.LIFT: ("恢复拨付", "lifted"),
}
_DECIDED = "decided_by = %(actor)s, decided_at = %(now)s, decided_on = %(on)s, answer = %(words)s"
_ENDED = "ended_by = %(actor)s, ended_at = %(now)s, ended_on = %(on)s, end_reason = %(words)s"


def plan_again(actor: Actor, measure_id: int, wanted: Meeting | None, on: date) -> None:
    """Give an interview another day or place and tell the institution.

    Raises FieldMissing, DayRefused and what every move raises: NotAllowed, UnknownMeasure,
    MeasureMoved.
    """
    access.require(actor, "measure")
    meeting = check_meeting(wanted, on)
    with db.atomic():
        _locked(actor, measure_id)
        _move(
            actor, measure_id, MeasureMove.PLAN_AGAIN, on,
            "meet_on = %(meet_on)s, meet_time = %(meet_time)s, place = %(place)s,"
            " invited = coalesce(%(invited)s, invited)",
            meet_on=meeting.meet_on,
            meet_time=meeting.meet_time or None,
            place=meeting.place.strip(),
            invited=meeting.invited.strip() or None,
        )  # fmt: skip
        news.tell_soon(actor.name, on)


def hold(
    actor: Actor,
    measure_id: int,
    on: date,
    *,
    attended: str,
    outcome: str,
    rectify_by_on: date | None = None,
    document: Document | None = None,
) -> None:
    """Record that an interview took place: who came, what was agreed, by when it is put right.

    Raises FieldMissing, DayRefused (before its day), DocumentRefused.
    """
    access.require(actor, "measure")
    if not attended.strip():
        raise FieldMissing(what="参加人员", what_en="who came")
    if not outcome.strip():
        raise FieldMissing(what="约谈纪要", what_en="the outcome")
    with db.atomic():
        measure = _locked(actor, measure_id)
        if measure.meet_on is not None and on < measure.meet_on:
            raise DayRefused(
                what="约谈结果登记日", what_en="the day of its result", earliest=measure.meet_on
            )
        _move(
            actor, measure_id, MeasureMove.HOLD, on,
            "attended = %(attended)s, outcome = %(outcome)s,"
            " rectify_by_on = coalesce(%(rectify_by_on)s, rectify_by_on)",
            attended=attended.strip()[:TEXT_CHARS_MAX],
            outcome=outcome.strip()[:TEXT_CHARS_MAX],
            rectify_by_on=rectify_by_on,
        )  # fmt: skip
        _attach(actor, measure_id, document)


def miss(actor: Actor, measure_id: int, words: str, on: date) -> None:
    """Record that the institution did not come. Raises ReasonNeeded."""
    access.require(actor, "measure")
    with db.atomic():
        _locked(actor, measure_id)
        _move(
            actor,
            measure_id,
            MeasureMove.MISS,
            on,
            "outcome = %(words)s",
            words=_said(words, "未到场"),
        )


def revoke(actor: Actor, measure_id: int, reason: str, on: date) -> None:
    """Take back a bulletin, letter or interview with its reason. Raises ReasonNeeded."""
    access.require(actor, "measure")
    with db.atomic():
        _locked(actor, measure_id)
        _move(actor, measure_id, MeasureMove.REVOKE, on, _ENDED, words=_said(reason, "撤销措施"))
        news.tell_soon(actor.name, on)


def approve(actor: Actor, measure_id: int, on: date, *, answer: str = "") -> None:
    """Put a proposed suspension into force, as its second person. Raises SecondPersonNeeded."""
    access.require(actor, "measure_decide")
    with db.atomic():
        _require_another(actor, _locked(actor, measure_id))
        _move(
            actor, measure_id, MeasureMove.APPROVE, on, _DECIDED,
            words=answer.strip()[:TEXT_CHARS_MAX] or None,
        )  # fmt: skip
        news.tell_soon(actor.name, on)


def refuse(actor: Actor, measure_id: int, reason: str, on: date) -> None:
    """Refuse a proposed suspension with its reason. Raises SecondPersonNeeded, ReasonNeeded."""
    access.require(actor, "measure_decide")
    with db.atomic():
        _require_another(actor, _locked(actor, measure_id))
        _move(actor, measure_id, MeasureMove.REFUSE, on, _DECIDED, words=_said(reason, "退回提议"))


def withdraw(actor: Actor, measure_id: int, reason: str, on: date) -> None:
    """Take back a suspension that the actor proposed and nobody decided. Raises ReasonNeeded."""
    access.require(actor, "measure")
    with db.atomic():
        if _locked(actor, measure_id).made_by != actor.name:
            raise UnknownMeasure(measure_no=measure_id)
        _move(actor, measure_id, MeasureMove.WITHDRAW, on, _ENDED, words=_said(reason, "撤回提议"))


def lift(actor: Actor, measure_id: int, reason: str, on: date) -> None:
    """Lift a suspension in force by a decision with its reason. Raises ReasonNeeded."""
    access.require(actor, "measure_decide")
    with db.atomic():
        _locked(actor, measure_id)
        _move(actor, measure_id, MeasureMove.LIFT, on, _ENDED, words=_said(reason, "恢复拨付"))
        news.tell_soon(actor.name, on)


def copy(
    actor: Actor, measure_id: int, authority: Authority, name: str, on: date, *, letter_no: str = ""
) -> None:
    """Record that an authority got a copy; the same copy twice is one row. Raises FieldMissing."""
    access.require(actor, "measure")
    if not name.strip():
        raise FieldMissing(what="单位名称", what_en="the authority's name")
    with db.atomic():
        measure = _locked(actor, measure_id)
        told = {
            "measure_id": measure_id, "authority": authority, "name": name.strip(),
            "copied_on": on, "letter_no": letter_no.strip() or None, "made_by": actor.name,
            "made_at": clock.now(),
        }  # fmt: skip
        if MeasureCopy.insert(**told).on_conflict_ignore().as_rowcount().execute() == 0:
            return
        state = MeasureState(measure.state)
        add_event(measure_id, "copy", state, state, on, actor.name, name=name.strip())
        audit.wrote(
            "measure.copied",
            actor=actor.name,
            subject=f"measure:{measure_id}",
            measure_no=measure.measure_no,
            authority=authority.value,
            name=name.strip(),
        )


def attach(actor: Actor, measure_id: int, document: Document | None) -> None:
    """Add a document to a measure. Raises DocumentRefused, FieldMissing."""
    access.require(actor, "measure")
    with db.atomic():
        measure = _locked(actor, measure_id)
        if _attach(actor, measure_id, document) is None:
            raise FieldMissing(what="附件", what_en="the document")
        audit.wrote(
            "measure.attached",
            actor=actor.name,
            subject=f"measure:{measure_id}",
            measure_no=measure.measure_no,
        )


def _attach(actor: Actor, measure_id: int, document: Document | None) -> int | None:
    file_id = documents.keep(document, by=actor.name)
    if file_id is not None:
        MeasureFile.create(
            measure_id=measure_id, file_id=file_id, made_by=actor.name, made_at=clock.now()
        )
    return file_id


def _said(words: str, what: str) -> str:
    if not words.strip():
        raise ReasonNeeded(what=what)
    return words.strip()[:TEXT_CHARS_MAX]


def _locked(actor: Actor, measure_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return the measure under its lock if any of its lines lies in the actor's areas."""
    row = Measure.select().where(Measure.id == measure_id).for_update().get_or_none()
    if row is None:
        raise UnknownMeasure(measure_no=measure_id)
    if actor.area_code != access.ALL_AREAS:
        mine = set(access.areas_below(actor.area_code))
        if not mine & set(row.area_codes):
            raise UnknownMeasure(measure_no=measure_id)
    return row


def _require_another(actor: Actor, measure: Any) -> None:  # noqa: ANN401 - a row by name
    if measure.made_by == actor.name:
        raise SecondPersonNeeded(actor=actor.name, what="暂停拨付")


def _move(
    actor: Actor, measure_id: int, move: MeasureMove, on: date, assignments: str, **told: object
) -> None:
    """Move a measure by a guarded update and add it to its story."""
    facts = {name: value for name, value in told.items() if value is not None}
    guarded = {
        "id": measure_id, "actor": actor.name, "now": clock.now(), "on": on,
        "from": sources(MEASURE, move), "to": target(MEASURE, move), **told,
    }  # fmt: skip
    before = sql("SELECT state, measure_no FROM measure WHERE id = %s", (measure_id,)).fetchone()
    moved = sql(
        f"UPDATE measure SET state = %(to)s, {assignments}"
        " WHERE id = %(id)s AND state = ANY (%(from)s)",
        guarded,
    )
    if moved.rowcount != 1:
        what, what_en = WORDS[move]
        raise MeasureMoved(measure_no=before[1], what=what, what_en=what_en)
    start, end = MeasureState(before[0]), MeasureState(target(MEASURE, move))
    add_event(measure_id, move.value, start, end, on, actor.name, **facts)
    audit.wrote(
        f"measure.{move.value}",
        actor=actor.name,
        subject=f"measure:{measure_id}",
        measure_no=before[1],
        **{name: str(value) for name, value in facts.items()},
    )
