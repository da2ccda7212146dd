"""The office of the city: takes papers in, settles, pays, and writes all of it down twice."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from models.records.base import db, sql
from models.rules import calendar
from models.rules.job_names import JobName
from models.rules.overdue import Responsible
from models.rules.remedies import ExcuseReason
from models.services import access, approvals, jobs
from models.services.imports.rows import take_rows
from models.services.remedies import asking, deciding
from models.services.remedies.asking import Wish
from models.services.remedies.chosen import Seen, Wanted
from models.services.settle import settle_period
from tests.factories.sheets import APPROVER, CHECKER, MAKER
from tests.journeys.year import city as town
from tests.journeys.year.book import Book, Excuse, Reckoning
from tests.journeys.year.story import Story, tell
from tests.properties import plain_overdue
from tests.properties.plain_settlement import Row
from tests.simulation.bank import Order, Say
from tests.simulation.desk import WorkersDesk
from tests.simulation.paper import CSV
from tests.simulation.town import bring_profile, people
from workers.actors.registry import service

PROFILE = str(CSV.spec["code"])
#: On this day of the month the month before is settled; it is reviewed on the next.
SETTLE_DAY = 8
#: What the bank says: settled, settled and later sent back, or nothing at all.
RETURNED, SILENT = 0.15, 0.08
#: How often a late line is excused, and of those how many are urged again before the last day.
EXCUSED, ENDED = 0.06, 0.4

#: table → the columns that are numbers, days or instants, as the plain rows have them.
_TABLES = {"purchases": "purchase_line", "confirmations": "confirmation", "voids": "line_void",
           "invoices": "invoice_line", "hospital_payments": "hospital_payment"}  # fmt: skip


class SharedDesk(WorkersDesk):
    """Does a job in this process, unless workers run that day and were quicker."""

    def work(self, job_id: int) -> None:
        jobs.run(job_id, service(JobName(jobs.get(job_id).name)))
        super().work(job_id)


@dataclass
class Office:
    """The product's side and the plain side of the same year."""

    random: Random
    story: Story = field(init=False)
    book: Book = field(init=False)
    desk: SharedDesk = field(default_factory=SharedDesk)
    #: Day → what the bank says then.
    bank: dict[date, list[Say]] = field(default_factory=dict)
    _sheet_of: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    _pays_on: dict[date, str] = field(default_factory=dict)
    _excused: set[str] = field(default_factory=set)
    _ends_on: dict[date, list[tuple[Excuse, str]]] = field(default_factory=dict)

    def open(self) -> None:
        """Make the city on both sides."""
        world, money = town.make()
        self.story, self.book = tell(self.random), Book(Reckoning(world), money)
        people()
        for table, rows in town.rows_of(world, money):
            for row in rows:
                names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
                sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
        bring_profile(CSV.spec)

    def work(self, on: date) -> None:
        """Do the work of a morning."""
        papers = dict(self.story.days.get(on, {}))
        if punctual := self._due_today(on):
            papers["hospital_payments"] = [*papers.get("hospital_payments", []), *punctual]
        for table in _TABLES:
            if table in papers:
                self._take(table, papers[table], on)
                self.book.plain.changed()
        if on == town.NEW_LPR_FROM:
            self._take_rate(on)
        if on == town.NEW_LADDER_FROM - timedelta(6):
            self._take_ladder(on)
        self._settle(on)
        self._pay(on)
        for say in self.bank.pop(on, []):
            self._hear(say, on)
        self._excuse(on)

    def _excuse(self, on: date) -> None:
        """A maker asks for some late line and a checker grants it; some are urged again early."""
        for excuse, number in self._ends_on.pop(on, []):
            deciding.end(MAKER, number, "发票已到", on)
            excuse.ended_on = on
        if self.random.random() > EXCUSED:
            return
        late = {
            no: row for no, row in self.book.late(on).items()
            if row[-2] != Responsible.AGENCY and no not in self._excused
        }  # fmt: skip
        if not late:
            return
        no = self.random.choice(sorted(late))
        unpaid_fen, who, party = late[no][3], late[no][-2], late[no][-1]
        until = on + timedelta(self.random.randrange(10, 60))
        wanted = Wanted(Responsible(who), party, lines=(no,))
        wish = Wish(ExcuseReason.INVOICE_IN_TRANSIT, from_on=on, until_on=until)
        number = asking.ask(MAKER, wanted, wish, on)
        deciding.grant(CHECKER, number, on, seen=Seen(1, unpaid_fen))
        excuse = Excuse(no, on, until)
        self.book.excuses.append(excuse)
        self._excused.add(no)
        if self.random.random() < ENDED:
            self._ends_on.setdefault(on + timedelta(5), []).append((excuse, number))

    def _due_today(self, on: date) -> list[Row]:
        """Payments of hospitals that pay exactly on the due day."""
        plain, found = self.book.plain, []
        for line in plain.world.live_lines():
            fen = self.story.punctual.get(line["line_no"])
            if fen and plain_overdue.due_on(plain, line, on) == on:
                found.append(
                    {"payment_no": f"P{line['line_no']}", "line_no": line["line_no"],
                     "paid_on": str(on), "amount_yuan": f"{Decimal(fen) / 100:.2f}"}
                )  # fmt: skip
        return found

    def _take(self, table: str, rows: list[Row], on: date) -> None:
        """Import rows; what the product takes goes into the plain world."""
        told = take_rows(table, rows, access.SYSTEM, on=on, name=f"{table}-{on}.ndjson")
        refused = {error["row"] for error in told["errors"]}
        assert table == "voids" or not refused, (on, told)
        world: Any = self.book.money if table == "hospital_payments" else self.book.plain.world
        kept = getattr(world, _TABLES[table])
        kept += [_plain(row) for number, row in enumerate(rows, 1) if number not in refused]

    def _take_rate(self, on: date) -> None:
        row = {"valid_from": str(on), "one_year_bp": "350"}
        assert take_rows("lpr", [row], access.SYSTEM, on=on, name="lpr")["accepted"] == 1
        self.book.money.lpr_rate.append({"valid_from": on, "one_year_bp": 350})

    def _take_ladder(self, on: date) -> None:
        rows = town.ladder("S-COUNTY", town.NEW_LADDER_FROM, (1, 10, 25, 50, 70))
        told = [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]
        assert take_rows("ladder", told, access.SYSTEM, on=on, name="ladder")["accepted"] == 5
        self.book.money.ladder_step += rows

    def _settle(self, on: date) -> None:
        if on.month == 1:
            return
        period = calendar.previous_period(calendar.period_of(on))
        if on.day == SETTLE_DAY:
            with db.atomic():
                settle_period(access.SYSTEM, period, None, on=on, progress=lambda *_: None)
            self.book.plain.settle(period, set())
            self.book.plain.changed()
            self._pays_on[on + timedelta(self.random.randrange(3, 40))] = period
        if on.day == SETTLE_DAY + 1:
            approvals.approve(CHECKER, period, None, on)
            approvals.approve(APPROVER, period, None, on)
            for key, sheet in self.book.plain.sheets.items():
                if key[0] == period and sheet["payable"] == 0:
                    self.book.money.approved[key] = on

    def _pay(self, on: date) -> None:
        if on not in self._pays_on:
            return
        known = set(self._sheet_of)
        args = {"period": self._pays_on[on], "area": None, "profile": PROFILE, "on": on}
        self.desk.do(JobName.PAY, args, by="maker")
        rows = sql(
            "SELECT i.reference, i.payee_account_no, i.payee_account_name, i.amount_fen, s.period,"
            " s.hospital_code, s.enterprise_code FROM payment_instruction i"
            " JOIN payment_allocation a ON a.instruction_id = i.id"
            " JOIN settlement_sheet s ON s.id = a.sheet_id ORDER BY i.reference"
        ).fetchall()
        for reference, account, name, fen, *key in rows:
            if reference not in known:
                self._sheet_of[reference] = tuple(key)
                self._promise(Order(reference, account, name, fen), on)

    def _promise(self, order: Order, on: date) -> None:
        """Decide what the bank will say of an order, and when."""
        fate = self.random.random()
        if fate < SILENT:
            return
        booked = on + timedelta(self.random.randrange(1, 4))
        self.bank.setdefault(booked, []).append(Say(order, "settled", booked))
        if fate < SILENT + RETURNED:
            back = booked + timedelta(self.random.randrange(2, 25))
            self.bank.setdefault(back, []).append(Say(order, "returned", back, "户名不符"))

    def _hear(self, say: Say, on: date) -> None:
        content = CSV.write_results([say], 1)
        self.desk.give(JobName.BANK_RESULT, content, PROFILE, on)
        fates = self.book.money.booked.setdefault(self._sheet_of[say.order.reference], [])
        if say.word == "settled":
            fates.append((on, None))
        else:
            fates[-1] = (fates[-1][0], on)


_DAYS = ("accepted_on", "delivered_on", "issued_on", "paid_on", "hospital_confirmed_on",
         "enterprise_confirmed_on")  # fmt: skip
_DECIMALS = ("quantity", "unit_price_yuan")


def _plain(row: Row) -> Row:
    """Return a row of a file as the plain world keeps it."""
    found: Row = {}
    for name, cell in row.items():
        if name == "amount_yuan":
            found["amount_fen"] = int(Decimal(cell) * 100)
        elif name in _DAYS:
            found[name] = date.fromisoformat(cell)
        elif name in _DECIMALS:
            found[name] = Decimal(cell)
        elif name == "decided_at":
            found[name] = datetime.fromisoformat(cell).astimezone(UTC)
        else:
            found[name] = cell or None
    if "line_kind" in found:
        for name in ("hospital_confirmed_on", "enterprise_confirmed_on", "trace_codes"):
            found.setdefault(name, None)
    return found
