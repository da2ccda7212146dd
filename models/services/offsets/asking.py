"""What a month's offset asks of hospitals whose fund did not cover it, and what it asks no more."""

from collections import Counter, defaultdict
from collections.abc import Iterator
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
SELECT hospital_code, request_no, amount_fen - received_fen, due_on, period FROM money_request
 WHERE hospital_code = ANY (%s) AND kind = 'collection' AND state = 'asked'
 ORDER BY request_no
"""
#: How often each cause of the hospitals was asked for; asked anew it gets the next number.
_TIMES = """
SELECT split_part(source, '#', 1), count(*) FROM money_request
 WHERE kind = 'collection' AND hospital_code = ANY (%s) GROUP BY 1
"""

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
    rows = list(_rows())
    run = _Run(period, on, by, [row.hospital_code for row in rows])
    for row in rows:
        run.follow(row)
    requests.ask_all(run.askings, on=on, by=by)
    return len(run.askings)


def _rows() -> Iterator[_Row]:
    told = {"asks": [str(one) for one in ASKS], "days": SHORTFALL_DAYS}
    for code, shortfall, days, *fen in sql(_ROWS, told).fetchall():
        available, goods, carried_in, taken, carried_out, collected, deferred = map(int, fen)
        found = Offset(available, goods, carried_in, taken, carried_out, collected, deferred)
        yield _Row(code, shortfall, int(days), found)


class _Run:
    """One run over the hospitals of a month; what it asks is asked together at its end."""

    def __init__(self, period: str, on: date, by: str, hospitals: list[str]) -> None:
        self.period, self.on, self.by = period, on, by
        self.askings: list[Asking] = []
        self._due_day = cache(lambda days: requests.due_day(on, days))
        self._times = Counter({base: int(n) for base, n in sql(_TIMES, (hospitals,))})
        self._waiting: dict[str, list[tuple[Waiting, str]]] = defaultdict(list)
        for code, request_no, open_fen, due_on, asked_in in sql(_OPEN, (hospitals,)):
            one = Waiting(request_no, int(open_fen), due_on)
            self._waiting[code].append((one, asked_in))

    def follow(self, row: _Row) -> None:
        """Withdraw what a hospital owes no more and ask what is new."""
        own, running = [], []
        for one, asked_in in self._waiting[row.hospital_code]:
            if asked_in >= self.period:
                own.append(one)
            elif one.due_on < self.on:
                self._withdraw(one, f"期限已过，转由 {self.period} 及以后的基金抵扣")
            else:
                running.append(one)
        self._reduce(row, running)
        wanted = row.offset.asked_fen if row.shortfall in ASKS else 0
        if sum(one.open_fen for one in own) == wanted:
            return
        for one in own:
            self._withdraw(one, f"{self.period} 抵扣重新计算，以新的结果为准")
        if wanted:
            note = NOTES[Shortfall(row.shortfall)].format(period=self.period)
            source = f"offset:{self.period}:{row.hospital_code}"
            self._ask(row, self.period, wanted, self._due_day(row.days), source, note)

    def _reduce(self, row: _Row, running: list[Waiting]) -> None:
        """Ask less where a credit left less to owe; the deadline stays."""
        for one, part in cut(running, row.offset.deferred_fen):
            if part == one.open_fen:
                continue
            before = requests.get(one.request_no)
            self._withdraw(one, "退回的货款已抵减应缴金额")
            if part:
                note = before.note or ""
                self._ask(row, before.period, part, one.due_on, before.source, note)

    def _ask(
        self, row: _Row, period: str, amount_fen: int, due_on: date, cause: str, note: str
    ) -> None:
        """Note what is to be asked; a cause asked for before gets the next number."""
        base = cause.partition("#")[0]
        self._times[base] += 1
        times = self._times[base]
        self.askings.append(
            Asking(
                kind=RequestKind.COLLECTION,
                hospital_code=row.hospital_code,
                period=period,
                amount_fen=amount_fen,
                due_on=due_on,
                source=f"{base}#{times}" if times > 1 else base,
                note=note,
            )
        )

    def _withdraw(self, one: Waiting, reason: str) -> None:
        requests.withdraw(one.request_no, reason, on=self.on, by=self.by)
