"""Hospitals top up what their sub-ledgers lack: what is asked for is what is missing (补足).

Under the locks of the areas: nobody covers a sheet or takes a voucher meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from models.records.base import db, sql
from models.records.requests import MoneyRequest
from models.rules.errors.prepaid import NothingMissing
from models.rules.money import yuan
from models.rules.requests import RequestKind, RequestState
from models.services import access, area_locks, jobs, notifications, requests
from models.services.access import Actor
from models.services.prepaid.balances import BALANCES
from models.services.requests.terms import SCHEME_OF_AREA

#: Vouchers that came after a request and are not used up, in the order they were booked.
_ANSWERS = """
SELECT v.voucher_no, v.booked_on,
       v.amount_fen - coalesce((SELECT sum(r.amount_fen) FROM money_receipt r
           JOIN money_request q ON q.id = r.request_id AND q.kind = 'top_up'
          WHERE r.voucher_no = v.voucher_no), 0)
  FROM prepayment_voucher v LEFT JOIN import_run i ON i.id = v.import_id
 WHERE v.hospital_code = %(hospital)s AND v.kind = 'top_up'
   AND coalesce(i.imported_at, (SELECT min(e.posted_at) FROM ledger_entry e
                                 WHERE e.kind = 'prepayment'
                                   AND e.source = 'voucher:' || v.voucher_no)) > %(since)s
 ORDER BY v.booked_on, v.voucher_no
"""
#: Who lacks money where the scheme asks for top-ups, and whoever is asked for one already.
_STANDS = f"""
WITH terms AS ({SCHEME_OF_AREA}),
asked AS (
    SELECT hospital_code, sum(amount_fen - received_fen)::bigint AS open_fen FROM money_request
     WHERE kind = 'top_up' AND state = 'asked' GROUP BY hospital_code
)
SELECT h.hospital_code, coalesce(b.missing_fen, 0), coalesce(a.open_fen, 0), b.short_period,
       coalesce(b.short_sheets, 0), coalesce(b.short_fen, 0), coalesce(b.available_fen, 0),
       t.top_up_days
  FROM hospital h LEFT JOIN ({BALANCES}) b USING (hospital_code)
  LEFT JOIN asked a USING (hospital_code) LEFT JOIN terms t ON t.of_area = h.area_code
 WHERE (a.open_fen > 0 OR (b.missing_fen > 0 AND t.top_up_days IS NOT NULL))
   AND h.area_code = ANY (%(areas)s)
 ORDER BY h.hospital_code
"""
#: Where somebody lacks money or is asked for some; what comes up elsewhere the next run sees.
_AREAS = """
SELECT DISTINCT area_code FROM hospital
 WHERE hospital_code IN (SELECT hospital_code FROM settlement_sheet WHERE state = 'short')
    OR hospital_code IN (SELECT hospital_code FROM money_request
                          WHERE kind = 'top_up' AND state = 'asked')
"""
_SHORT = f"""
SELECT h.hospital_code, coalesce(b.missing_fen, 0), coalesce((SELECT sum(amount_fen - received_fen)
           FROM money_request r WHERE r.hospital_code = h.hospital_code AND r.kind = 'top_up'
            AND r.state = 'asked'), 0)::bigint,
       b.short_period, coalesce(b.short_sheets, 0), coalesce(b.short_fen, 0),
       coalesce(b.available_fen, 0)
  FROM hospital h LEFT JOIN ({BALANCES}) b USING (hospital_code)
 WHERE h.hospital_code = ANY (%s) ORDER BY h.hospital_code
"""
_AREA_OF = "SELECT hospital_code, area_code FROM hospital WHERE hospital_code = ANY (%s)"
_TIMES = """
SELECT hospital_code, count(*) FROM money_request
 WHERE kind = 'top_up' AND hospital_code = ANY (%s) GROUP BY hospital_code
"""


@dataclass(frozen=True)
class _Lack:
    """What one hospital lacks and what it is asked for already, in fen."""

    hospital_code: str
    missing_fen: int
    open_fen: int
    period: str | None
    sheets: int
    short_fen: int
    available_fen: int
    #: Working days a machine gives; None: it asks nobody.
    days: int | None = None

    @property
    def note(self) -> str:
        """Return how the amount came about, for the hospital."""
        return (
            f"{self.sheets} 张结算单应付合计 {yuan(self.short_fen)} 元，"
            f"分簿可用余额 {yuan(self.available_fen)} 元，缺口 {yuan(self.missing_fen)} 元。"
        )


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `money_requests`: ask for what is missing, then tell of all requests."""
    with db.atomic():
        result = bring(claim.on, by=claim.requested_by)
        result["mails"] = requests.tell(claim.on, render, by=claim.requested_by)
        jobs.finish(claim, result)
    return result


def bring(on: date, *, by: str) -> dict[str, int]:
    """Let vouchers answer top-ups, ask for what is missing, withdraw what is not any more.

    Returns how many requests were answered, asked and withdrawn. Again on the same facts all are
    zero.
    """
    with db.atomic():
        areas = [code for (code,) in sql(_AREAS)]
        area_locks.lock(areas)
        answered = sum(_answer(request, by) for request in _open(areas))
        due_day = cache(lambda days: requests.due_day(on, days))
        wanted, withdrawn = [], 0
        for lack in _lacks(areas, on):
            open_fen, gone, kept_due_on = lack.open_fen, 0, None
            if open_fen > lack.missing_fen:
                gone, kept_due_on = _withdraw_excess(lack, on, by)
                open_fen = _open_fen(lack.hospital_code)
            withdrawn += gone
            lacking = lack.missing_fen - open_fen
            if lacking > 0 and (lack.days is not None or kept_due_on is not None):
                due_on = kept_due_on or due_day(lack.days or 0)
                wanted.append((lack, lacking, max(due_on, on)))
        asked = _ask(wanted, on, by)
    return {"answered": answered, "asked": len(asked), "withdrawn": withdrawn}


def ask_by_hand(
    actor: Actor, hospitals: Sequence[str], due_on: date, on: date
) -> list[MoneyRequest]:
    """Ask hospitals for all that is missing and not asked for yet, all of them or none.

    A person sets the deadline. Raises NothingMissing, DeadlineBeforeRequest, NotAllowed,
    OutOfScope.
    """
    access.require(actor, "request_money")
    codes = sorted(set(hospitals))
    with db.atomic():
        areas = dict(sql(_AREA_OF, (codes,)).fetchall())
        for code in codes:
            if code not in areas:
                raise NothingMissing(hospital_code=code)
            access.require_rows(actor, [areas[code]], code)
        area_locks.lock(sorted(set(areas.values())))
        wanted = []
        for row in sql(_SHORT, (codes,)).fetchall():
            lack = _Lack(row[0], *row[1:])
            lacking = lack.missing_fen - lack.open_fen
            if lacking <= 0:
                raise NothingMissing(hospital_code=lack.hospital_code)
            wanted.append((lack, lacking, due_on))
        return _ask(wanted, on, actor.name)


def _ask(wanted: list[tuple[_Lack, int, date]], on: date, by: str) -> list[MoneyRequest]:
    """Ask for (who lacks, how much in fen, by when); each request has a number of its own."""
    codes = [lack.hospital_code for lack, _, _ in wanted]
    times: dict[str, int] = dict(sql(_TIMES, (codes,)).fetchall())
    return requests.ask_all(
        [
            requests.Asking(
                kind=RequestKind.TOP_UP,
                hospital_code=lack.hospital_code,
                period=lack.period or f"{on:%Y-%m}",
                amount_fen=amount_fen,
                due_on=due_on,
                source=f"subledger:{lack.hospital_code}:{times.get(lack.hospital_code, 0) + 1}",
                note=lack.note,
            )
            for lack, amount_fen, due_on in wanted
        ],
        on=on,
        by=by,
    )


def _open(areas: list[str]) -> list[MoneyRequest]:
    return list(
        MoneyRequest.select()
        .where(
            MoneyRequest.kind == RequestKind.TOP_UP,
            MoneyRequest.state == RequestState.ASKED,
            MoneyRequest.area_code.in_(areas),
        )
        .order_by(MoneyRequest.due_on, MoneyRequest.id)
    )


def _answer(request: MoneyRequest, by: str) -> int:
    """Count vouchers that came after a request towards it; return 1 when any did."""
    told = {"hospital": request.hospital_code, "since": request.asked_at}
    open_fen = request.amount_fen - request.received_fen
    before = open_fen
    for voucher_no, booked_on, left_fen in sql(_ANSWERS, told).fetchall():
        part = min(open_fen, int(left_fen))
        if part > 0:
            requests.settle_with(request.request_no, voucher_no, part, booked_on=booked_on, by=by)
            open_fen -= part
    return int(open_fen < before)


def _lacks(areas: list[str], on: date) -> Iterator[_Lack]:
    for row in sql(_STANDS, {"on": on, "areas": areas}).fetchall():
        yield _Lack(row[0], *row[1:])


def _open_fen(hospital_code: str) -> int:
    return sum(
        one.amount_fen - one.received_fen
        for one in requests.open_of(hospital_code, RequestKind.TOP_UP)
    )


def _withdraw_excess(lack: _Lack, on: date, by: str) -> tuple[int, date | None]:
    """Withdraw the youngest requests until no more is asked for than is missing.

    Returns how many, and the earliest deadline of what was withdrawn: a rest that is still missing
    keeps it, so that nobody gains time.
    """
    waiting = sorted(
        requests.open_of(lack.hospital_code, RequestKind.TOP_UP), key=lambda one: -int(one.id)
    )
    open_fen = sum(one.amount_fen - one.received_fen for one in waiting)
    gone, due_on = 0, None
    for request in waiting:
        if open_fen <= lack.missing_fen:
            break
        open_fen -= request.amount_fen - request.received_fen
        why = f"缺口已变为 {yuan(lack.missing_fen)} 元，通知按缺口调整。"
        requests.withdraw(request.request_no, why, on=on, by=by)
        due_on = min(due_on, request.due_on) if due_on else request.due_on
        gone += 1
    return gone, due_on
