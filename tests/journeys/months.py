"""An office that works month by month with real workers: files in, sheets, money, answers."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from models.records.base import db, sql
from models.rules import calendar
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.rules.words import Role
from models.services import access, accounts, approvals, books, files, jobs, profiles, users
from models.services.access import Actor
from tests.factories import imports as world
from tests.factories.imports import ENTERPRISE, HOSPITAL, written
from tests.processes import wait_until
from workers.bankfiles.seeds import SEEDS

CITY = "529900"
MAKER = Actor("maker", Role.MAKER)
CHECKER = Actor("checker", Role.CHECKER)
APPROVER = Actor("approver", Role.APPROVER)
#: Longest wait for one job; the machine may be busy.
JOB_SECONDS = 60


@dataclass
class Office:
    """People who ask for work and look at what came of it."""

    #: Every job by name, with what it answered.
    done: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def open(self, **scheme: str) -> None:
        """Begin with a city, its agency, a scheme, people and verified accounts."""
        profiles.ensure(SEEDS)
        for person in (MAKER, CHECKER, APPROVER):
            users.create(person.name, Role(person.role), access.ALL_AREAS)
        world.world()
        agency = {
            "agency_code": "J529900", "name": "云岭市医保中心", "area_code": CITY,
            "account_no": "1001000000000001", "account_name": "云岭市医保中心",
            "bank_name": "望江银行", "cnaps_code": "103701509015", "email": "j@example.org",
        }  # fmt: skip
        world.send("agencies", [agency])
        world.send("schemes", [world.SCHEME_ROW | {"valid_from": "2025-01-01"} | scheme])
        with db.atomic():
            accounts.approve(CHECKER)

    def do(self, name: JobName, on: date, *, by: Actor = MAKER, **args: Any) -> dict[str, Any]:
        """Ask for work and return what the worker answered; a refusal fails the test."""
        with db.atomic():
            job = jobs.enqueue(name, {"on": on, **args}, by=by.name)
        wait_until(
            lambda: _state(job.id) in ("done", "failed"), seconds=JOB_SECONDS, what=f"job {name}"
        )
        state, result, error = sql(
            "SELECT state, result, error_sentence FROM job WHERE id = %s", (job.id,)
        ).fetchone()
        assert state == "done", (name, error)
        self.done.append((str(name), result))
        return dict(result)

    def take(self, kind: str, rows: list[dict[str, str]], on: date) -> None:
        """Import a file through a worker; every row is accepted."""
        with db.atomic():
            stored = files.store(f"{kind}.csv", [written(rows)], by=MAKER.name, kind="upload")
        told = self.do(JobName.IMPORT_DATA, on, kind=kind, file_id=stored.id)
        assert told["accepted"] == len(rows), told

    def buy(self, period: str, amount_fen: int, on: date, **changes: str) -> None:
        """Goods of a month, confirmed by both sides and invoiced."""
        day = f"{period}-10"
        line = world.purchase(
            f"L{period}", quantity="1", unit_price_yuan=f"{yuan(amount_fen)}00",
            amount_yuan=yuan(amount_fen), delivered_on=day, accepted_on=day,
            hospital_confirmed_on=day, enterprise_confirmed_on=day, **changes,
        )  # fmt: skip
        invoice = world.invoice(
            f"L{period}", invoice_no=f"26520000000000{period.replace('-', '')}", issued_on=day,
            amount_yuan=yuan(amount_fen),
        )  # fmt: skip
        self.take("purchases", [line], on)
        self.take("invoices", [invoice], on)

    def fund(
        self, period: str, on: date, audited: str, advanced: str = "0", deposit: str = "0"
    ) -> None:
        """What the fund owes the hospital for a month, in yuan."""
        row = {
            "period": period, "hospital_code": HOSPITAL, "audited_yuan": audited,
            "advanced_yuan": advanced, "clawback_yuan": "0", "deposit_yuan": deposit,
        }  # fmt: skip
        self.take("monthly_funds", [row], on)

    def settle_and_pay(self, period: str, on: date) -> dict[str, Any]:
        """Settle, review twice, pay, and let the bank settle every order."""
        self.do(JobName.SETTLE, on, period=period, area=CITY)
        with db.atomic():
            approvals.approve(CHECKER, period, CITY, on)
        with db.atomic():
            approvals.approve(APPROVER, period, CITY, on)
        return self.pay(period, on)

    def pay(self, period: str, on: date, status: str = "settled") -> dict[str, Any]:
        """Pay what is approved; the bank answers every order with the same word."""
        told = self.do(JobName.PAY, on, period=period, area=CITY, profile="generic_csv")
        if told["batches"]:
            self.answer(status, on)
        return told

    def answer(self, status: str, on: date) -> None:
        """Import the bank's answer to every order that waits for one, or that it took back."""
        state = "settled" if status == "returned" else "sent"
        out = io.StringIO()
        write = csv.writer(out)
        write.writerow(("reference", "status", "amount_yuan", "booked_on", "bank_reason"))
        for reference, amount in sql(
            "SELECT reference, amount_fen FROM payment_instruction WHERE state = %s ORDER BY id",
            (state,),
        ).fetchall():
            write.writerow((reference, status, yuan(amount), on.isoformat(), ""))
        with db.atomic():
            stored = files.store(
                "answer.csv", [out.getvalue().encode()], by=MAKER.name, kind="bank_result"
            )
        self.do(JobName.BANK_RESULT, on, file_id=stored.id, profile="generic_csv")


def _state(job_id: int) -> str:
    return str(sql("SELECT state FROM job WHERE id = %s", (job_id,)).fetchone()[0])


def working_day(period: str, after: int = 10) -> date:
    """Return the day on which the office works at a month: so many days after it ended."""
    return calendar.last_day(period) + timedelta(after)


def broken() -> list[str]:
    """Return every invariant of the money that does not hold."""
    return books.check_books()["broken"]


def enterprise_is_owed() -> int:
    """Return what the enterprise is still owed by the books, in fen."""
    return int(
        sql(
            "SELECT coalesce(sum(CASE WHEN credit_account = %(a)s THEN amount_fen"
            " ELSE -amount_fen END), 0) FROM ledger_entry"
            " WHERE %(a)s IN (credit_account, debit_account)",
            {"a": f"enterprise:{ENTERPRISE}"},
        ).fetchone()[0]
    )
