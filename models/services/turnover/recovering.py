"""Turnover money goes back before the year ends: repaid by the hospital, or from monthly funds."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.requests import RECEIPT_SOURCE, MoneyRequest
from models.rules import calendar
from models.rules.errors.turnover import (
    NotARepayment,
    NothingOutstanding,
    SubledgerTooLow,
    TurnoverMoved,
)
from models.rules.money import yuan
from models.rules.postings import Account, Kind, account
from models.rules.requests import RequestKind, RequestState
from models.rules.states import sources, target
from models.rules.turnover import TURNOVER, TurnoverMove, repay_by
from models.rules.words import TurnoverRecovery, VoucherKind
from models.services import access, audit, ledger, requests
from models.services.access import Actor
from models.services.requests import Asking
from models.services.turnover import grants
from models.services.turnover.grants import Grant
from models.services.turnover.paying import add_voucher, check_voucher

_RECOVER = """
UPDATE turnover_grant SET state = %(to)s, recovery = %(way)s, recover_from = %(period)s,
       recover_by = %(by)s, recover_at = %(now)s, recover_on = %(on)s
 WHERE turnover_no = %(no)s AND state = ANY (%(from)s)
   AND coalesce(recovery, 'repay') <> 'offset'
"""
#: The way of the scheme in force on the day; a repayment where it does not say.
_WAY = """
WITH RECURSIVE up (area_code, distance) AS (
    SELECT %(area)s::text COLLATE "C", 0
    UNION ALL
    SELECT a.parent_code, u.distance + 1 FROM up u JOIN area a USING (area_code)
     WHERE a.parent_code IS NOT NULL AND u.distance < 10
)
SELECT s.turnover_recovery FROM up u JOIN scheme s USING (area_code)
 WHERE s.valid_from <= %(on)s AND coalesce(s.valid_to, 'infinity') >= %(on)s
 ORDER BY u.distance, s.valid_from DESC, s.scheme_code DESC LIMIT 1
"""
_BOOK = f"""
SELECT q.hospital_code, replace(e.credit_account, 'turnover_pool:', '') AS agency_code,
       r.amount_fen, {RECEIPT_SOURCE} AS source
  FROM money_receipt r JOIN money_request q ON q.id = r.request_id
  JOIN ledger_entry e ON e.kind = '{Kind.TURNOVER_PAID}' AND e.source = q.source
 WHERE q.id = %(request_id)s AND NOT r.is_reversal AND NOT EXISTS (
       SELECT 1 FROM ledger_entry x WHERE x.kind = '{Kind.TURNOVER_REPAID}'
          AND x.source = {RECEIPT_SOURCE})
"""


def recover(
    actor: Actor,
    turnover_no: str,
    on: date,
    *,
    way: TurnoverRecovery | None = None,
    from_period: str | None = None,
) -> Grant:
    """Begin to take a grant back, by the scheme's way or the one given; return it as it was.

    `repay`: the hospital is asked for what is outstanding until the year's last day. `offset`:
    the offsets from that month on take it from what the goods leave of the fund; a repayment that
    is asked for may be changed to this. Raises NotAllowed, UnknownTurnover, NothingOutstanding,
    TurnoverMoved.
    """
    access.require(actor, "turnover_pay")
    with db.atomic():
        grant = grants.locked(actor, turnover_no)
        chosen = way or _scheme_way(grant.area_code, on)
        if grant.state in sources(TURNOVER, TurnoverMove.RECOVER) and grant.outstanding_fen == 0:
            raise NothingOutstanding(turnover_no=turnover_no)
        if grant.recovery == chosen == TurnoverRecovery.REPAY and _asked(grant):
            return grant
        period = from_period or calendar.period_of(on)
        told = {
            "no": turnover_no,
            "way": chosen.value,
            "period": period if chosen is TurnoverRecovery.OFFSET else None,
            "by": actor.name,
            "now": clock.now(),
            "on": on,
            "from": sources(TURNOVER, TurnoverMove.RECOVER),
            "to": target(TURNOVER, TurnoverMove.RECOVER),
        }
        if sql(_RECOVER, told).rowcount != 1:
            raise TurnoverMoved(turnover_no=turnover_no, what="收回", what_en="taken back")
        _ask(grant, chosen, on, actor.name)
        audit.wrote(
            "turnover.recovering",
            actor=actor.name,
            subject=f"turnover:{turnover_no}",
            hospital_code=grant.hospital_code,
            way=chosen.value,
            from_period=told["period"],
            outstanding_yuan=yuan(grant.outstanding_fen),
        )
    return grant


def _ask(grant: Grant, way: TurnoverRecovery, on: date, by: str) -> None:
    """Ask for a repayment; where the funds pay it instead, nobody is asked any more."""
    source = f"turnover:{grant.turnover_no}"
    if way is TurnoverRecovery.REPAY:
        requests.ask(
            Asking(
                kind=RequestKind.REPAYMENT,
                hospital_code=grant.hospital_code,
                period=calendar.period_of(on),
                amount_fen=grant.outstanding_fen,
                due_on=repay_by(grant.year, on),
                source=source,
                note=f"归还 {grant.year} 年周转金（{grant.turnover_no}）",
            ),
            on=on,
            by=by,
        )
    else:
        for one in _asked(grant):
            requests.withdraw(one.request_no, "改为从医保基金抵扣收回", on=on, by=by)
    requests.look_soon(by, on)


def _asked(grant: Grant) -> list[MoneyRequest]:
    """Return what the hospital is still asked for of this grant."""
    return [
        one
        for one in requests.open_of(grant.hospital_code, RequestKind.REPAYMENT)
        if one.source == f"turnover:{grant.turnover_no}"
    ]


def repay(
    actor: Actor,
    request_no: str,
    voucher_no: str,
    amount_fen: int,
    booked_on: date,
    on: date,
    *,
    from_subledger: bool,
) -> MoneyRequest:
    """Book what a hospital gives back on a repayment and return the request; twice is once.

    From its sub-ledger it is a refund voucher, never more than is available; else the hospital
    paid it from its own account and its sub-ledger stays as it is. Raises NotAllowed,
    UnknownTurnover, NotARepayment, SubledgerTooLow, VoucherKnown, ReceivedInTheFuture,
    MoneyRequestOver, VoucherAboveRequest.
    """
    access.require(actor, "turnover_pay")
    check_voucher(voucher_no, booked_on, on)
    with db.atomic():
        request = requests.get(request_no)
        if request.kind is not RequestKind.REPAYMENT:
            raise NotARepayment(request_no=request_no)
        grant = grants.locked(actor, request.source.removeprefix("turnover:"))
        before = requests.get(request_no)
        paid = requests.settle_with(
            request_no, voucher_no, amount_fen, booked_on=booked_on, by=actor.name
        )
        if paid.received_fen == before.received_fen:
            return paid
        if from_subledger:
            _refund(grant, voucher_no, amount_fen, booked_on, on)
        ledger.post(Kind.TURNOVER_REPAID, _BOOK, {"request_id": paid.id}, on=on)
        if paid.state is RequestState.PAID:
            audit.wrote(
                "turnover.recovered",
                actor=actor.name,
                subject=f"turnover:{grant.turnover_no}",
                hospital_code=grant.hospital_code,
                request_no=request_no,
            )
        requests.look_soon(actor.name, on)
    return paid


def _refund(grant: Grant, voucher_no: str, amount_fen: int, booked_on: date, on: date) -> None:
    ledger.book_vouchers(on=on)
    balance = -ledger.balance_fen(account(Account.PREPAID, grant.hospital_code))
    if amount_fen > balance:
        raise SubledgerTooLow(
            hospital=grant.hospital_name,
            balance_yuan=yuan(balance),
            amount_yuan=yuan(amount_fen),
        )
    add_voucher(voucher_no, grant.hospital_code, VoucherKind.REFUND, amount_fen, booked_on)
    ledger.book_vouchers(on=on)


def _scheme_way(area_code: str, on: date) -> TurnoverRecovery:
    row = sql(_WAY, {"area": area_code, "on": on}).fetchone()
    return TurnoverRecovery.REPAY if row is None or row[0] is None else TurnoverRecovery(row[0])
