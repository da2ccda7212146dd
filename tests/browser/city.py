"""Builds the city of the browser tests: one month paid to its end, one that waits for reviewers."""

import os
import sys
from pathlib import Path

from models import clock, settings
from models.records.base import reach, sql
from models.rules.job_names import JobName
from models.rules.words import Role
from models.services import access, approvals, profiles
from models.services import users as access_users
from scripts.demo import bank, city, places, users
from scripts.demo.main_job import _MainJob
from scripts.demo.progress import Progress
from tests.processes import running_workers
from workers.bankfiles.seeds import SEEDS

SIZE = city.Size(lines=2_400, months=2)
#: Their sheets of the last month are approved: each journey that pays takes one of them.
PAYING = ("590921", "590922", "590902", "590923")
#: Approved too, for the payment that is made by keyboard.
BY_KEYBOARD = "590903"
#: All areas' orders can be written in it, and the demo's bank can answer it.
PROFILE = "generic_csv"


class _HalfWay(_MainJob):
    """The main job, stopped before anybody reviewed the last month."""

    def run(self) -> str:
        users.ensure(self._city)
        profiles.ensure([*SEEDS, bank.LOCAL_BANK])
        self._import_all(self._city.of(city.MASTER), self._on)
        *settled, last = self._city.months
        for month in settled:
            self._month(month)
        for stage in (city.CHANGES, last):
            self._import_all(self._city.of(stage), self._on)
        self._work(f"{last}:settle", "", JobName.SETTLE, last, self._on)
        for person in (users.CHECKER, users.APPROVER):
            for area in (*PAYING, BY_KEYBOARD):
                approvals.approve(access.load(person.name), last, area, self._on)
        self._watch(last, self._on)
        return last


def seats() -> None:
    """Give each of the hospitals with most to confirm a seat: seat0, seat1 …"""
    asked = sql(
        "SELECT p.hospital_code FROM held_line h JOIN purchase_line p USING (line_no)"
        " WHERE h.reasons @> ARRAY['waiting_hospital'] AND p.line_kind = 'receipt'"
        " AND h.period = (SELECT max(period) FROM held_line) GROUP BY 1"
        " HAVING count(*) > 1 ORDER BY count(*) DESC, 1 LIMIT %s",
        (len(PAYING),),
    ).fetchall()
    for number, (code,) in enumerate(asked):
        access_users.create(
            f"seat{number}", Role.HOSPITAL, places.PROVINCE, party_code=code,
            password=users.PASSWORD,
        )  # fmt: skip


def main() -> None:
    """Fill the empty, migrated database of DATABASE_URL."""
    current = settings.load()
    reach(current)
    with (
        running_workers(os.environ["DATABASE_URL"], os.environ["REDIS_URL"]),
        Progress() as show,
    ):
        _HalfWay(clock.today(), show, Path(current.var_dir), city.SEED, SIZE).run()
        seats()


if __name__ == "__main__":
    sys.exit(main())
