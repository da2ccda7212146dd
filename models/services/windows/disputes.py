"""Disputes of lines: recorded with the day to settle them by, ended by what is done."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.remedies import FieldMissing
from models.rules.errors.windows import DisputeClosed, UnknownDispute
from models.rules.states import sources, target
from models.rules.windows import DISPUTE, Advice, DisputeMove
from models.rules.words import Role
from models.services import access, audit, documents
from models.services.access import Actor
from models.services.documents import Document

WORDS_CHARS_MAX = 1_000

_VOIDED = """
UPDATE line_dispute d SET state = 'closed', closed_on = %(on)s, ended = 'voided'
  FROM line_void v WHERE v.line_no = d.line_no AND d.state <> 'closed'
"""
#: The party confirmed the line's amount, or took its dispute back and says nothing for now.
_ENDED = """
UPDATE line_dispute d SET state = 'closed', closed_on = %(on)s,
       ended = CASE WHEN s.live THEN 'agreed' ELSE 'withdrawn' END
  FROM spoken s WHERE s.line_no = d.line_no AND s.party = d.party AND NOT s.disputes
   AND d.state <> 'closed'
"""
#: A dispute belongs to schemes with windows; elsewhere the hold says it.
_OPENED = """
INSERT INTO line_dispute (line_no, party, hospital_code, enterprise_code, area_code, amount_fen,
       claimed_fen, reason, said_at, opened_on, due_on, state)
SELECT s.line_no, s.party, s.hospital_code, s.enterprise_code, s.area_code, s.amount_fen,
       f.amount_fen, f.reason, f.decided_at, %(on)s, t.dispute_due_on, 'open'
  FROM spoken s
  JOIN window_term t ON t.scheme_code = s.scheme_code AND t.valid_from = s.scheme_valid_from
 CROSS JOIN LATERAL (
      SELECT x.amount_fen, x.reason, x.decided_at FROM confirmation x
       WHERE x.line_no = s.line_no AND x.party = s.party ORDER BY x.decided_at DESC LIMIT 1) f
 WHERE s.disputes AND s.is_direct
   AND NOT EXISTS (SELECT FROM line_dispute d WHERE d.line_no = s.line_no AND d.party = s.party
                      AND d.state <> 'closed')
"""
_LOCK = """
SELECT d.id, d.line_no, d.state, d.hospital_code, d.enterprise_code, d.area_code
  FROM line_dispute d WHERE d.id = %s FOR UPDATE
"""
_ADVISE = """
UPDATE line_dispute SET state = %(to)s, advice = %(advice)s, advice_words = %(words)s,
       advised_by = %(actor)s, advised_on = %(on)s
 WHERE id = %(id)s AND state = ANY (%(from)s)
"""
_SAY = """
INSERT INTO dispute_word (dispute_id, side, words, advice, file_id, said_by, said_on, said_at)
VALUES (%(id)s, %(side)s, %(words)s, %(advice)s, %(file)s, %(actor)s, %(on)s, %(now)s)
"""


@dataclass(frozen=True)
class Said:
    """What somebody says about a dispute."""

    words: str
    document: Document | None = None
    #: Only the agency advises.
    advice: Advice | None = None


def follow(on: date) -> int:
    """End the disputes of `spoken` that are over, record the new ones; return how many are new."""
    told = {"on": on}
    sql(_VOIDED, told)
    sql(_ENDED, told)
    return int(sql(_OPENED, told).rowcount)


def say(actor: Actor, dispute_id: int, said: Said, on: date) -> None:
    """Add what a party or the agency says; with advice the dispute is advised. Moves no money.

    Raises NotAllowed, UnknownDispute, DisputeClosed, FieldMissing, DocumentRefused.
    """
    access.require(actor, "dispute_advise" if said.advice else "dispute_say")
    words = said.words.strip()[:WORDS_CHARS_MAX]
    if not words:
        raise FieldMissing(what="说明", what_en="the explanation")
    with db.atomic():
        found = _locked(actor, dispute_id)
        told = {
            "id": dispute_id,
            "side": _side(actor),
            "words": words,
            "advice": said.advice.value if said.advice else None,
            "file": documents.keep(said.document, by=actor.name),
            "actor": actor.name,
            "on": on,
            "now": clock.now(),
        }
        sql(_SAY, told)
        if said.advice:
            move = DisputeMove.ADVISE
            way = {"from": sources(DISPUTE, move), "to": target(DISPUTE, move)}
            sql(_ADVISE, {**told, **way})
        audit.wrote(
            "dispute.advised" if said.advice else "dispute.said",
            actor=actor.name,
            subject=f"line:{found[1]}",
            dispute_id=dispute_id,
            advice=told["advice"],
            words=words,
        )


def _locked(actor: Actor, dispute_id: int) -> Any:  # noqa: ANN401 - a row
    found = sql(_LOCK, (dispute_id,)).fetchone()
    if found is None or not _is_mine(actor, *found[3:]):
        raise UnknownDispute(dispute_id=dispute_id)
    if found[2] == "closed":
        raise DisputeClosed(line_no=found[1])
    return found


def _is_mine(actor: Actor, hospital_code: str, enterprise_code: str, area_code: str) -> bool:
    if actor.role == Role.HOSPITAL:
        return actor.party_code == hospital_code
    if actor.role == Role.ENTERPRISE:
        return actor.party_code == enterprise_code
    return access.reaches(actor, area_code)


def _side(actor: Actor) -> str:
    return actor.role if actor.role in {Role.HOSPITAL, Role.ENTERPRISE} else "agency"
