"""A hospital pays what its fund did not cover (追缴到账); requests nobody needs are ended."""

from datetime import date

from models.records.base import db, sql
from models.records.requests import RECEIPT_SOURCE, MoneyRequest
from models.rules import calendar
from models.rules.errors.remedies import FieldMissing
from models.rules.errors.requests import UnknownMoneyRequest
from models.rules.errors.shortfalls import NotACollection, NothingOwed, ReceivedInTheFuture
from models.rules.money import yuan
from models.rules.postings import Kind
from models.rules.requests import RequestKind
from models.services import access, area_locks, ledger, requests
from models.services.access import Actor
from models.services.requests import Asking
from models.services.shortfalls import debts

#: Receipts of collections that are not in the books yet.
_BOOK = f"""
SELECT q.hospital_code, coalesce(g.agency_code, 'none') AS agency_code, r.amount_fen,
       {RECEIPT_SOURCE} AS source
  FROM money_receipt r JOIN money_request q ON q.id = r.request_id
  LEFT JOIN paying_agency g ON g.area_code = q.area_code
 WHERE q.id = %(request_id)s AND NOT r.is_reversal AND NOT EXISTS (
       SELECT 1 FROM ledger_entry e WHERE e.kind = 'collection'
          AND e.source = {RECEIPT_SOURCE})
"""


def receive(
    actor: Actor, request_no: str, voucher_no: str, amount_fen: int, booked_on: date, on: date
) -> MoneyRequest:
    """Book what a hospital paid on a collection and return the request; twice is once.

    The next offset counts it. Raises NotAllowed, UnknownMoneyRequest, NotACollection,
    ReceivedInTheFuture, MoneyRequestOver, VoucherAboveRequest.
    """
    access.require(actor, "shortfall")
    _check(voucher_no, booked_on, on)
    with db.atomic():
        request = _enter(actor, request_no)
        paid = requests.settle_with(
            request.request_no, voucher_no, amount_fen, booked_on=booked_on, by=actor.name
        )
        ledger.post(Kind.COLLECTION, _BOOK, {"request_id": paid.id}, on=on)
    return paid


def receive_unasked(
    actor: Actor, hospital_code: str, voucher_no: str, amount_fen: int, booked_on: date, on: date
) -> MoneyRequest:
    """Book what a hospital paid of a debt nobody asks for (any more); twice is once.

    It is asked for and paid in one step, so that every fen that came in has its request. Raises
    NothingOwed beyond the debt that is not asked for, and what `receive` raises.
    """
    access.require(actor, "shortfall")
    _check(voucher_no, booked_on, on)
    with db.atomic():
        area = _area_of(hospital_code)
        access.require_rows(actor, [area], hospital_code)
        area_locks.lock([area])
        source = f"paid:{hospital_code}:{voucher_no}"
        known = MoneyRequest.get_or_none(
            MoneyRequest.kind == RequestKind.COLLECTION, MoneyRequest.source == source
        )
        debt = debts.debt_of(hospital_code, on)
        owed = 0 if debt is None else max(debt.debt_fen - debt.asked_fen, 0)
        if known is None and amount_fen > owed:
            raise NothingOwed(
                hospital=hospital_code, owed_yuan=yuan(owed), amount_yuan=yuan(amount_fen)
            )
        request = requests.ask(
            Asking(
                kind=RequestKind.COLLECTION,
                hospital_code=hospital_code,
                period=calendar.period_of(booked_on),
                amount_fen=amount_fen,
                due_on=on,
                source=source,
                note="医院未经通知缴回的抵扣欠款",
            ),
            on=on,
            by=actor.name,
        )
        return receive(actor, request.request_no, voucher_no, amount_fen, booked_on, on)


def _enter(actor: Actor, request_no: str) -> MoneyRequest:
    """Return the request under the lock of its area: no offset runs meanwhile."""
    request = requests.get(request_no)
    if not access.reaches(actor, request.area_code):
        raise UnknownMoneyRequest(request_no=request_no)
    if request.kind is not RequestKind.COLLECTION:
        raise NotACollection(request_no=request_no)
    area_locks.lock([request.area_code])
    return request


def _area_of(hospital_code: str) -> str:
    row = sql(
        "SELECT area_code FROM hospital WHERE hospital_code = %s", (hospital_code,)
    ).fetchone()
    if row is None:
        raise UnknownMoneyRequest(request_no=hospital_code)
    return str(row[0])


def _check(voucher_no: str, booked_on: date, on: date) -> None:
    if not voucher_no.strip():
        raise FieldMissing(what="银行凭证号", what_en="the bank's voucher number")
    if booked_on > on:
        raise ReceivedInTheFuture(booked_on=booked_on, on=on)
