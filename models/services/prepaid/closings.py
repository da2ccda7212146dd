"""The close-out of a sub-ledger (分簿销户): asked, agreed, wound up by steps, closed at zero."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.funds import PrepaymentVoucher
from models.records.prepaid import SubledgerClosing
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.prepaid import (
    ClosingLive,
    ClosingMoved,
    ClosingNotReady,
    NoSubLedger,
    NothingToRefund,
    UnknownClosing,
    VoucherKnown,
)
from models.rules.errors.requests import DeadlineBeforeRequest
from models.rules.money import yuan
from models.rules.prepaid import CLOSING, ClosingMove
from models.rules.states import sources, target
from models.rules.words import VoucherKind
from models.services import access, accounts, area_locks, audit, ledger
from models.services.access import Actor
from models.services.prepaid.closing_steps import BEFORE_REFUND, WORDS, Step, StepName, steps

WORDS_CHARS_MAX = 500
#: One asking at a time, so that a hospital has one close-out.
ASK_LOCK = 7_466_043

_HOSPITAL = """
SELECT h.area_code FROM hospital h
 WHERE h.hospital_code = %(h)s
   AND (EXISTS (SELECT FROM prepayment_voucher v WHERE v.hospital_code = h.hospital_code)
        OR EXISTS (SELECT FROM settlement_sheet s WHERE s.hospital_code = h.hospital_code
                    AND s.funding IN ('prepaid_subledger', 'turnover')))
"""
_ASK = """
INSERT INTO subledger_closing (id, closing_no, hospital_code, area_code, reason, finish_on, state,
       asked_by, asked_at, asked_on)
VALUES (%(id)s, %(no)s, %(hospital)s, %(area)s, %(reason)s, %(finish_on)s, 'asked', %(by)s,
        %(now)s, %(on)s)
"""
_DECIDE = """
UPDATE subledger_closing SET state = %(to)s, decided_by = %(by)s, decided_at = %(now)s,
       decided_on = %(on)s, answer = %(words)s, refund_account_no = %(account_no)s,
       refund_account_name = %(account_name)s, refund_bank_name = %(bank_name)s
 WHERE closing_no = %(no)s AND state = ANY (%(from)s)
"""
_END = """
UPDATE subledger_closing SET state = %(to)s, ended_by = %(by)s, ended_at = %(now)s,
       ended_on = %(on)s, end_reason = %(words)s
 WHERE closing_no = %(no)s AND state = ANY (%(from)s)
"""
_REFUNDED = {
    StepName.INTEREST: "UPDATE subledger_closing SET interest_voucher_no = %(voucher)s,"
    " refunded_by = %(by)s WHERE closing_no = %(no)s AND state = 'running'",
    StepName.PRINCIPAL: "UPDATE subledger_closing SET principal_voucher_no = %(voucher)s,"
    " refunded_by = %(by)s WHERE closing_no = %(no)s AND state = 'running'",
}


def ask(actor: Actor, hospital_code: str, reason: str, finish_on: date, on: date) -> str:
    """Ask for a sub-ledger to be wound up by a day and return the number; nothing changes yet.

    Raises NoSubLedger, ClosingLive, ReasonNeeded, DeadlineBeforeRequest, NotAllowed, OutOfScope.
    """
    access.require(actor, "subledger_close")
    told = _words(reason, "分簿销户")
    if finish_on < on:
        raise DeadlineBeforeRequest(due_on=finish_on, asked_on=on)
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (ASK_LOCK,))
        row = sql(_HOSPITAL, {"h": hospital_code}).fetchone()
        if row is None:
            raise NoSubLedger(hospital_code=hospital_code)
        access.require_rows(actor, [row[0]], hospital_code)
        live = SubledgerClosing.get_or_none(
            SubledgerClosing.hospital_code == hospital_code,
            SubledgerClosing.state.in_(("asked", "running", "closed")),
        )
        if live is not None:
            raise ClosingLive(hospital_code=hospital_code, closing_no=live.closing_no)
        number = int(
            sql("SELECT nextval(pg_get_serial_sequence('subledger_closing', 'id'))").fetchone()[0]
        )
        closing_no = f"XH{on:%Y%m%d}{number:06d}"
        facts = {"hospital": hospital_code, "area": row[0], "reason": told, "finish_on": finish_on}
        sql(
            _ASK,
            {
                **facts,
                "id": number,
                "no": closing_no,
                "by": actor.name,
                "now": clock.now(),
                "on": on,
            },
        )
        _wrote(actor, "asked", closing_no, **facts)
    return closing_no


def agree(actor: Actor, closing_no: str, on: date, *, answer: str = "") -> None:
    """Let the winding up begin, as another person than the one who asked.

    The hospital's verified account is noted: what is left goes there. Raises
    HospitalAccountUnverified, SecondPersonNeeded, ClosingMoved, UnknownClosing, NotAllowed,
    OutOfScope.
    """
    with db.atomic():
        closing = _enter(actor, closing_no, "subledger_decide")
        _another(actor, closing.asked_by)
        account = accounts.of_hospital(closing.hospital_code)
        _decide(actor, closing_no, ClosingMove.AGREE, answer.strip() or None, on, account)


def refuse(actor: Actor, closing_no: str, reason: str, on: date) -> None:
    """Refuse a close-out with the reason; it may be asked for again."""
    with db.atomic():
        closing = _enter(actor, closing_no, "subledger_decide")
        _another(actor, closing.asked_by)
        words = _words(reason, "退回销户申请")
        _decide(actor, closing_no, ClosingMove.REFUSE, words, on, (None, None, None))


def withdraw(actor: Actor, closing_no: str, reason: str, on: date) -> None:
    """Take back a close-out that nobody decided."""
    with db.atomic():
        _enter(actor, closing_no, "subledger_close")
        _end(actor, closing_no, ClosingMove.WITHDRAW, _words(reason, "撤回销户申请"), on)


def stop(actor: Actor, closing_no: str, reason: str, on: date) -> None:
    """Stop a winding up: the sub-ledger goes on as before. What was refunded stays refunded."""
    with db.atomic():
        _enter(actor, closing_no, "subledger_decide")
        _end(actor, closing_no, ClosingMove.STOP, _words(reason, "终止销户"), on)


def refund(
    actor: Actor, closing_no: str, part: StepName, voucher_no: str, booked_on: date, on: date
) -> int:
    """Record that the interest or the rest went back to the bound account; return the fen.

    The amount is what is left of that part. Raises ClosingNotReady while sheets, payments or
    requests are open, NothingToRefund, VoucherKnown, ClosingMoved, UnknownClosing, NotAllowed.
    """
    with db.atomic():
        closing = _enter(actor, closing_no, "subledger_close")
        if closing.state != "running":
            raise ClosingMoved(closing_no=closing_no)
        stands = {one.name: one for one in steps(closing.hospital_code)}
        _require(closing_no, [stands[name] for name in BEFORE_REFUND])
        amount_fen = stands[part].left_fen
        if amount_fen <= 0:
            what, what_en = WORDS[part]
            raise NothingToRefund(closing_no=closing_no, part=what[:2], part_en=what_en)
        number = voucher_no.strip()
        if not number or PrepaymentVoucher.get_or_none(PrepaymentVoucher.voucher_no == number):
            raise VoucherKnown(voucher_no=number)
        sql(_REFUNDED[part], {"voucher": number, "by": actor.name, "no": closing_no})
        PrepaymentVoucher.insert(
            voucher_no=number,
            hospital_code=closing.hospital_code,
            kind=VoucherKind.REFUND,
            amount_fen=amount_fen,
            booked_on=booked_on,
        ).execute()
        ledger.book_vouchers(on=on)
        facts = {"part": part.value, "voucher_no": number, "amount_yuan": yuan(amount_fen)}
        _wrote(actor, "refunded", closing_no, booked_on=booked_on, **facts)
    return amount_fen


def close(actor: Actor, closing_no: str, on: date) -> None:
    """Close an empty sub-ledger, as a person who neither asked nor refunded.

    Raises ClosingNotReady naming every step that is left, SecondPersonNeeded, ClosingMoved,
    UnknownClosing, NotAllowed, OutOfScope.
    """
    with db.atomic():
        closing = _enter(actor, closing_no, "subledger_decide")
        _another(actor, closing.asked_by, closing.refunded_by)
        _require(closing_no, steps(closing.hospital_code))
        _end(actor, closing_no, ClosingMove.CLOSE, None, on)


def reopen(actor: Actor, closing_no: str, reason: str, on: date) -> None:
    """Open a closed sub-ledger again, as another person than the one who closed it."""
    with db.atomic():
        closing = _enter(actor, closing_no, "subledger_decide")
        _another(actor, closing.ended_by)
        _end(actor, closing_no, ClosingMove.REOPEN, _words(reason, "重新启用分簿"), on)


def _enter(actor: Actor, closing_no: str, right: str) -> SubledgerClosing:
    """Check right and rows, lock the area, and return the close-out as it stands then."""
    access.require(actor, right)
    found = SubledgerClosing.get_or_none(SubledgerClosing.closing_no == closing_no)
    if found is None:
        raise UnknownClosing(closing_no=closing_no)
    access.require_rows(actor, [found.area_code], closing_no)
    area_locks.lock([found.area_code])
    return SubledgerClosing.get(SubledgerClosing.closing_no == closing_no)


def _another(actor: Actor, *others: str | None) -> None:
    if actor.name in others:
        raise SecondPersonNeeded(actor=actor.name, what="分簿销户")


def _require(closing_no: str, wanted: list[Step]) -> None:
    left = [one.name for one in wanted if not one.done]
    if left:
        raise ClosingNotReady(
            closing_no=closing_no,
            steps="、".join(WORDS[name][0] for name in left),
            steps_en=", ".join(WORDS[name][1] for name in left),
        )


def _decide(
    actor: Actor,
    closing_no: str,
    move: ClosingMove,
    words: str | None,
    on: date,
    account: tuple[str | None, ...],
) -> None:
    names = ("account_no", "account_name", "bank_name")
    facts = _facts(actor, closing_no, move, words, on) | dict(zip(names, account, strict=True))
    if sql(_DECIDE, facts).rowcount == 0:
        raise ClosingMoved(closing_no=closing_no)
    _wrote(actor, move.value, closing_no, answer=words)


def _end(actor: Actor, closing_no: str, move: ClosingMove, words: str | None, on: date) -> None:
    if sql(_END, _facts(actor, closing_no, move, words, on)).rowcount == 0:
        raise ClosingMoved(closing_no=closing_no)
    _wrote(actor, move.value, closing_no, reason=words)


def _facts(
    actor: Actor, closing_no: str, move: ClosingMove, words: str | None, on: date
) -> dict[str, object]:
    return {
        "no": closing_no,
        "by": actor.name,
        "now": clock.now(),
        "on": on,
        "words": words[:WORDS_CHARS_MAX] if words else None,
        "from": sources(CLOSING, move),
        "to": target(CLOSING, move),
    }


def _words(reason: str, what: str) -> str:
    told = reason.strip()[:WORDS_CHARS_MAX]
    if not told:
        raise ReasonNeeded(what=what)
    return told


def _wrote(actor: Actor, what: str, closing_no: str, **facts: object) -> None:
    audit.wrote(
        f"subledger_closing.{what}",
        actor=actor.name,
        subject=f"subledger_closing:{closing_no}",
        **facts,
    )
