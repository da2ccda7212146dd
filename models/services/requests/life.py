"""What becomes of a request for money: answered by vouchers, withdrawn, or late (款项通知).

Stages decide that a hospital must pay and call this inside their transaction; they also book what
comes in. A receipt names the voucher the money came with, and completes a request by itself.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from models import clock
from models.records.base import db, sql
from models.records.requests import MoneyReceipt, MoneyRequest
from models.rules import calendar
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.requests import (
    MoneyRequestOver,
    NoSuchReceipt,
    UnknownMoneyRequest,
    VoucherAboveRequest,
)
from models.rules.money import yuan
from models.rules.requests import REQUEST, RequestKind, RequestMove, RequestState
from models.rules.states import sources, target
from models.rules.words import DayKind
from models.services import audit
from models.services.requests.news import look_soon

WORDS_CHARS_MAX = 500

_WITHDRAW = """
UPDATE money_request SET state = %(to)s, ended_by = %(by)s, ended_at = %(now)s, ended_on = %(on)s,
       end_reason = %(reason)s
 WHERE request_no = %(request_no)s AND state = ANY (%(from)s)
"""
#: The last turn of a voucher and what it counts for: nothing when it was taken back.
_LAST_TURN = """
SELECT turn, sum(amount_fen) FROM money_receipt WHERE request_id = %s AND voucher_no = %s
 GROUP BY turn ORDER BY turn DESC LIMIT 1
"""
_RECEIPT = """
SELECT turn, amount_fen, booked_on, made_by FROM money_receipt r
 WHERE request_id = %s AND voucher_no = %s AND NOT is_reversal
   AND NOT EXISTS (SELECT FROM money_receipt y WHERE y.request_id = r.request_id
                      AND y.voucher_no = r.voucher_no AND y.turn = r.turn AND y.is_reversal)
"""
_OVERDUE = """
SELECT request_no, kind, hospital_code, area_code, period, amount_fen - received_fen, due_on
  FROM money_request
 WHERE state = 'asked' AND due_on < %(on)s
   AND (%(areas)s::text[] IS NULL OR area_code = ANY (%(areas)s))
 ORDER BY due_on, request_no
"""


class Overdue(NamedTuple):
    """A request whose deadline is over; what is open of it in fen."""

    request_no: str
    kind: RequestKind
    hospital_code: str
    area_code: str
    period: str
    open_fen: int
    due_on: date


def settle_with(
    request_no: str, voucher_no: str, amount_fen: int, *, booked_on: date, by: str
) -> MoneyRequest:
    """Count a voucher's money towards a request and return it; the last fen makes it paid.

    The same voucher again for the same request changes nothing. For a top-up the voucher is one of
    the hospital's sub-ledger, and all it answers is at most its amount (the database sees to it).
    Raises UnknownMoneyRequest, MoneyRequestOver, VoucherAboveRequest. The caller books the money.
    """
    with db.atomic():
        request = _locked(request_no)
        turn, live_fen = sql(_LAST_TURN, (request.id, voucher_no)).fetchone() or (0, 0)
        if live_fen == amount_fen:
            return request
        if live_fen or request.state is not RequestState.ASKED:
            raise MoneyRequestOver(request_no=request_no)
        open_fen = request.amount_fen - request.received_fen
        if amount_fen > open_fen:
            raise VoucherAboveRequest(
                voucher_no=voucher_no,
                request_no=request_no,
                amount_yuan=yuan(amount_fen),
                open_yuan=yuan(open_fen),
            )
        MoneyReceipt.insert(
            request_id=request.id,
            voucher_no=voucher_no,
            turn=turn + 1,
            hospital_code=request.hospital_code,
            amount_fen=amount_fen,
            booked_on=booked_on,
            made_by=by,
            made_at=clock.now(),
        ).execute()
        audit.wrote(
            "money_request.received",
            actor=by,
            subject=f"money_request:{request_no}",
            voucher_no=voucher_no,
            amount_yuan=yuan(amount_fen),
            booked_on=booked_on,
        )
        return get(request_no)


def reverse(
    request_no: str, voucher_no: str, reason: str, *, on: date, by: str
) -> tuple[MoneyRequest, int]:
    """Take back a receipt that was booked wrongly; return the request and the receipt's turn.

    A second person does it, with a reason; what was asked for waits again. Raises ReasonNeeded,
    UnknownMoneyRequest, NoSuchReceipt, SecondPersonNeeded. The caller reverses the books.
    """
    told = reason.strip()[:WORDS_CHARS_MAX]
    if not told:
        raise ReasonNeeded(what="冲回到账")
    with db.atomic():
        request = _locked(request_no)
        found = sql(_RECEIPT, (request.id, voucher_no)).fetchone()
        if found is None or request.kind is RequestKind.TOP_UP:
            raise NoSuchReceipt(request_no=request_no, voucher_no=voucher_no)
        turn, amount_fen, booked_on, made_by = found
        if made_by == by:
            raise SecondPersonNeeded(actor=by, what="冲回到账")
        MoneyReceipt.insert(
            request_id=request.id,
            voucher_no=voucher_no,
            turn=turn,
            is_reversal=True,
            hospital_code=request.hospital_code,
            amount_fen=-amount_fen,
            booked_on=booked_on,
            reason=told,
            made_by=by,
            made_at=clock.now(),
        ).execute()
        audit.wrote(
            "money_request.receipt_reversed",
            actor=by,
            subject=f"money_request:{request_no}",
            voucher_no=voucher_no,
            amount_yuan=yuan(amount_fen),
            reason=told,
        )
        look_soon(by, on)
        return get(request_no), int(turn)


def withdraw(request_no: str, reason: str, *, on: date, by: str) -> MoneyRequest:
    """Take a request back with its reason and return it; what came in of it stays where it is.

    Raises ReasonNeeded, UnknownMoneyRequest, MoneyRequestOver. The caller has checked rights.
    """
    told = reason.strip()[:WORDS_CHARS_MAX]
    if not told:
        raise ReasonNeeded(what="撤销款项通知")
    with db.atomic():
        _locked(request_no)
        moved = sql(
            _WITHDRAW,
            {
                "request_no": request_no,
                "by": by,
                "now": clock.now(),
                "on": on,
                "reason": told,
                "from": sources(REQUEST, RequestMove.WITHDRAW),
                "to": target(REQUEST, RequestMove.WITHDRAW),
            },
        ).rowcount
        if moved == 0:
            raise MoneyRequestOver(request_no=request_no)
        audit.wrote(
            "money_request.withdrawn",
            actor=by,
            subject=f"money_request:{request_no}",
            reason=told,
        )
        look_soon(by, on)
        return get(request_no)


def overdue(on: date, areas: Sequence[str] | None = None) -> list[Overdue]:
    """Return the requests that wait although their deadline is over, the oldest first."""
    told = {"on": on, "areas": None if areas is None else list(areas)}
    return [Overdue(row[0], RequestKind(row[1]), *row[2:]) for row in sql(_OVERDUE, told)]


def open_of(hospital_code: str, kind: RequestKind) -> list[MoneyRequest]:
    """Return what a hospital is still asked for, the nearest deadline first."""
    return list(
        MoneyRequest.select()
        .where(
            MoneyRequest.hospital_code == hospital_code,
            MoneyRequest.kind == kind,
            MoneyRequest.state == RequestState.ASKED,
        )
        .order_by(MoneyRequest.due_on, MoneyRequest.id)
    )


def due_day(on: date, working_days: int) -> date:
    """Return the last day in time when so many working days are given from a day on."""
    kinds = {row[0]: DayKind(row[1]) for row in sql("SELECT day, kind FROM calendar_day")}
    return calendar.add_working_days(on, working_days, kinds)


def get(request_no: str) -> MoneyRequest:
    """Return a request as it stands now; raises UnknownMoneyRequest."""
    found = MoneyRequest.get_or_none(MoneyRequest.request_no == request_no)
    if found is None:
        raise UnknownMoneyRequest(request_no=request_no)
    return found


def _locked(request_no: str) -> MoneyRequest:
    sql("SELECT 1 FROM money_request WHERE request_no = %s FOR UPDATE", (request_no,))
    return get(request_no)
