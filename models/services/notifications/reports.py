"""Takes in delivery reports: what mail servers say after they had taken a mail."""

from typing import Any

from models.records.base import db, sql
from models.rules import bounces as rules
from models.rules import delivery_reports
from models.rules.delivery_reports import Fate, Report
from models.rules.errors.mails import ReportOfOthers
from models.rules.words import BounceSource
from models.services import access, audit
from models.services.access import Actor
from models.services.notifications import bounces, recipients

_MAIL = """
SELECT m.id, m.party_kind, m.party_code, m.to_address, m.copy_addresses, m.attempts,
       coalesce(h.area_code, a.area_code)
  FROM mail m
  LEFT JOIN hospital h ON m.party_kind = 'hospital' AND h.hospital_code = m.party_code
  LEFT JOIN agency a ON m.party_kind = 'agency' AND a.agency_code = m.party_code
 WHERE m.id = %(mail)s
   AND to_char(m.created_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') = %(stamp)s
   FOR UPDATE OF m
"""
_ASKED = "SELECT recipients FROM mail_attempt WHERE mail_id = %s AND outcome <> 'returned'"
_SAID = """
INSERT INTO mail_attempt (mail_id, attempt, begun_at, ended_at, recipients, domain, outcome, answer)
SELECT %(mail)s, %(attempt)s, clock_timestamp(), clock_timestamp(), %(address)s, %(domain)s,
       %(outcome)s, %(answer)s
 WHERE NOT EXISTS (SELECT FROM mail_attempt WHERE mail_id = %(mail)s
                      AND recipients = %(address)s AND answer = %(answer)s)
"""
#: Back to whoever else there is, else failed: the guard is the state the server's 250 left.
_COME_BACK = """
UPDATE mail SET state = %(state)s, next_try_at = NULL, last_error = %(why)s
 WHERE id = %(mail)s AND state = 'sent'
"""


def take(actor: Actor, content: bytes) -> dict[str, Any]:
    """Record what a report says; the same report again changes nothing.

    Returns the mail, the addresses that did not get it, whether the mail failed, and whether it
    goes to somebody else. Raises NoDeliveryReport, ReportTooLarge, ReportOfOthers, NotAllowed.
    """
    access.require(actor, "overdue")
    report = delivery_reports.read(content)
    with db.atomic():
        row = sql(_MAIL, {"mail": report.mail_id, "stamp": report.stamp}).fetchone()
        if row is None:
            raise ReportOfOthers
        *mail, area_code = row
        if area_code is not None:
            access.require_rows(actor, [area_code], f"mail:{report.mail_id}")
        return _taken(actor, report, mail)


def _taken(actor: Actor, report: Report, mail: list[Any]) -> dict[str, Any]:
    mail_id, party_kind, party_code, to_address, copies, attempts = mail
    asked = recipients.split(to_address) | recipients.split(copies)
    for (told,) in sql(_ASKED, (mail_id,)):
        asked |= recipients.split(told)
    named = [(fate, of) for fate in report.fates if (of := _of(fate, asked))]
    if not named:
        raise ReportOfOthers
    fresh = [(fate, of) for fate, of in named if _say(mail_id, attempts, fate, of)]
    lost = [(fate, of) for fate, of in fresh if fate.action == "failed"]
    for fate, address in lost:
        if rules.status_blames_address(fate.status):
            said, party = (fate.status, fate.said), (party_kind, party_code)
            bounces.keep(address, said, party, mail_id, BounceSource.REPORT)
    state = _come_back(mail, lost) if lost else "sent"
    if fresh:
        audit.wrote(
            "mail.report_taken",
            actor=actor.name,
            subject=f"mail:{mail_id}",
            addresses=[of for _, of in lost],
        )
    return {
        "mail": mail_id,
        "addresses": [of for fate, of in named if fate.action == "failed"],
        "failed": state == "failed",
        "again": state == "waiting",
        "known": not fresh,
    }


def _come_back(mail: list[Any], lost: list[tuple[Fate, str]]) -> str:
    """Write that a mail reached nobody it was for; return the state it has now."""
    mail_id, party_kind, party_code, to_address, copies, _ = mail
    left = recipients.left(
        mail_id,
        (party_kind, party_code),
        to_address.split(";"),
        copies.split(";") if copies else (),
    )
    if left.reached:
        return "sent"
    state = "waiting" if left.to_addresses else "failed"
    why = f"退信：{lost[0][1]} {lost[0][0].status} {lost[0][0].said}".strip()
    moved = sql(_COME_BACK, {"mail": mail_id, "state": state, "why": why})
    return state if moved.rowcount else "sent"


def _of(fate: Fate, asked: set[str]) -> str | None:
    """Return our recipient a fate is about; a mailbox that forwards is the only one we asked."""
    for address in (fate.address, fate.final_address):
        if rules.normal(address) in asked:
            return rules.normal(address)
    return next(iter(asked)) if len(asked) == 1 else None


def _say(mail_id: int, attempt: int, fate: Fate, address: str) -> int:
    """Add a fate to the mail's history; 0 when it is there already."""
    lost = fate.action == "failed"
    told = {
        "mail": mail_id,
        "attempt": attempt,
        "address": address,
        "domain": address.rpartition("@")[2],
        "outcome": "returned" if lost else "sent",
        "answer": f"{fate.action} {fate.status} {fate.said}".strip(),
    }
    return int(sql(_SAID, told).rowcount)
