"""A round's prepayment is passed on: hospital to distributors, distributors to manufacturers.

Tianjin 4+7 (2019): within 5 working days, then within 3. Each reports day and voucher once.
"""

from datetime import date
from typing import Any

from models.records.base import db, sql
from models.rules.errors.access import OutOfScope
from models.rules.errors.prepaid import (
    AlreadyPassedOn,
    DayBeforePayout,
    NotPassedOnYet,
    UnknownPrepayment,
    VoucherKnown,
)
from models.rules.words import EnterpriseRole, Role
from models.services import access, audit, requests
from models.services.access import Actor
from models.services.round_prepayments import news

_SHARE = """
SELECT p.id, p.hospital_code, p.area_code, p.paid_on, p.pass_down_days, s.passed_on,
       s.passed_down_on, e.role, s.down_due_on
  FROM round_prepayment p JOIN round_share s ON s.prepayment_id = p.id
  JOIN enterprise e ON e.credit_code = s.enterprise_code
 WHERE p.prepayment_no = %(no)s AND s.enterprise_code = %(enterprise)s
   AND p.state IN ('paid', 'recovered') AND p.destination = 'hospital'
   FOR UPDATE OF s
"""
_ON = """
UPDATE round_share SET passed_on = %(day)s, passed_voucher_no = %(voucher)s, passed_by = %(by)s,
       down_due_on = %(due_on)s
 WHERE prepayment_id = %(id)s AND enterprise_code = %(enterprise)s AND passed_on IS NULL
"""
_DOWN = """
UPDATE round_share SET passed_down_on = %(day)s, down_voucher_no = %(voucher)s, down_by = %(by)s
 WHERE prepayment_id = %(id)s AND enterprise_code = %(enterprise)s AND passed_on IS NOT NULL
   AND passed_down_on IS NULL
"""


def pass_on(
    actor: Actor, number: str, enterprise_code: str, voucher_no: str, day: date, on: date
) -> date | None:
    """Report that the hospital paid a distributor its part; return until when that passes it down.

    A hospital reports for itself, a maker for any of his areas. Raises DayBeforePayout,
    AlreadyPassedOn, VoucherKnown (an empty one), UnknownPrepayment, OutOfScope, NotAllowed.
    """
    access.require(actor, "round_pass")
    with db.atomic():
        share = _share(actor, number, enterprise_code, seat=Role.HOSPITAL)
        _check(share.paid_on, day, on, voucher_no)
        made_by_itself = share.role == EnterpriseRole.MANUFACTURER
        days = None if made_by_itself else share.pass_down_days
        due_on = None if days is None else requests.due_day(day, days)
        told = {"id": share.id, "enterprise": enterprise_code, "day": day, "due_on": due_on}
        _report(_ON, told, actor, number, voucher_no, "passed_on")
        news.tell_soon(actor.name, on)
    return due_on


def pass_down(
    actor: Actor, number: str, enterprise_code: str, voucher_no: str, day: date, on: date
) -> None:
    """Report that a distributor paid the manufacturers what the hospital passed on to it.

    An enterprise reports for itself, a maker for any of his areas. Raises NotPassedOnYet,
    DayBeforePayout, AlreadyPassedOn, VoucherKnown, UnknownPrepayment, OutOfScope, NotAllowed.
    """
    access.require(actor, "round_pass")
    with db.atomic():
        share = _share(actor, number, enterprise_code, seat=Role.ENTERPRISE)
        if share.passed_on is None:
            raise NotPassedOnYet(prepayment_no=number)
        _check(share.passed_on, day, on, voucher_no)
        told = {"id": share.id, "enterprise": enterprise_code, "day": day}
        _report(_DOWN, told, actor, number, voucher_no, "passed_down")


class _Share:
    """A distributor's part, locked."""

    def __init__(self, row: tuple[Any, ...]) -> None:
        self.id, self.hospital_code, self.area_code, self.paid_on, self.pass_down_days = row[:5]
        self.passed_on, self.passed_down_on, self.role, self.down_due_on = row[5:]


def _share(actor: Actor, number: str, enterprise_code: str, *, seat: Role) -> _Share:
    row = sql(_SHARE, {"no": number, "enterprise": enterprise_code}).fetchone()
    if row is None:
        raise UnknownPrepayment(prepayment_no=number)
    share = _Share(row)
    if actor.role in {Role.HOSPITAL, Role.ENTERPRISE}:
        own = share.hospital_code if seat is Role.HOSPITAL else enterprise_code
        if actor.role != seat or actor.party_code != own:
            raise OutOfScope(actor=actor.name, subject=number)
    else:
        access.require_rows(actor, [share.area_code], number)
    return share


def _check(earliest: date, day: date, on: date, voucher_no: str) -> None:
    if not earliest <= day <= on:
        raise DayBeforePayout(earliest=earliest, latest=on)
    if not voucher_no.strip():
        raise VoucherKnown(voucher_no=voucher_no)


def _report(
    text: str, told: dict[str, Any], actor: Actor, number: str, voucher_no: str, what: str
) -> None:
    voucher = voucher_no.strip()
    if sql(text, {**told, "voucher": voucher, "by": actor.name}).rowcount == 0:
        raise AlreadyPassedOn(prepayment_no=number)
    audit.wrote(
        f"round_prepayment.{what}",
        actor=actor.name,
        subject=f"round_prepayment:{number}",
        enterprise_code=told["enterprise"],
        voucher_no=voucher,
        day=told["day"],
    )
