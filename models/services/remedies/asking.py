"""Somebody asks not to urge late lines for a while: a maker, or the institution's own seat."""

from dataclasses import dataclass
from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.errors.remedies import (
    DayRefused,
    ExcuseLive,
    FieldMissing,
    LastDayNeeded,
    UnknownExcuse,
)
from models.rules.remedies import EXCUSE, REASONS, ExcuseMove, ExcuseReason
from models.rules.states import sources, target
from models.services import access, audit, documents
from models.services.access import Actor
from models.services.documents import Document
from models.services.remedies import chosen
from models.services.remedies.chosen import Seen, Wanted
from models.services.remedies.knowing import WORDS_CHARS_MAX

#: One asking at a time, so that no line is asked for twice.
ASK_LOCK = 7_466_031

#: What is over makes room; it covered nothing since its last day.
_LAPSE = """
UPDATE line_excuse x SET state = %(to)s, ended_by = 'system', ended_at = %(now)s,
       ended_on = x.until_on + 1, end_reason = '到期'
  FROM chosen c
 WHERE c.line_no = x.line_no AND x.state = ANY (%(from)s) AND x.until_on < %(on)s
"""
_LIVE = """
SELECT count(*), min(x.line_no), min(x.request_no) FROM line_excuse x JOIN chosen c USING (line_no)
 WHERE x.state IN ('asked', 'granted')
"""
_ASK = """
INSERT INTO line_excuse (request_no, line_no, hospital_code, enterprise_code, area_code,
       responsible, party_code, due_on, unpaid_fen, from_on, until_on, reason, note,
       evidence_file_id, state, asked_by, asked_at, asked_on)
SELECT %(request_no)s, c.line_no, c.hospital_code, c.enterprise_code, c.area_code,
       c.responsible, c.party_code, c.due_on, c.unpaid_fen, %(from_on)s, %(until_on)s, %(reason)s,
       %(note)s, %(file)s, 'asked', %(actor)s, %(now)s, %(on)s
  FROM chosen c ORDER BY c.line_no
"""
_WITHDRAW = """
UPDATE line_excuse SET state = %(to)s, ended_by = %(actor)s, ended_at = %(now)s, ended_on = %(on)s,
       end_reason = %(reason)s
 WHERE request_no = %(request_no)s AND state = ANY (%(from)s) AND asked_by = %(actor)s
"""


@dataclass(frozen=True)
class Wish:
    """Why lines are not to be urged, and from when to when."""

    reason: ExcuseReason
    from_on: date
    until_on: date | None = None
    note: str = ""
    document: Document | None = None


def ask(actor: Actor, wanted: Wanted, wish: Wish, on: date, *, seen: Seen | None = None) -> str:
    """Ask for an excuse of late lines and return the request's number; it covers nothing yet.

    Raises NotAllowed, UnknownParty, NothingLate, SelectionChanged, ExcuseLive (a line is excused
    or asked for already), LastDayNeeded, FieldMissing, DayRefused, DocumentRefused.
    """
    access.require(actor, "excuse_ask")
    _check(wish, on)
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (ASK_LOCK,))
        chosen.require(actor, wanted, on, seen)
        told = {"now": clock.now(), "on": on, **_way(ExcuseMove.LAPSE)}
        sql(_LAPSE, told)
        count, line_no, live = sql(_LIVE).fetchone()
        if count:
            raise ExcuseLive(count=count, line_no=line_no, request_no=live)
        row = sql("SELECT nextval(pg_get_serial_sequence('line_excuse', 'id'))").fetchone()
        request_no = f"MC{on:%Y%m%d}{int(row[0]):06d}"
        sql(
            _ASK,
            {
                "request_no": request_no,
                "from_on": wish.from_on,
                "until_on": wish.until_on,
                "reason": wish.reason.value,
                "note": wish.note.strip()[:WORDS_CHARS_MAX] or None,
                "file": documents.keep(wish.document, by=actor.name),
                "actor": actor.name,
                "now": clock.now(),
                "on": on,
            },
        )
        asked = chosen.whole()
        audit.wrote(
            "excuse.asked",
            actor=actor.name,
            subject=f"excuse:{request_no}",
            lines=asked.lines,
            unpaid_fen=asked.unpaid_fen,
            reason=wish.reason.value,
            note=wish.note.strip()[:WORDS_CHARS_MAX],
            from_on=wish.from_on,
            until_on=wish.until_on,
        )
    return request_no


def _check(wish: Wish, on: date) -> None:
    terms = REASONS[wish.reason]
    if terms.note and not wish.note.strip():
        raise FieldMissing(what="说明", what_en="the explanation")
    if terms.last_day and wish.until_on is None:
        raise LastDayNeeded(reason=terms.zh, reason_en=terms.en)
    if wish.from_on < on:
        raise DayRefused(what="开始日", what_en="the first day", earliest=on)
    if wish.until_on is not None and wish.until_on < wish.from_on:
        raise DayRefused(what="截止日", what_en="the last day", earliest=wish.from_on)


def withdraw(actor: Actor, request_no: str, reason: str, on: date) -> int:
    """Take back what the actor asked for and nobody decided; return how many lines.

    Raises UnknownExcuse when there is nothing of the actor's to take back.
    """
    access.require(actor, "excuse_ask")
    told = {
        "request_no": request_no,
        "actor": actor.name,
        "now": clock.now(),
        "on": on,
        "reason": reason.strip()[:WORDS_CHARS_MAX] or None,
        **_way(ExcuseMove.WITHDRAW),
    }
    with db.atomic():
        count = int(sql(_WITHDRAW, told).rowcount)
        if count == 0:
            raise UnknownExcuse(request_no=request_no)
        audit.wrote(
            "excuse.withdrawn",
            actor=actor.name,
            subject=f"excuse:{request_no}",
            lines=count,
            reason=reason.strip(),
        )
    return count


def _way(move: ExcuseMove) -> dict[str, object]:
    """Return from where and whither a move leads, for the guard of its UPDATE."""
    return {"from": sources(EXCUSE, move), "to": target(EXCUSE, move)}
