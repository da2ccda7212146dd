"""Mandates (结算委托书): a hospital entrusts the agency with paying for it, until it is ended."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules import grammar
from models.rules.errors.mandates import (
    MandateDocumented,
    MandateEnded,
    MandateIncomplete,
    MandateKnown,
    MandateNotFound,
)
from models.rules.grammar import BadCell
from models.services import access, audit, documents
from models.services.access import Actor
from models.services.documents import Document

TEXT_CHARS_MAX = 200
#: Field → how refusals name it.
FIELDS = {
    "document_no": ("委托书编号", "document number"),
    "valid_from": ("生效日期", "first day"),
    "valid_to": ("失效日期（不早于生效日期）", "last day (not before the first)"),
    "signed_on": ("签署日期（不晚于今天）", "day of signing (not after today)"),
    "document": ("签署件", "signed document"),
    "last_day": ("终止日（不早于生效日期，早于原失效日期）", "last day (within its term)"),
    "reason": ("终止原因", "reason"),
}

_FIND = """
SELECT m.hospital_code, m.valid_from, m.valid_to, m.document_no, m.file_id, m.ended_by, h.name,
       h.area_code
  FROM mandate m JOIN hospital h USING (hospital_code)
 WHERE m.hospital_code = %s AND m.valid_from = %s FOR UPDATE OF m
"""
_ADD = """
INSERT INTO mandate (hospital_code, valid_from, valid_to, document_no, signed_on, file_id,
                     registered_by, registered_at)
VALUES (%(hospital)s, %(valid_from)s, %(valid_to)s, %(document_no)s, %(signed_on)s, %(file)s,
        %(by)s, %(now)s)
"""
_ATTACH = """
UPDATE mandate SET file_id = %(file)s
 WHERE hospital_code = %(hospital)s AND valid_from = %(valid_from)s
"""
_END = """
UPDATE mandate SET valid_to = %(last_day)s, ended_by = %(by)s, ended_at = %(now)s,
       end_reason = %(reason)s
 WHERE hospital_code = %(hospital)s AND valid_from = %(valid_from)s
"""


@dataclass(frozen=True)
class Wish:
    """A mandate as it was signed."""

    hospital_code: str
    document_no: str
    valid_from: date | None
    valid_to: date | None = None
    signed_on: date | None = None
    document: Document | None = None


def register(actor: Actor, wish: Wish, *, on: date) -> None:
    """Keep a signed mandate of a hospital with its document.

    Raises NotAllowed, MandateNotFound (no such hospital of the actor), MandateIncomplete,
    MandateKnown, DocumentRefused.
    """
    access.require(actor, "mandate")
    _refuse(_wrong(wish, on))
    with db.atomic():
        hospital = sql(
            "SELECT name, area_code FROM hospital WHERE hospital_code = %s FOR UPDATE",
            (wish.hospital_code,),
        ).fetchone()
        if hospital is None or not access.reaches(actor, hospital[1]):
            raise MandateNotFound(hospital=wish.hospital_code, valid_from=wish.valid_from)
        known = sql(_FIND, (wish.hospital_code, wish.valid_from)).fetchone()
        if known:
            raise MandateKnown(
                hospital=hospital[0], valid_from=wish.valid_from, document_no=known[3]
            )
        told = {
            "hospital": wish.hospital_code,
            "valid_from": wish.valid_from,
            "valid_to": wish.valid_to,
            "document_no": wish.document_no,
            "signed_on": wish.signed_on,
            "file": documents.keep(wish.document, by=actor.name),
            "by": actor.name,
            "now": clock.now(),
        }
        sql(_ADD, told)
        _wrote("mandate.registered", actor, told, valid_to=wish.valid_to, file_id=told["file"])


def attach(actor: Actor, hospital_code: str, valid_from: date, document: Document | None) -> None:
    """Keep the signed document of a mandate that came by a file; once.

    Raises NotAllowed, MandateNotFound, MandateIncomplete, MandateDocumented, DocumentRefused.
    """
    access.require(actor, "mandate")
    with db.atomic():
        found = _mine(actor, hospital_code, valid_from)
        if found[4] is not None:
            raise MandateDocumented(document_no=found[3])
        told = {
            "hospital": hospital_code,
            "valid_from": valid_from,
            "document_no": found[3],
            "file": documents.keep(document, by=actor.name),
        }
        _refuse([] if told["file"] else ["document"])
        sql(_ATTACH, told)
        _wrote("mandate.documented", actor, told, file_id=told["file"])


def end(
    actor: Actor, hospital_code: str, valid_from: date, last_day: date | None, reason: str
) -> None:
    """Let a mandate end with a day within its term, for a reason; what was settled stays settled.

    Raises NotAllowed, MandateNotFound, MandateIncomplete, MandateEnded.
    """
    access.require(actor, "mandate")
    with db.atomic():
        found = _mine(actor, hospital_code, valid_from)
        valid_to, document_no, ended_by = found[2], found[3], found[5]
        if ended_by is not None:
            raise MandateEnded(document_no=document_no, valid_to=valid_to)
        wrong = [] if _is_line(reason) else ["reason"]
        if last_day is None or last_day < valid_from or (valid_to and last_day >= valid_to):
            wrong.insert(0, "last_day")
        _refuse(wrong)
        told = {
            "hospital": hospital_code,
            "valid_from": valid_from,
            "document_no": document_no,
            "last_day": last_day,
            "reason": reason,
            "by": actor.name,
            "now": clock.now(),
        }
        sql(_END, told)
        _wrote("mandate.ended", actor, told, last_day=last_day, reason=reason)


def _mine(actor: Actor, hospital_code: str, valid_from: date) -> Any:  # noqa: ANN401 - a row
    found = sql(_FIND, (hospital_code, valid_from)).fetchone()
    if found is None or not access.reaches(actor, found[7]):
        raise MandateNotFound(hospital=hospital_code, valid_from=valid_from)
    return found


def _wrong(wish: Wish, on: date) -> list[str]:
    """Return the fields of a wish that cannot be meant."""
    wrong = []
    if not _is_line(wish.document_no):
        wrong.append("document_no")
    if wish.valid_from is None:
        wrong.append("valid_from")
    elif wish.valid_to is not None and wish.valid_to < wish.valid_from:
        wrong.append("valid_to")
    if wish.signed_on is not None and wish.signed_on > on:
        wrong.append("signed_on")
    if wish.document is None or not wish.document.content:
        wrong.append("document")
    return wrong


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise MandateIncomplete(
            fields="、".join(FIELDS[name][0] for name in wrong),
            fields_en=", ".join(FIELDS[name][1] for name in wrong),
        )


def _is_line(text: str) -> bool:
    try:
        return bool(grammar.line(text).strip()) and len(text) <= TEXT_CHARS_MAX
    except BadCell:
        return False


def _wrote(action: str, actor: Actor, told: dict[str, Any], **facts: object) -> None:
    audit.wrote(
        action,
        actor=actor.name,
        subject=f"mandate:{told['hospital']}:{told['valid_from']}",
        document_no=told["document_no"],
        **facts,
    )
