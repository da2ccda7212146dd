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
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.requests import (
    MoneyRequestOver,
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
        known = MoneyReceipt.get_or_none(
            MoneyReceipt.request_id == request.id, MoneyReceipt.voucher_no == voucher_no
        )
        if known is not None and known.amount_fen == amount_fen:
            return request
        if known is not None or request.state is not RequestState.ASKED:
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
