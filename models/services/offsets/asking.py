"""What a month's offset asks of hospitals whose fund did not cover it, and what it asks no more."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from models.records.base import sql
from models.rules.offset import ASKS, SHORTFALL_DAYS, Offset, Waiting, cut
from models.rules.requests import RequestKind
from models.rules.words import Shortfall
from models.services import requests
from models.services.requests import Asking

_ROWS = """
SELECT n.hospital_code, n.shortfall, coalesce(n.shortfall_days, %(days)s), n.available_fen,
       n.goods_fen, n.carried_in_fen, n.offset_fen, n.carried_out_fen, n.collected_fen,
       n.deferred_fen
  FROM offset_now n
 WHERE n.shortfall = ANY (%(asks)s) AND n.carried_out_fen > 0
    OR EXISTS (SELECT 1 FROM money_request q WHERE q.hospital_code = n.hospital_code
                  AND q.kind = 'collection' AND q.state = 'asked')
 ORDER BY n.hospital_code
"""
#: All that may be withdrawn, before the chain of the audit is taken: who withdraws one on its page
#: takes the request first and the chain last too.
_LOCK = """
SELECT 1 FROM money_request q JOIN offset_now n USING (hospital_code)
 WHERE q.kind = 'collection' AND q.state = 'asked' ORDER BY q.id FOR UPDATE OF q
"""
_OPEN = """
SELECT request_no, amount_fen - received_fen, due_on, period FROM money_request
 WHERE hospital_code = %(hospital)s AND kind = 'collection' AND state = 'asked'
 ORDER BY request_no
"""
_TIMES = "SELECT count(*) FROM money_request WHERE kind = 'collection' AND source LIKE %s"

NOTES = {
    Shortfall.COLLECT: "{period} 医保基金不足抵扣部分，由经办机构托收",
    Shortfall.TOP_UP: "{period} 医保基金不足抵扣部分，由医院补足",
}


class _Row(NamedTuple):
    """A hospital of the run that owes, or is asked already."""

    hospital_code: str
    shortfall: str
    days: int
    offset: Offset


def follow(period: str, *, on: date, by: str) -> int:
    """Ask what is new of the month, withdraw what is owed no more; return how many were asked.

    A request whose deadline is over falls back on the funds. Run again with the same result
    nothing is asked or withdrawn.
    """
    sql(_LOCK)
    due_day = cache(lambda days: requests.due_day(on, days))
    return sum(_follow(row, period, on, by, due_day) for row in list(_rows()))


def _rows() -> Iterator[_Row]:
    told = {"asks": [str(one) for one in ASKS], "days": SHORTFALL_DAYS}
    for code, shortfall, days, *fen in sql(_ROWS, told).fetchall():
        available, goods, carried_in, taken, carried_out, collected, deferred = map(int, fen)
        found = Offset(available, goods, carried_in, taken, carried_out, collected, deferred)
        yield _Row(code, shortfall, int(days), found)


def _follow(row: _Row, period: str, on: date, by: str, due_day: Callable[[int], date]) -> int:
    own, running = [], []
    for request_no, open_fen, due_on, asked_in in sql(
        _OPEN, {"hospital": row.hospital_code}
    ).fetchall():
        one = Waiting(request_no, int(open_fen), due_on)
        if asked_in >= period:
            own.append(one)
        elif due_on < on:
            _withdraw(one, f"期限已过，转由 {period} 及以后的基金抵扣", on, by)
        else:
            running.append(one)
    asked = _reduce(row, running, on, by)
    wanted = row.offset.asked_fen if row.shortfall in ASKS else 0
    if sum(one.open_fen for one in own) == wanted:
        return asked
    for one in own:
        _withdraw(one, f"{period} 抵扣重新计算，以新的结果为准", on, by)
    if wanted == 0:
        return asked
    note = NOTES[Shortfall(row.shortfall)].format(period=period)
    source = f"offset:{period}:{row.hospital_code}"
    _ask(row, period, wanted, due_day(row.days), source, note, on, by)
    return asked + 1


def _reduce(row: _Row, running: list[Waiting], on: date, by: str) -> int:
    """Ask less where a credit left less to owe; the deadline stays."""
    asked = 0
    for one, part in cut(running, row.offset.deferred_fen):
        if part == one.open_fen:
            continue
        before = requests.get(one.request_no)
        _withdraw(one, "退回的货款已抵减应缴金额", on, by)
        if part:
            source = before.source.rpartition("#")[0] or before.source
            note = before.note or ""
            _ask(row, before.period, part, one.due_on, source, note, on, by)
            asked += 1
    return asked


def _ask(
    row: _Row,
    period: str,
    amount_fen: int,
    due_on: date,
    source: str,
    note: str,
    on: date,
    by: str,
) -> None:
    """Ask; a cause that was asked for before gets the next number, so that each stands alone."""
    times = int(sql(_TIMES, (source + "%",)).fetchone()[0])
    requests.ask(
        Asking(
            kind=RequestKind.COLLECTION,
            hospital_code=row.hospital_code,
            period=period,
            amount_fen=amount_fen,
            due_on=due_on,
            source=f"{source}#{times + 1}" if times else source,
            note=note,
        ),
        on=on,
        by=by,
    )


def _withdraw(one: Waiting, reason: str, on: date, by: str) -> None:
    requests.withdraw(one.request_no, reason, on=on, by=by)
