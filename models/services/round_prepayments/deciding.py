"""A round's prepayments: proposed by one person, approved by another, paid with a voucher."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.records.funds import PrepaymentVoucher
from models.records.prepaid import RoundPrepayment
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded, SelectionChanged
from models.rules.errors.prepaid import (
    DayBeforePayout,
    NothingToPrepay,
    PrepaymentMoved,
    PrepaymentOutdated,
    UnknownPrepayment,
    VoucherKnown,
)
from models.rules.money import yuan
from models.rules.postings import Kind
from models.rules.prepaid import ROUND, Destination, RoundMove
from models.rules.states import sources, target
from models.rules.words import VoucherKind
from models.services import access, accounts, area_locks, audit, ledger, requests
from models.services.access import Actor
from models.services.round_prepayments import news
from models.services.round_prepayments.computing import Proposal, propose_for

WORDS_CHARS_MAX = 500

_INSERT = """
INSERT INTO round_prepayment (id, prepayment_no, round_code, hospital_code, area_code, year,
       agreed_fen, ratio_bp, gross_fen, already_fen, amount_fen, destination, pass_on_days,
       pass_down_days, state, proposed_by, proposed_at, proposed_on)
VALUES (%(id)s, %(no)s, %(round)s, %(hospital)s, %(area)s, %(year)s, %(agreed)s, %(ratio)s,
        %(gross)s, %(already)s, %(amount)s, %(destination)s, %(pass_on)s, %(pass_down)s,
        'proposed', %(by)s, %(now)s, %(on)s)
"""
_LINE = """
INSERT INTO round_line (prepayment_id, contract_no, nhsa_code, enterprise_code, quantity,
       price_yuan) VALUES (%s, %s, %s, %s, %s, %s)
"""
_SHARE = """
INSERT INTO round_share (prepayment_id, enterprise_code, hospital_code, amount_fen)
VALUES (%s, %s, %s, %s)
"""
_DECIDE = """
UPDATE round_prepayment SET state = %(to)s, decided_by = %(by)s, decided_at = %(now)s,
       decided_on = %(on)s, answer = %(words)s
 WHERE prepayment_no = %(no)s AND state = ANY (%(from)s)
"""
_WITHDRAW = """
UPDATE round_prepayment SET state = %(to)s, ended_by = %(by)s, ended_at = %(now)s,
       end_reason = %(words)s
 WHERE prepayment_no = %(no)s AND state = ANY (%(from)s)
"""
_PAY = """
UPDATE round_prepayment SET state = %(to)s, voucher_no = %(voucher)s, paid_on = %(paid_on)s,
       paid_by = %(by)s, pass_on_due_on = %(due_on)s
 WHERE prepayment_no = %(no)s AND state = ANY (%(from)s)
"""
_PAYOUT = """
SELECT p.hospital_code, coalesce(g.agency_code, 'none') AS agency_code, p.amount_fen,
       'round_prepayment:' || p.prepayment_no AS source
  FROM round_prepayment p LEFT JOIN paying_agency g ON g.area_code = p.area_code
 WHERE p.prepayment_no = %(no)s
"""


def look(actor: Actor, round_code: str, area: str | None, on: date) -> list[Proposal]:
    """Return what would be proposed for a round today; nothing is written."""
    access.require(actor, "round_prepay")
    return propose_for(round_code, access.areas(actor, area), on)


def propose(
    actor: Actor, round_code: str, area: str | None, on: date, *, count: int, total_fen: int
) -> list[str]:
    """Propose the prepayments of a round and return their numbers.

    `count` and `total_fen` are what the person saw: another content is refused. Raises
    NothingToPrepay, SelectionChanged, NotAllowed, UnknownArea, OutOfScope.
    """
    access.require(actor, "round_prepay")
    areas = access.areas(actor, area)
    with db.atomic():
        area_locks.lock(areas)
        found = propose_for(round_code, areas, on)
        if not found:
            raise NothingToPrepay(round_code=round_code)
        if (len(found), sum(one.amount_fen for one in found)) != (count, total_fen):
            raise SelectionChanged(what="集采预付")
        numbers = [_write(one, round_code, actor.name, on) for one in found]
        audit.wrote(
            "round_prepayment.proposed",
            actor=actor.name,
            subject=f"round:{round_code}",
            area=area,
            prepayments=numbers,
            total_yuan=yuan(total_fen),
        )
    return numbers


def approve(
    actor: Actor, numbers: Sequence[str], on: date, *, total_fen: int, answer: str = ""
) -> int:
    """Approve proposed prepayments as another person, all or none; return how many.

    Each is computed anew: PrepaymentOutdated when another amount comes out. What goes to a
    hospital goes to its verified account: else HospitalAccountUnverified. Raises
    SecondPersonNeeded, SelectionChanged, PrepaymentMoved, UnknownPrepayment, NotAllowed.
    """
    access.require(actor, "round_decide")
    with db.atomic():
        found = [_enter(actor, number) for number in sorted(set(numbers))]
        if sum(one.amount_fen for one in found) != total_fen:
            raise SelectionChanged(what="集采预付")
        for one in found:
            _another(actor, one.proposed_by)
            if one.destination is Destination.HOSPITAL:
                accounts.of_hospital(one.hospital_code)
            now = propose_for(
                one.round_code, [one.area_code], one.proposed_on,
                hospital_code=one.hospital_code, but=one.id,
            )  # fmt: skip
            if [each.amount_fen for each in now] != [one.amount_fen]:
                raise PrepaymentOutdated(prepayment_no=one.prepayment_no)
            _move(_DECIDE, one.prepayment_no, RoundMove.APPROVE, actor, on, answer.strip() or None)
        audit.wrote(
            "round_prepayment.approved",
            actor=actor.name,
            subject=f"round:{found[0].round_code}" if found else "round:",
            prepayments=[one.prepayment_no for one in found],
            total_yuan=yuan(total_fen),
        )
    return len(found)


def refuse(actor: Actor, number: str, reason: str, on: date) -> None:
    """Refuse a proposed prepayment with the reason; it may be proposed again."""
    access.require(actor, "round_decide")
    words = _words(reason, "退回集采预付")
    with db.atomic():
        one = _enter(actor, number)
        _another(actor, one.proposed_by)
        _move(_DECIDE, number, RoundMove.REFUSE, actor, on, words)
        _wrote(actor, "refused", one, reason=words)


def withdraw(actor: Actor, number: str, reason: str, on: date) -> None:
    """Take back a prepayment that was not paid out."""
    access.require(actor, "round_prepay")
    words = _words(reason, "撤回集采预付")
    with db.atomic():
        one = _enter(actor, number)
        _move(_WITHDRAW, number, RoundMove.WITHDRAW, actor, on, words)
        _wrote(actor, "withdrawn", one, reason=words)


def pay_out(actor: Actor, number: str, voucher_no: str, paid_on: date, on: date) -> None:
    """Record that an approved prepayment was paid, with the voucher of the bank, and book it.

    Into the sub-ledger it is a voucher like any other. Raises VoucherKnown, DayBeforePayout,
    SecondPersonNeeded (who approved does not pay out), PrepaymentMoved, NotAllowed, OutOfScope.
    """
    access.require(actor, "round_prepay")
    voucher = voucher_no.strip()
    with db.atomic():
        one = _enter(actor, number)
        _another(actor, one.decided_by)
        if not one.proposed_on <= paid_on <= on:
            raise DayBeforePayout(earliest=one.proposed_on, latest=on)
        if not voucher or _known(voucher):
            raise VoucherKnown(voucher_no=voucher)
        to_hospital = one.destination is Destination.HOSPITAL
        days = one.pass_on_days if to_hospital else None
        due_on = None if days is None else requests.due_day(paid_on, days)
        more = {"voucher": voucher, "paid_on": paid_on, "due_on": due_on}
        _move(_PAY, number, RoundMove.PAY, actor, on, None, more)
        if to_hospital:
            ledger.post(Kind.ROUND_PAYOUT, _PAYOUT, {"no": number}, on=on)
            news.tell_soon(actor.name, on)
        else:
            PrepaymentVoucher.insert(
                voucher_no=voucher,
                hospital_code=one.hospital_code,
                kind=VoucherKind.ROUND_PREPAYMENT,
                amount_fen=one.amount_fen,
                booked_on=paid_on,
            ).execute()
            ledger.book_vouchers(on=on)
            requests.look_where_asked(actor.name, on)
        _wrote(actor, "paid", one, voucher_no=voucher, amount_yuan=yuan(one.amount_fen))


def _write(one: Proposal, round_code: str, by: str, on: date) -> str:
    row = sql("SELECT nextval(pg_get_serial_sequence('round_prepayment', 'id'))").fetchone()
    number, prepayment_no = int(row[0]), f"JY{on:%Y%m%d}{int(row[0]):06d}"
    sql(
        _INSERT,
        {
            "id": number,
            "no": prepayment_no,
            "round": round_code,
            "hospital": one.hospital_code,
            "area": one.area_code,
            "year": on.year,
            "agreed": one.agreed_fen,
            "ratio": one.terms.ratio_bp,
            "gross": one.gross_fen,
            "already": one.already_fen,
            "amount": one.amount_fen,
            "destination": one.terms.destination.value,
            "pass_on": one.terms.pass_on_days,
            "pass_down": one.terms.pass_down_days,
            "by": by,
            "now": clock.now(),
            "on": on,
        },
    )
    with db.connection().cursor() as cursor:
        cursor.executemany(_LINE, [(number, *line[2:]) for line in one.lines])
        cursor.executemany(
            _SHARE, [(number, code, one.hospital_code, part) for code, part in one.shares]
        )
    return prepayment_no


def _enter(actor: Actor, number: str) -> RoundPrepayment:
    """Check the rows, lock the area, and return the prepayment as it stands then."""
    found = RoundPrepayment.get_or_none(RoundPrepayment.prepayment_no == number)
    if found is None:
        raise UnknownPrepayment(prepayment_no=number)
    access.require_rows(actor, [found.area_code], number)
    area_locks.lock([found.area_code])
    return RoundPrepayment.get(RoundPrepayment.prepayment_no == number)


def _another(actor: Actor, other: str | None) -> None:
    if actor.name == other:
        raise SecondPersonNeeded(actor=actor.name, what="集采预付")


def _move(
    text: str,
    number: str,
    move: RoundMove,
    actor: Actor,
    on: date,
    words: str | None,
    more: dict[str, Any] | None = None,
) -> None:
    told = {
        "no": number,
        "by": actor.name,
        "now": clock.now(),
        "on": on,
        "words": words[:WORDS_CHARS_MAX] if words else None,
        "from": sources(ROUND, move),
        "to": target(ROUND, move),
    }
    if sql(text, told | (more or {})).rowcount == 0:
        raise PrepaymentMoved(prepayment_no=number)


def _known(voucher_no: str) -> bool:
    return bool(
        PrepaymentVoucher.get_or_none(PrepaymentVoucher.voucher_no == voucher_no)
        or RoundPrepayment.get_or_none(RoundPrepayment.voucher_no == voucher_no)
    )


def _words(reason: str, what: str) -> str:
    told = reason.strip()[:WORDS_CHARS_MAX]
    if not told:
        raise ReasonNeeded(what=what)
    return told


def _wrote(actor: Actor, what: str, one: RoundPrepayment, **facts: object) -> None:
    audit.wrote(
        f"round_prepayment.{what}",
        actor=actor.name,
        subject=f"round_prepayment:{one.prepayment_no}",
        **facts,
    )
