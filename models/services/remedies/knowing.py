"""An institution knows of its late lines, and may promise the day it pays by."""

import hashlib
from dataclasses import dataclass
from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.remedies import Acknowledgement
from models.rules.errors.remedies import DayRefused, FieldMissing
from models.rules.remedies import Channel
from models.rules.words import Role
from models.services import access, audit, documents
from models.services.access import Actor
from models.services.documents import Document
from models.services.remedies import chosen
from models.services.remedies.chosen import Institution, Seen, Wanted

WORDS_CHARS_MAX = 500

_LINES = """
INSERT INTO acknowledged_line (acknowledgement_id, line_no, due_on, unpaid_fen)
SELECT %s, line_no, due_on, unpaid_fen FROM chosen
"""
_MARK = "SELECT md5(string_agg(line_no || ':' || unpaid_fen, ',' ORDER BY line_no)) FROM chosen"


@dataclass(frozen=True)
class Saying:
    """What the institution said, who said it and how."""

    said_by: str
    channel: Channel = Channel.SEAT
    #: Number of the letter, or time of the call.
    reference: str = ""
    promised_on: date | None = None
    note: str = ""
    document: Document | None = None


def acknowledge(
    actor: Actor, wanted: Wanted, saying: Saying, on: date, *, seen: Seen | None = None
) -> int:
    """Write down that the institution knows of these lines, and what it promised; return the row.

    From its own seat, or by the agency's staff who name the person and the call or letter. The
    same words about the same lines on the same day are one row, however often they are sent.
    Raises NotAllowed, UnknownParty, NothingLate, SelectionChanged, FieldMissing, DayRefused,
    DocumentRefused.
    """
    access.require(actor, "acknowledge")
    told = _checked(actor, saying, on)
    with db.atomic():
        party = chosen.require(actor, wanted, on, seen)
        key = _key(party, told, on)
        sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))
        known = Acknowledgement.get_or_none(Acknowledgement.dedupe_key == key)
        return int(known.id) if known else _write(actor, party, told, on, key)


def _checked(actor: Actor, saying: Saying, on: date) -> Saying:
    """Return the words as they are kept; a seat speaks for itself."""
    seat = actor.role in {Role.HOSPITAL, Role.ENTERPRISE}
    if not saying.said_by.strip():
        raise FieldMissing(what="对方经办人", what_en="the person who said so")
    if not seat and saying.channel is not Channel.SEAT and not saying.reference.strip():
        raise FieldMissing(
            what="函件文号或通话时间", what_en="the letter's number or the call's time"
        )
    if not seat and saying.channel is Channel.SEAT:
        raise FieldMissing(what="知悉方式", what_en="how it was said")
    if saying.promised_on is not None and saying.promised_on < on:
        raise DayRefused(what="承诺付款日", what_en="the promised day", earliest=on)
    return Saying(
        said_by=saying.said_by.strip()[:WORDS_CHARS_MAX],
        channel=Channel.SEAT if seat else saying.channel,
        reference=saying.reference.strip()[:WORDS_CHARS_MAX],
        promised_on=saying.promised_on,
        note=saying.note.strip()[:WORDS_CHARS_MAX],
        document=saying.document,
    )


def _key(party: Institution, told: Saying, on: date) -> str:
    """Return what makes two acknowledgements the same: who, which lines, which words, which day."""
    mark = sql(_MARK).fetchone()[0]
    parts = (
        party.kind.value, party.code, on, mark, told.channel.value, told.said_by, told.reference,
        told.promised_on, told.note,
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def _write(actor: Actor, party: Institution, told: Saying, on: date, key: str) -> int:
    seen, areas = chosen.whole(), chosen.areas()
    row = Acknowledgement.create(
        party_kind=party.kind,
        party_code=party.code,
        area_codes=areas,
        known_on=on,
        promised_on=told.promised_on,
        channel=told.channel,
        said_by=told.said_by,
        reference=told.reference or None,
        note=told.note or None,
        evidence_file_id=documents.keep(told.document, by=actor.name),
        lines_count=seen.lines,
        unpaid_fen=seen.unpaid_fen,
        made_by=actor.name,
        made_at=clock.now(),
        dedupe_key=key,
    )
    sql(_LINES, (row.id,))
    audit.wrote(
        "overdue.acknowledged",
        actor=actor.name,
        subject=f"acknowledgement:{row.id}",
        party=f"{party.kind}:{party.code}",
        said_by=told.said_by,
        promised_on=told.promised_on,
        lines=seen.lines,
        unpaid_fen=seen.unpaid_fen,
    )
    return int(row.id)
