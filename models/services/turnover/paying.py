"""Turnover money is paid into a hospital's sub-ledger, with the voucher of the bank."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.remedies import FieldMissing
from models.rules.errors.shortfalls import ReceivedInTheFuture
from models.rules.errors.turnover import TurnoverMoved, VoucherKnown
from models.rules.money import yuan
from models.rules.postings import Kind
from models.rules.states import sources, target
from models.rules.turnover import TURNOVER, TurnoverMove
from models.rules.words import VoucherKind
from models.services import access, audit, ledger, requests
from models.services.access import Actor
from models.services.turnover import grants
from models.services.turnover.grants import Grant

_PAY = """
UPDATE turnover_grant SET state = %(to)s, voucher_no = %(voucher)s, paid_by = %(by)s,
       paid_at = %(now)s, paid_on = %(booked_on)s
 WHERE turnover_no = %(no)s AND state = ANY (%(from)s)
"""
_BOOK = """
SELECT g.hospital_code, coalesce(a.agency_code, 'none') AS agency_code, g.amount_fen,
       'turnover:' || g.turnover_no AS source
  FROM turnover_grant g LEFT JOIN paying_agency a ON a.area_code = g.area_code
 WHERE g.turnover_no = %(no)s
"""
_VOUCHER = """
INSERT INTO prepayment_voucher (voucher_no, hospital_code, kind, amount_fen, booked_on)
VALUES (%(voucher)s, %(hospital)s, %(kind)s, %(amount)s, %(booked_on)s)
ON CONFLICT (voucher_no) DO NOTHING
"""


def pay_out(actor: Actor, turnover_no: str, voucher_no: str, booked_on: date, on: date) -> Grant:
    """Record that the granted money was paid into the hospital's sub-ledger; twice is once.

    The voucher is that of the bank. Who decided does not pay out. Raises NotAllowed,
    UnknownTurnover, SecondPersonNeeded, TurnoverMoved, VoucherKnown, ReceivedInTheFuture.
    """
    access.require(actor, "turnover_pay")
    check_voucher(voucher_no, booked_on, on)
    with db.atomic():
        grant = grants.locked(actor, turnover_no)
        if grant.voucher_no == voucher_no:
            return grant
        if grant.decided_by == actor.name:
            raise SecondPersonNeeded(actor=actor.name, what="周转金拨付")
        may_pay = sources(TURNOVER, TurnoverMove.PAY_OUT)
        told = {
            "no": turnover_no,
            "voucher": voucher_no,
            "by": actor.name,
            "now": clock.now(),
            "booked_on": booked_on,
            "from": may_pay,
            "to": target(TURNOVER, TurnoverMove.PAY_OUT),
        }
        if grant.state not in may_pay:
            raise TurnoverMoved(turnover_no=turnover_no, what="拨付", what_en="paid out")
        add_voucher(
            voucher_no, grant.hospital_code, VoucherKind.PREPAYMENT, grant.amount_fen, booked_on
        )
        if sql(_PAY, told).rowcount != 1:
            raise TurnoverMoved(turnover_no=turnover_no, what="拨付", what_en="paid out")
        ledger.book_vouchers(on=on)
        ledger.post(Kind.TURNOVER_PAID, _BOOK, {"no": turnover_no}, on=on)
        audit.wrote(
            "turnover.paid",
            actor=actor.name,
            subject=f"turnover:{turnover_no}",
            hospital_code=grant.hospital_code,
            amount_yuan=yuan(grant.amount_fen),
            voucher_no=voucher_no,
            booked_on=booked_on,
        )
        requests.look_soon(actor.name, on)
    return grant


def check_voucher(voucher_no: str, booked_on: date, on: date) -> None:
    """Refuse a voucher without a number or of a day to come."""
    if not voucher_no.strip():
        raise FieldMissing(what="银行凭证号", what_en="the bank's voucher number")
    if booked_on > on:
        raise ReceivedInTheFuture(booked_on=booked_on, on=on)


def add_voucher(
    voucher_no: str, hospital_code: str, kind: VoucherKind, amount_fen: int, booked_on: date
) -> None:
    """Add a voucher of the sub-ledger; raises VoucherKnown where its number was used."""
    added = sql(
        _VOUCHER,
        {
            "voucher": voucher_no,
            "hospital": hospital_code,
            "kind": kind.value,
            "amount": amount_fen,
            "booked_on": booked_on,
        },
    ).rowcount
    if added != 1:
        raise VoucherKnown(voucher_no=voucher_no)
