"""Measures are taken of an institution that pays late: bulletin, interview, letter, suspension."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.remedies import Measure, MeasureEvent
from models.rules.errors.remedies import (
    DayRefused,
    FieldMissing,
    NoStepRecorded,
    SuspensionLive,
    SuspensionNotReached,
)
from models.rules.remedies import BEGINS, MeasureKind, MeasureState
from models.rules.words import LadderAction
from models.services import access, audit
from models.services.access import Actor
from models.services.excused import excused
from models.services.remedies import chosen, news
from models.services.remedies.chosen import Institution, Seen, Wanted

#: One numbering at a time, so that numbers have no gaps and none is given twice.
NUMBER_LOCK = 7_466_032
TEXT_CHARS_MAX = 4_000
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")

NUMBERED: dict[MeasureKind, str] = {
    MeasureKind.BULLETIN: "通报",
    MeasureKind.INTERVIEW: "约谈",
    MeasureKind.REFERRAL: "函告",
    MeasureKind.SUSPENSION: "暂停",
}

#: What a measure rests on: the highest step recorded of each line that is not excused today.
_EVIDENCE = f"""
CREATE TEMP TABLE evidence ON COMMIT DROP AS
SELECT c.line_no, s.step, s.action, c.due_on, c.days_late, c.unpaid_fen, c.interest_fen,
       c.area_code
  FROM chosen c CROSS JOIN LATERAL (
       SELECT o.step, o.facts ->> 'action' AS action FROM overdue_step o
        WHERE o.line_no = c.line_no ORDER BY o.step DESC LIMIT 1) s
 WHERE NOT {excused("c.line_no")}
"""
_SUMS = """
SELECT count(*), coalesce(sum(unpaid_fen), 0)::bigint, coalesce(max(days_late), 0),
       coalesce(bool_or(action = %(suspend)s), false),
       coalesce(sum(interest_fen), 0)::bigint,
       array_agg(DISTINCT area_code ORDER BY area_code),
       md5(string_agg(line_no || ':' || step || ':' || unpaid_fen, ',' ORDER BY line_no))
  FROM evidence
"""
_KEEP = """
INSERT INTO measure_step (measure_id, line_no, step, due_on, days_late, unpaid_fen)
SELECT %s, line_no, step, due_on, days_late, unpaid_fen FROM evidence
"""
_LAPSE = """
UPDATE measure SET state = 'lapsed', ended_by = 'system', ended_at = %(now)s,
       ended_on = until_on + 1, end_reason = '到期'
 WHERE party_kind = %(kind)s AND party_code = %(code)s AND state = 'in_force'
   AND until_on < %(on)s
RETURNING id
"""


@dataclass(frozen=True)
class Meeting:
    """When and where an interview is, and who is asked to come."""

    meet_on: date
    place: str
    meet_time: str = ""
    invited: str = ""


@dataclass(frozen=True)
class Plan:
    """A measure as it is wanted."""

    kind: MeasureKind
    words: str
    meeting: Meeting | None = None
    #: A suspension's first and last day.
    from_on: date | None = None
    until_on: date | None = None
    rectify_by_on: date | None = None


@dataclass(frozen=True)
class Evidence:
    """What a measure would rest on."""

    lines: int
    unpaid_fen: int
    days_late_max: int
    suspends: bool
    interest_fen: int
    areas: list[str]
    mark: str

    @property
    def seen(self) -> Seen:
        """Return what a person looked at."""
        return Seen(self.lines, self.unpaid_fen)


def look(actor: Actor, wanted: Wanted, on: date) -> Evidence:
    """Return what a measure would rest on, in a transaction. Raises UnknownParty."""
    chosen.collect(actor, wanted, on)
    sql("DROP TABLE IF EXISTS pg_temp.evidence")
    sql(_EVIDENCE, {"on": on})
    row = list(sql(_SUMS, {"suspend": LadderAction.SUSPEND.value}).fetchone())
    row[5], row[6] = row[5] or [], row[6] or ""
    return Evidence(*row)


def take(actor: Actor, wanted: Wanted, plan: Plan, on: date, *, seen: Seen | None = None) -> int:
    """Record a measure with the steps it rests on and tell the institution; return its row.

    A suspension is only proposed. The same wish on the same day is one measure. Raises NotAllowed,
    UnknownParty, NothingLate, SelectionChanged, NoStepRecorded, SuspensionNotReached,
    SuspensionLive, FieldMissing, DayRefused.
    """
    access.require(actor, "measure")
    _check(plan, on)
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NUMBER_LOCK,))
        party = chosen.institution(actor, wanted)
        found = look(actor, wanted, on)
        _require(party, plan, found, seen)
        key = _key(party, plan, found, on)
        known = Measure.get_or_none(Measure.dedupe_key == key)
        if known is not None:
            return int(known.id)
        if plan.kind is MeasureKind.SUSPENSION:
            _refuse_a_second(party, on)
        return _write(actor, party, plan, found, on, key)


def _check(plan: Plan, on: date) -> None:
    if not plan.words.strip():
        raise FieldMissing(what="事由", what_en="what it is about")
    if plan.kind is MeasureKind.INTERVIEW:
        check_meeting(plan.meeting, on)
    if plan.kind is MeasureKind.SUSPENSION:
        if plan.from_on is None:
            raise FieldMissing(what="开始日", what_en="the first day")
        if plan.from_on < on:
            raise DayRefused(what="开始日", what_en="the first day", earliest=on)
        if plan.until_on is not None and plan.until_on < plan.from_on:
            raise DayRefused(what="截止日", what_en="the last day", earliest=plan.from_on)


def check_meeting(meeting: Meeting | None, on: date) -> Meeting:
    """Return the meeting if day, time and place can be meant. Raises FieldMissing, DayRefused."""
    if meeting is None:
        raise FieldMissing(what="约谈日期", what_en="the day of the interview")
    if not meeting.place.strip():
        raise FieldMissing(what="地点", what_en="the place")
    if meeting.meet_time and not _TIME.fullmatch(meeting.meet_time):
        raise FieldMissing(what="时间（如 09:30）", what_en="the time as 09:30")
    if meeting.meet_on < on:
        raise DayRefused(what="约谈日期", what_en="the day of the interview", earliest=on)
    return meeting


def _require(party: Institution, plan: Plan, found: Evidence, seen: Seen | None) -> None:
    chosen.require_seen(party, chosen.whole(), None)
    if not found.lines:
        raise NoStepRecorded(party=party.name)
    chosen.require_seen(party, found.seen, seen)
    if plan.kind is MeasureKind.SUSPENSION and not found.suspends:
        raise SuspensionNotReached(party=party.name)


def _refuse_a_second(party: Institution, on: date) -> None:
    told = {"kind": party.kind.value, "code": party.code, "on": on, "now": clock.now()}
    for (measure_id,) in sql(_LAPSE, told).fetchall():
        add_event(measure_id, "lapse", MeasureState.IN_FORCE, MeasureState.LAPSED, on, "system")
    live = Measure.get_or_none(
        Measure.party_kind == party.kind,
        Measure.party_code == party.code,
        Measure.state.in_([MeasureState.PROPOSED, MeasureState.IN_FORCE]),
    )
    if live is not None:
        raise SuspensionLive(party=party.name, measure_no=live.measure_no)


def _key(party: Institution, plan: Plan, found: Evidence, on: date) -> str:
    parts = (party.kind.value, party.code, plan, found.mark, on)
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def _number(kind: MeasureKind, on: date) -> str:
    count = sql(
        "SELECT count(*) FROM measure WHERE kind = %s AND extract(year FROM opened_on) = %s",
        (kind.value, on.year),
    ).fetchone()[0]
    return f"{NUMBERED[kind]}〔{on.year}〕{count + 1}号"


def _write(
    actor: Actor, party: Institution, plan: Plan, found: Evidence, on: date, key: str
) -> int:
    state, meeting = BEGINS[plan.kind], plan.meeting
    row = Measure.create(
        measure_no=_number(plan.kind, on),
        kind=plan.kind,
        state=state,
        party_kind=party.kind,
        party_code=party.code,
        area_codes=found.areas,
        opened_on=on,
        words=plan.words.strip()[:TEXT_CHARS_MAX],
        lines_count=found.lines,
        unpaid_fen=found.unpaid_fen,
        interest_fen=found.interest_fen,
        days_late_max=found.days_late_max,
        meet_on=meeting.meet_on if meeting else None,
        meet_time=(meeting.meet_time or None) if meeting else None,
        place=meeting.place.strip() if meeting else None,
        invited=(meeting.invited.strip() or None) if meeting else None,
        rectify_by_on=plan.rectify_by_on,
        from_on=plan.from_on,
        until_on=plan.until_on,
        made_by=actor.name,
        made_at=clock.now(),
        dedupe_key=key,
    )
    sql(_KEEP, (row.id,))
    add_event(row.id, "open", None, state, on, actor.name)
    audit.wrote(
        f"measure.{plan.kind.value}",
        actor=actor.name,
        subject=f"measure:{row.id}",
        measure_no=row.measure_no,
        party=f"{party.kind}:{party.code}",
        lines=found.lines,
        unpaid_fen=found.unpaid_fen,
    )
    news.tell_soon(actor.name, on)
    return int(row.id)


def add_event(
    measure_id: int,
    move: str,
    start: MeasureState | None,
    end: MeasureState,
    on: date,
    actor: str,
    **facts: object,
) -> None:
    """Add to a measure's story what happened, in the caller's transaction."""
    MeasureEvent.create(
        measure_id=measure_id,
        move=move,
        from_state=start.value if start else None,
        to_state=end.value,
        happened_on=on,
        happened_at=clock.now(),
        actor=actor,
        facts={name: str(value) for name, value in facts.items() if value not in (None, "")},
    )
