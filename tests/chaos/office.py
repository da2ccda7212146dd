"""The office in the storm: every piece of work and every press of a button meets its faults."""

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import psycopg

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import jobs
from tests.chaos.month import BEGIN, Office
from tests.chaos.person import Person, calculate, review
from tests.chaos.stage import Stage
from tests.chaos.storm import RECOVERY_SECONDS_MAX, Storm, Window, ended
from tests.factories.sheets import APPROVER, CHECKER, MAKER, PERIOD
from tests.simulation.bank import Order, Say
from tests.simulation.desk import Refused
from tests.simulation.paper import PAPERS

#: A job that died of its faults is seen by a person, who runs it again.
DEAD = {"job_worker_died", "job_gave_up"}
RUNS_MAX = 8
#: Share of the files before which a person takes in something that is not that file.
FOREIGN, TRUNCATED, DOUBLED = 0.1, 0.2, 0.35
#: A job that a button asked for, as the page of the jobs shows it.
UNDER_WAY = "SELECT EXISTS (SELECT 1 FROM job WHERE name = 'settle' AND finished_at IS NULL)"
#: Rounds of the sender until every mail is gone; between them time is taken to pass.
MAIL_ROUNDS_MAX = 40


class StormyOffice(Office):
    """Asks the workers and presses real buttons while faults strike."""

    def __init__(self, stage: Stage, storm: Storm, people: dict[str, Person]) -> None:
        self.stage, self.storm, self.people = stage, storm, people

    # --- jobs --------------------------------------------------------------------------------

    def do(self, name: JobName, args: dict[str, Any], *, by: str) -> dict[str, Any]:
        """Queue a job and see it done; a person runs again what died of its faults."""
        with self.storm.around(mail=name is JobName.SEND_MAIL) as window:
            job_id = int(jobs.enqueue(name, args, by=by).id)
            return self._see_done(window, job_id)

    def done(self, job_id: int) -> dict[str, Any]:
        """See a queued job done and return its result."""
        with self.storm.around() as window:
            return self._see_done(window, job_id)

    def _see_done(self, window: Window, job_id: int) -> dict[str, Any]:
        for _ in range(RUNS_MAX):
            window.until(partial(self._has_ended, job_id), f"job {job_id}")
            self.mend()
            job = jobs.get(job_id)
            if job.state == "done":
                return dict(job.result or {})
            if job.error_code not in DEAD:
                break
            self.storm.run_again += 1
            job_id = int(jobs.again(job_id, by="maker").id)
        raise Refused(f"{job.name} {job.state}: {job.error_code} {job.error_sentence}")

    def _has_ended(self, job_id: int) -> bool:
        return ended(self.stage, job_id) is not None

    def mend(self) -> None:
        """Have a connection that lives, after the servers came back."""
        until = time.monotonic() + RECOVERY_SECONDS_MAX
        while time.monotonic() < until:
            self.storm.tick()
            try:
                if not db.is_closed() and not db.is_connection_usable():
                    db.close()
                db.connect(reuse_if_open=True)
                sql("SELECT 1")
            except Exception:  # noqa: BLE001 - whatever a dying server says
                if not db.is_closed():
                    db.close()
                time.sleep(0.05)
            else:
                return
        raise AssertionError("PostgreSQL did not come back")

    # --- files -------------------------------------------------------------------------------

    def take(self, kind: str, content: bytes, on: date) -> dict[str, Any]:
        """Import a file; half of one may come first, and the same again."""
        lot = self.storm.random.random()
        if lot < TRUNCATED:
            self._attempt("truncated files", lambda: super(StormyOffice, self).take(
                kind, self._cut(content), on))  # fmt: skip
        told = super().take(kind, content, on)
        if TRUNCATED <= lot < DOUBLED:
            self.storm.struck["doubled files"] += 1
            again = super().take(kind, content, on)
            assert again["unchanged"] == again["rows"], (kind, again)
        return told

    def give(self, name: JobName, content: bytes, profile: str, on: date) -> dict[str, Any]:
        """Take in a file of the bank; a foreign one, or half of it, may come first."""
        lot = self.storm.random.random()
        if lot < FOREIGN:
            self._attempt("foreign files", lambda: super(StormyOffice, self).give(
                name, self._foreign(profile), profile, on))  # fmt: skip
        elif lot < TRUNCATED:
            self._attempt("truncated files", lambda: super(StormyOffice, self).give(
                name, self._cut(content), profile, on))  # fmt: skip
        told = super().give(name, content, profile, on)
        if TRUNCATED <= lot < DOUBLED:
            self._attempt("doubled files", lambda: super(StormyOffice, self).give(
                name, content, profile, on))  # fmt: skip
        return told

    def _attempt(self, name: str, work: Callable[[], object]) -> None:
        self.storm.struck[name] += 1
        with contextlib.suppress(Refused):
            work()

    def _cut(self, content: bytes) -> bytes:
        return content[: self.storm.random.randrange(len(content) // 3, len(content) - 1)]

    def _foreign(self, profile: str) -> bytes:
        """Return bytes that are nothing, or the results of an order that is not ours."""
        if self.storm.random.random() < 0.4:
            return self.storm.random.randbytes(400)
        paper = self.storm.random.choice([one for one in PAPERS if one.spec["code"] != profile])
        order = Order("ZJ99990000000001", "6200000000000001", "某公司", 100)
        return paper.write_results([Say(order, "settled", BEGIN)], 1)

    # --- buttons -----------------------------------------------------------------------------

    def settle(self, on: date) -> None:
        """Let the same maker press in two windows."""
        done = (
            "SELECT bool_or(state = 'done') AND bool_and(finished_at IS NOT NULL)"
            " FROM job WHERE name = 'settle'"
        )
        self._press([MAKER.name] * 2, calculate(PERIOD), done)

    def review(self, on: date) -> None:
        """Let each reviewer press in two windows."""
        for person, state in ((CHECKER, "draft"), (APPROVER, "in_review")):
            done = f"SELECT NOT EXISTS (SELECT 1 FROM settlement_sheet WHERE state = '{state}')"
            self._press([person.name] * 2, review(PERIOD), done)

    def _press(self, names: list[str], press: Callable[[Person], None], done: str) -> None:
        """Press in several windows at once until what was wanted has come about."""
        self.storm.struck["the same button twice"] += 1
        given_up = threading.Event()

        def is_true(question: str) -> bool:
            try:
                return given_up.is_set() or bool(self.stage.ask(question)[0][0])
            except psycopg.Error:
                return False

        def is_done() -> bool:
            return is_true(done)

        def is_under_way() -> bool:
            return is_true(UNDER_WAY)

        with self.storm.around(press=True) as window:
            windows = [
                threading.Thread(
                    target=self.people[name].twin().insist, args=(press, is_done, is_under_way)
                )
                for name in names
            ]
            for one in windows:
                one.start()
            try:
                window.until(
                    lambda: not any(one.is_alive() for one in windows) and is_done(),
                    press.__qualname__,
                )
            finally:
                given_up.set()
                for one in windows:
                    one.join()
        self.mend()

    # --- mails -------------------------------------------------------------------------------

    def mails(self, on: date) -> None:
        """Send until every mail is gone; the pauses between are taken to pass."""
        for _ in range(MAIL_ROUNDS_MAX):
            sql(
                "UPDATE mail SET next_try_at = clock_timestamp(), not_before = clock_timestamp()"
                " WHERE state IN ('waiting', 'sending')"
            )
            if not sql("SELECT 1 FROM mail WHERE state IN ('waiting', 'sending')").fetchone():
                return
            self.do(JobName.SEND_MAIL, {"on": on}, by="system")
        raise AssertionError("mails still wait")
