"""The books: facts are posted as transfers; a mistake is undone by a reversal, never edited."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from models import clock
from models.records.base import sql
from models.rules.postings import OWNER, POSTINGS, UNDOES, Kind, account_sql
from models.rules.words import VoucherKind
from models.services import closed_months, statistics

_POST = """
INSERT INTO ledger_entry (posted_at, posted_on, debit_account, credit_account, amount_fen, kind,
    source)
SELECT %(posted_at)s, %(posted_on)s, {debit}, {credit}, amount_fen, %(kind)s, source
  FROM ({query}) AS fact
 ORDER BY source, {owners}
"""

_UNDO = """
INSERT INTO ledger_entry
       (posted_at, posted_on, debit_account, credit_account, amount_fen, kind, source, reverses)
SELECT %(posted_at)s, %(posted_on)s, e.credit_account, e.debit_account, e.amount_fen, %(kind)s,
       e.source, e.entry_no
  FROM ledger_entry e JOIN ({query}) AS undone USING (source)
 WHERE e.kind = %(undone_kind)s AND e.reverses IS NULL
   AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses = e.entry_no)
 ORDER BY e.entry_no
"""

_BALANCE = """
SELECT coalesce(sum(amount_fen) FILTER (WHERE debit_account = %(account)s), 0)
     - coalesce(sum(amount_fen) FILTER (WHERE credit_account = %(account)s), 0)
  FROM ledger_entry WHERE %(account)s IN (debit_account, credit_account)
"""

_NEW_VOUCHERS = """
SELECT v.hospital_code, coalesce(g.agency_code, 'none') AS agency_code, v.amount_fen,
       'voucher:' || v.voucher_no AS source
  FROM prepayment_voucher v JOIN hospital h USING (hospital_code)
  LEFT JOIN paying_agency g ON g.area_code = h.area_code
 WHERE (v.kind = %(refund)s) = %(is_refund)s
   AND NOT EXISTS (SELECT 1 FROM ledger_entry e
                    WHERE e.kind = %(kind)s AND e.source = 'voucher:' || v.voucher_no
                      AND e.reverses IS NULL)
"""


def post(kind: Kind, query: str, params: Mapping[str, Any], *, on: date) -> int:
    """Post one transfer for each row of the query and return how many.

    The query yields `amount_fen` (above zero), `source` and the owners' codes of the two accounts.
    The same cause booked twice is refused by the database (ledger_same_cause_once). Raises
    MonthClosed when the day lies in a closed month of an owner.
    """
    posting = POSTINGS[kind]
    text = _POST.format(
        debit=account_sql(posting.debit),
        credit=account_sql(posting.credit),
        owners=", ".join(sorted({OWNER[posting.debit], OWNER[posting.credit]})),
        query=query,
    )
    told = {**params, "posted_at": clock.now(), "posted_on": on, "kind": kind.value}
    with closed_months.told():
        booked = int(sql(text, told).rowcount)
    statistics.learn(booked, "ledger_entry")
    return booked


def undo(kind: Kind, query: str, params: Mapping[str, Any], *, on: date) -> int:
    """Reverse what stands of the sources the query yields (column `source`); return how many.

    `kind` is the kind of the reversal. An entry is reversed once: a second call finds nothing.
    """
    told = {
        **params,
        "posted_at": clock.now(),
        "posted_on": on,
        "kind": kind.value,
        "undone_kind": UNDOES[kind][0].value,
    }
    with closed_months.told():
        return int(sql(_UNDO.format(query=query), told).rowcount)


def book_vouchers(*, on: date) -> int:
    """Book the prepayment vouchers that are not in the books yet; twice is once."""
    booked = 0
    for kind, is_refund in ((Kind.PREPAYMENT, False), (Kind.PREPAYMENT_REFUND, True)):
        told = {"refund": VoucherKind.REFUND.value, "is_refund": is_refund}
        booked += post(kind, _NEW_VOUCHERS, told, on=on)
    return booked


def balance_fen(account: str) -> int:
    """Return debits less credits of an account."""
    return int(sql(_BALANCE, {"account": account}).fetchone()[0])
