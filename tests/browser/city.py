"""Builds the city of the browser tests: one month paid to its end, one that waits for reviewers."""

import os
import sys
from pathlib import Path

from models import clock, settings
from models.records.base import reach
from models.rules.job_names import JobName
from models.services import access, approvals, profiles
from scripts.demo import bank, city, users
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


def main() -> None:
    """Fill the empty, migrated database of DATABASE_URL."""
    current = settings.load()
    reach(current)
    with (
        running_workers(os.environ["DATABASE_URL"], os.environ["REDIS_URL"]),
        Progress() as show,
    ):
        _HalfWay(clock.today(), show, Path(current.var_dir), city.SEED, SIZE).run()


if __name__ == "__main__":
    sys.exit(main())
