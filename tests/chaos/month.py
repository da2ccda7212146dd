"""One month of the city from files to offset, judged by the bank's truth; told as figures."""

import tempfile
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from models.records.base import sql
from models.rules.job_names import JobName
from models.services import access, approvals, exports, files
from tests.chaos import city
from tests.factories.imports import written
from tests.factories.sheets import APPROVER, CHECKER, PERIOD
from tests.simulation import story
from tests.simulation.bank import Bank, Chances
from tests.simulation.clerk import HASTY_TRIES, Clerk
from tests.simulation.desk import Desk
from tests.simulation.paper import PAPERS
from tests.simulation.story import Ending

BEGIN = date(2026, 4, 13)
#: Late enough for reminders, and for every statement to have come.
LATE_ON = date(2026, 7, 15)
DAYS_MAX = 40
#: A bank that is bad enough for re-payments, and done within days.
CHANCES = Chances(file_late=5, file_lost=3, awaiting=1, account_closed=0)

#: Figures of the exports, without numbers that are handed out and instants.
LEFT_OUT = {"payments": {"reference", "batch_no"}, "ledger": {"entry_no", "posted_at", "source"}}
EXPORTS = (
    "sheets", "sheet_lines", "holds", "payments", "offsets", "ledger", "overdue", "interest",
    "indicators",
)  # fmt: skip
#: A case that was decided before the news went out is told to nobody: that is a matter of moments.
TOLD = (
    "SELECT DISTINCT split_part(fact, ':', 1), party_kind, party_code FROM mail_fact"
    " WHERE fact NOT LIKE 'case:%' ORDER BY 1, 2, 3"
)


@dataclass
class Month:
    """What a month came to."""

    ending: Ending
    figures: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)


class Office(Desk):
    """How the month's work is asked for; a stormy office overrides what breaks."""

    def take(self, kind: str, content: bytes, on: date) -> dict[str, Any]:
        """Import a file."""
        stored = files.store(f"{kind}.csv", [content], by="maker", kind="upload")
        args = {"kind": kind, "file_id": int(stored.id), "all_or_nothing": False, "on": on}
        return self.do(JobName.IMPORT_DATA, args, by="maker")

    def settle(self, on: date) -> None:
        """Calculate the month's sheets."""
        self.do(JobName.SETTLE, {"period": PERIOD, "area": None, "on": on}, by="maker")

    def review(self, on: date) -> None:
        """Let two people pass all sheets."""
        for person in (CHECKER, APPROVER):
            approvals.approve(person, PERIOD, None, on)

    def mails(self, on: date) -> None:
        """Send what is due; here nobody reads."""

    def acting(self) -> AbstractContextManager[object]:
        """Return what surrounds a person's own act."""
        return nullcontext()


class SteadyClerk(Clerk):
    """The simulation's clerk, whose haste does not depend on numbers that are handed out."""

    def _be_hasty(self, on: date) -> None:
        hasty = sql(
            "SELECT reference FROM payment_instruction WHERE state <> 'settled'"
            " ORDER BY md5(payee_account_no || amount_fen || %s) LIMIT %s",
            (on.isoformat(), HASTY_TRIES),
        ).fetchall()
        self._ask_hastily([row[0] for row in hasty], on)


def play(seed: int, office: Office, *, lines: int = city.LINES) -> Month:
    """Play a month over the masters and return what it came to."""
    random = Random(seed)  # noqa: S311 - a chosen month
    paper = PAPERS[seed % len(PAPERS)]
    for kind, rows in city.papers(random, lines).items():
        told = office.take(kind, written(rows), BEGIN)
        # A file that a person sends again after its job died is known already.
        assert told["accepted"] + told["unchanged"] == told["rows"], (kind, told)
    office.settle(BEGIN)
    office.review(BEGIN)
    owed = {
        account: int(fen)
        for account, fen in sql(
            "SELECT e.account_no, sum(s.payable_fen) FROM settlement_sheet s"
            " JOIN enterprise e ON e.credit_code = s.enterprise_code"
            " WHERE s.state = 'approved' GROUP BY 1 ORDER BY 1"
        ).fetchall()
    }
    assert len(owed) > lines // 25, "a month that pays nobody proves nothing"
    bank = Bank(random, city.ACCOUNT_NO, CHANCES)
    clerk = SteadyClerk(office, paper, bank)
    on = _bank_days(clerk, bank)
    for name, args in (
        (JobName.OFFSET, {"period": PERIOD, "area": None, "on": on}),
        (JobName.PAYMENT_NEWS, {"on": on}),
        (JobName.OVERDUE, {"area": None, "send": True, "on": LATE_ON}),
        (JobName.MONITOR, {"period": PERIOD, "area": None, "on": LATE_ON}),
        (JobName.CHECK_BOOKS, {"on": LATE_ON}),
    ):
        office.do(name, args, by="maker")
    office.mails(on)
    ending = story._judge(
        Ending(seed, str(paper.spec["code"]), (on - BEGIN).days, 0, 0, 0), owed, clerk
    )
    return Month(ending, figures())


def _bank_days(clerk: Clerk, bank: Bank) -> date:
    """Pay, and follow the payments day by day until all is quiet."""
    on = BEGIN
    clerk.pay(on)
    bank.end_day(on)
    while not story._quiet(bank) and (on - BEGIN).days < DAYS_MAX:
        on += timedelta(1)
        clerk.work(on)
        bank.end_day(on)
    clerk.work(on + timedelta(1))
    return on + timedelta(1)


def figures() -> dict[str, list[tuple[str, ...]]]:
    """Return every export without the numbers that a lost attempt uses up, and who was told."""
    actor, found = access.load("system"), {}
    with tempfile.TemporaryDirectory(prefix="zhijie-chaos-out-") as folder:
        for what in EXPORTS:
            path = Path(folder, f"{what}.csv")
            period = PERIOD if what in {"holds", "indicators"} else None
            exports.write(what, path, "csv", actor=actor, period=period, area=None, on=LATE_ON)
            found[what] = _rows(path, LEFT_OUT.get(what, set()))
    found["told"] = [tuple(map(str, row)) for row in sql(TOLD).fetchall()]
    return found


def _rows(path: Path, left_out: set[str]) -> list[tuple[str, ...]]:
    header, *lines = [line.split(",") for line in path.read_text().splitlines()]
    kept = [place for place, name in enumerate(header) if name not in left_out]
    return sorted(tuple(line[place] for place in kept) for line in lines)
