"""A hospital writes its report: begun with what was used, changed line by line, with its letter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models import clock
from models.records.base import db, sql
from models.rules import grammar
from models.rules.errors.reporting import (
    NoMembers,
    ReportIncomplete,
    ReportingClosed,
    ReportMoved,
    ReportProductUnknown,
    ReportQuantityBad,
    ReportUnified,
    ReportUnknown,
)
from models.rules.grammar import QUANTITY_DIGITS_MAX, BadCell
from models.rules.reporting import WRITABLE
from models.services import access, audit, documents, round_use
from models.services.access import Actor
from models.services.documents import Document
from models.services.reporting.held import Held, held, require_members_silent

REASON_CHARS_MAX = 200
#: Lines written by one request; more come by file.
LINES_MAX = 1_000

_TERM = """
SELECT t.report_from, t.report_by, h.lead_hospital_code, l.name,
       EXISTS (SELECT FROM hospital m WHERE m.lead_hospital_code = h.hospital_code
                  AND m.hospital_code <> h.hospital_code),
       EXISTS (SELECT FROM quantity_report q WHERE q.hospital_code = h.lead_hospital_code
                  AND q.round_code = %(round)s AND q.unified
                  AND h.lead_hospital_code <> h.hospital_code)
  FROM hospital h LEFT JOIN round_term_of t
       ON t.of_area = h.area_code AND t.round_code = %(round)s
  LEFT JOIN hospital l ON l.hospital_code = h.lead_hospital_code
 WHERE h.hospital_code = %(hospital)s FOR UPDATE OF h
"""
_BEGIN = """
INSERT INTO quantity_report (hospital_code, round_code, unified, state, made_by, made_at)
VALUES (%(hospital)s, %(round)s, %(unified)s, 'draft', %(actor)s, %(now)s)
ON CONFLICT (hospital_code, round_code) DO NOTHING RETURNING id
"""
_PROPOSE = """
INSERT INTO quantity_report_line (hospital_code, round_code, nhsa_code, reported_quantity)
VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_WRITE = """
INSERT INTO quantity_report_line (hospital_code, round_code, nhsa_code, reported_quantity, reason)
VALUES (%(hospital)s, %(round)s, %(nhsa)s, %(quantity)s, %(reason)s)
ON CONFLICT (hospital_code, round_code, nhsa_code) DO UPDATE
   SET reported_quantity = excluded.reported_quantity, reason = excluded.reason
 WHERE (quantity_report_line.reported_quantity, quantity_report_line.reason)
       IS DISTINCT FROM (excluded.reported_quantity, excluded.reason)
"""
_LISTED = """
SELECT 1 FROM product d WHERE d.nhsa_code = %(nhsa)s AND EXISTS (
    SELECT FROM (SELECT nhsa_code FROM round_product WHERE round_code = %(round)s
                 UNION SELECT nhsa_code FROM award WHERE round_code = %(round)s) listed
      JOIN product c USING (nhsa_code) WHERE (c.name, c.kind) = (d.name, d.kind))
"""


@dataclass(frozen=True)
class Line:
    """A line as it was typed."""

    hospital_code: str
    nhsa_code: str
    quantity: str
    reason: str = ""


def begin(actor: Actor, hospital_code: str, round_code: str, *, unified: bool, on: date) -> int:
    """Begin the report of a hospital and round with what was used as the proposal.

    Raises NotAllowed, ReportUnknown (not the actor's hospital), ReportingClosed, ReportUnified,
    NoMembers, MemberReported, ReportMoved (there is one already).
    """
    access.require(actor, "report_quantity")
    if actor.party_code != hospital_code:
        raise ReportUnknown
    told = {"hospital": hospital_code, "round": round_code, "unified": unified}
    with db.atomic():
        row = sql(_TERM, told).fetchone()
        if row is None:
            raise ReportUnknown
        first, last, _, lead_name, has_members, is_unified = row
        require_open(round_code, first, last, on)
        if is_unified:
            raise ReportUnified(round=round_code, lead=lead_name)
        if unified and not has_members:
            raise NoMembers
        made = sql(_BEGIN, {**told, "actor": actor.name, "now": clock.now()}).fetchone()
        if made is None:
            raise ReportMoved
        report = held(actor, int(made[0]))
        require_members_silent(report)
        for line in round_use.used(round_code, report.hospitals):
            sql(_PROPOSE, (line.hospital_code, round_code, line.nhsa_code, line.quantity))
        audit.wrote(
            "report.begun",
            actor=actor.name,
            subject=f"hospital:{hospital_code}",
            report=report.id,
            round=round_code,
            unified=unified,
        )
    return report.id


def write(
    actor: Actor,
    report_id: int,
    lines: Iterable[Line],
    *,
    document: Document | None,
    signed_on: date | None,
    on: date,
) -> None:
    """Keep the lines, the letter and its day, while the report is a draft or returned.

    Raises NotAllowed, ReportUnknown, ReportMoved, ReportQuantityBad, ReportProductUnknown,
    ReportIncomplete (a day after today), DocumentRefused.
    """
    access.require(actor, "report_quantity")
    with db.atomic():
        report = held(actor, report_id)
        if report.state not in WRITABLE:
            raise ReportMoved
        if signed_on is not None and signed_on > on:
            raise ReportIncomplete(
                fields="承诺函日期（不晚于今天）", fields_en="day of the letter (not after today)"
            )
        sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
        _keep_lines(report, list(lines)[:LINES_MAX])
        letter = documents.keep(document, by=actor.name)
        sql(
            "UPDATE quantity_report SET letter_file_id = coalesce(%s, letter_file_id),"
            " letter_signed_on = coalesce(%s, letter_signed_on) WHERE id = %s",
            (letter, signed_on, report_id),
        )
        audit.wrote(
            "report.written",
            actor=actor.name,
            subject=f"hospital:{report.hospital_code}",
            report=report_id,
            round=report.round_code,
            letter=letter,
        )


def _keep_lines(report: Held, lines: list[Line]) -> None:
    covered = set(report.hospitals)
    for line in lines:
        if line.hospital_code not in covered:
            raise ReportUnknown
        told = {
            "hospital": line.hospital_code,
            "round": report.round_code,
            "nhsa": line.nhsa_code,
            "quantity": _quantity(line),
            "reason": line.reason.strip() or None,
        }
        if sql(_LISTED, told).fetchone() is None:
            raise ReportProductUnknown(product=line.nhsa_code, round=report.round_code)
        sql(_WRITE, told)


def _quantity(line: Line) -> Decimal:
    try:
        grammar.line(line.reason)
        value = grammar.scaled(
            line.quantity.strip() or "0", places=4, digits_max=QUANTITY_DIGITS_MAX
        )
    except BadCell:
        value = -1
    if value < 0 or len(line.reason) > REASON_CHARS_MAX:
        raise ReportQuantityBad(product=line.nhsa_code)
    return Decimal(value).scaleb(-4)


def require_open(round_code: str, first: date | None, last: date | None, on: date) -> None:
    """Refuse outside the days of reporting; without a last day nothing is reported here."""
    if last is None or on > last or (first is not None and on < first):
        raise ReportingClosed(round=round_code, first=first or "—", last=last or "—")
