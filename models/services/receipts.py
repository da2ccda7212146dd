"""A receipt that was booked wrongly is taken back by a second person (冲回到账).

Nothing is edited: the request gets a row below zero, the books a reversal, and the next offset of
the hospital counts what is left. The voucher may then be booked again as it truly was.
"""

from datetime import date

from models.records.base import db, sql
from models.records.requests import RECEIPT_SOURCE, MoneyRequest
from models.rules.errors.requests import ReceiptFromSubledger, UnknownMoneyRequest
from models.rules.postings import Kind
from models.rules.requests import RequestKind
from models.services import access, area_locks, ledger, requests
from models.services.access import Actor

_UNDONE = {
    RequestKind.COLLECTION: Kind.COLLECTION_UNDONE,
    RequestKind.REPAYMENT: Kind.TURNOVER_REPAID_UNDONE,
}
_SOURCE = f"""
SELECT {RECEIPT_SOURCE} AS source FROM money_receipt r JOIN money_request q ON q.id = r.request_id
 WHERE q.id = %(request_id)s AND r.voucher_no = %(voucher_no)s AND r.turn = %(turn)s
   AND r.is_reversal
"""
_FROM_SUBLEDGER = "SELECT EXISTS (SELECT FROM prepayment_voucher WHERE voucher_no = %s)"
#: What was paid unasked was never asked for: its request ends with its receipt.
_UNASKED = "paid:"


def take_back(
    actor: Actor, request_no: str, voucher_no: str, reason: str, on: date
) -> MoneyRequest:
    """Take back what was booked by hand under a voucher and return the request.

    Raises NotAllowed, UnknownMoneyRequest, NoSuchReceipt, SecondPersonNeeded, ReasonNeeded,
    ReceiptFromSubledger.
    """
    access.require(actor, "receipt_reverse")
    with db.atomic():
        request = requests.get(request_no)
        if not access.reaches(actor, request.area_code):
            raise UnknownMoneyRequest(request_no=request_no)
        area_locks.lock([request.area_code])
        if (
            request.kind is RequestKind.REPAYMENT
            and sql(_FROM_SUBLEDGER, (voucher_no,)).fetchone()[0]
        ):
            raise ReceiptFromSubledger(voucher_no=voucher_no)
        reopened, turn = requests.reverse(request_no, voucher_no, reason, on=on, by=actor.name)
        told = {"request_id": request.id, "voucher_no": voucher_no, "turn": turn}
        ledger.undo(_UNDONE[request.kind], _SOURCE, told, on=on)
        if request.source.startswith(_UNASKED):
            return requests.withdraw(request_no, reason, on=on, by=actor.name)
    return reopened
