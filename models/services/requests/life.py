"""Money asked of hospitals (款项通知): asked by a deadline, answered by vouchers, or withdrawn.

Stages decide that a hospital must pay and call this inside their transaction; they also book what
comes in. A receipt names the voucher the money came with, and completes a request by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models import clock
from models.records.base import db, sql
from models.records.requests import MoneyReceipt, MoneyRequest
from models.rules import calendar
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.requests import (
    DeadlineBeforeRequest,
    MoneyRequestDiffers,
    MoneyRequestOver,
    UnknownMoneyRequest,
    VoucherAboveRequest,
)
from models.rules.money import yuan
from models.rules.requests import PREFIX, REQUEST, RequestKind, RequestMove, RequestState
from models.rules.states import sources, target
from models.rules.words import DayKind
from models.services import audit
from models.services.requests.news import look_soon

#: One asking at a time, so that a cause is asked for once.
ASK_LOCK = 7_466_041
WORDS_CHARS_MAX = 500

_ASK = """
INSERT INTO money_request (id, request_no, kind, hospital_code, area_code, period, amount_fen,
       asked_on, due_on, state, source, note, asked_by, asked_at)
SELECT %(id)s, %(request_no)s, %(kind)s, h.hospital_code, h.area_code, %(period)s,
       %(amount_fen)s, %(on)s, %(due_on)s, 'asked', %(source)s, %(note)s, %(by)s, %(now)s
  FROM hospital h WHERE h.hospital_code = %(hospital_code)s
"""
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


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What is asked of a hospital; the amount in fen, the deadline included."""

    kind: RequestKind
    hospital_code: str
    #: The month it arose in.
    period: str
    amount_fen: int
    due_on: date
    #: What it follows from; asked for once while it is not withdrawn.
    source: str
    note: str = ""


class Overdue(NamedTuple):
    """A request whose deadline is over; what is open of it in fen."""

    request_no: str
    kind: RequestKind
    hospital_code: str
    area_code: str
    period: str
    open_fen: int
    due_on: date


def ask(asking: Asking, *, on: date, by: str) -> MoneyRequest:
    """Ask a hospital for money and return the request; the same cause again returns the first.

    Raises MoneyRequestDiffers when that one has another hospital or amount, and
    DeadlineBeforeRequest. The caller has checked rights and rows.
    """
    if asking.due_on < on:
        raise DeadlineBeforeRequest(due_on=asking.due_on, asked_on=on)
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (ASK_LOCK,))
        known = MoneyRequest.get_or_none(
            MoneyRequest.kind == asking.kind,
            MoneyRequest.source == asking.source,
            MoneyRequest.state != RequestState.WITHDRAWN,
        )
        if known is not None:
            if (known.hospital_code, known.amount_fen) != (asking.hospital_code, asking.amount_fen):
                raise MoneyRequestDiffers(
                    request_no=known.request_no, amount_yuan=yuan(known.amount_fen)
                )
            return known
        number = sql("SELECT nextval(pg_get_serial_sequence('money_request', 'id'))").fetchone()[0]
        request_no = f"{PREFIX[asking.kind]}{on:%Y%m%d}{int(number):06d}"
        sql(
            _ASK,
            {
                "id": number,
                "request_no": request_no,
                "kind": asking.kind.value,
                "hospital_code": asking.hospital_code,
                "period": asking.period,
                "amount_fen": asking.amount_fen,
                "on": on,
                "due_on": asking.due_on,
                "source": asking.source,
                "note": asking.note.strip()[:WORDS_CHARS_MAX] or None,
                "by": by,
                "now": clock.now(),
            },
        )
        audit.wrote(
            "money_request.asked",
            actor=by,
            subject=f"money_request:{request_no}",
            kind=asking.kind.value,
            hospital_code=asking.hospital_code,
            period=asking.period,
            amount_yuan=yuan(asking.amount_fen),
            due_on=asking.due_on,
            source=asking.source,
        )
        look_soon(by, on)
        return get(request_no)


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
