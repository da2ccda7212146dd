"""Two hosts that share nothing but two addresses do one month and end as one host does."""

import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models import settings as settings_module
from models.records import base
from models.records.base import db as handle
from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import access, jobs, settle
from scripts.demo import city, main_job, places, users
from scripts.demo.progress import Progress
from tests import servers
from tests.journeys.months import CITY, MAKER, Office, broken, working_day
from tests.journeys.test_main_job_survives import figures, installation, waiting
from tests.processes import ROOT, wait_until

ON = date(2026, 7, 8)
SIZE = city.Size(lines=300)
#: Numbers of Redis databases that no other test uses.
REDIS_FROM = 60
#: What a host needs of the program; tests and documents stay at home.
PROGRAM = ("models", "workers", "web", "scripts")


class Host:
    """A machine as far as a process can tell: its own program, folders, user and environment."""

    def __init__(self, folder: Path, name: str, shared: dict[str, str]) -> None:
        self.home = folder / name
        self.home.mkdir()
        for part in PROGRAM:
            shutil.copytree(
                ROOT / part, self.home / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "VAR_DIR": str(self.home / "var"),
            "SECRET_KEY": "the same on every host",
            **shared,
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *modules: str) -> None:
        for module in modules:
            with (self.home / f"{module}.log").open("ab") as log:
                self.running.append(
                    subprocess.Popen(
                        [sys.executable, "-m", module],
                        cwd=self.home,
                        env=self.environ,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )

    def stop(self) -> list[int]:
        for process in self.running:
            process.terminate()
        return [process.wait(30) for process in self.running]

    def log(self) -> str:
        return "".join(path.read_text() for path in self.home.glob("*.log"))


@contextlib.contextmanager
def two_hosts(folder: Path, url: str, redis_url: str) -> Iterator[tuple[Host, Host]]:
    shared = {"DATABASE_URL": url, "REDIS_URL": redis_url}
    hosts = Host(folder, "first", shared), Host(folder, "second", shared)
    try:
        for host in hosts:
            host.start("workers.relay", "workers.main")
        yield hosts
    finally:
        ended = [host.stop() for host in hosts]
    assert all(status == 0 for one in ended for status in one), ended


def run_city(folder: Path) -> dict[str, list[tuple[str, ...]]]:
    with Progress(io.StringIO()) as show:
        made = main_job.run_main_job(ON, show, var_dir=folder, size=SIZE)
    wait_until(lambda: not waiting(), seconds=120, what="the end of what the main job asked for")
    assert made.broken == []
    return figures()


def drafts() -> tuple[list[tuple], list[tuple]]:
    return (
        sql(
            "SELECT period, area_code, hospital_code, enterprise_code, payable_fen, content_hash,"
            " makers FROM settlement_sheet ORDER BY 1, 3, 4"
        ).fetchall(),
        sql("SELECT period, line_no, lane, reasons FROM held_line ORDER BY 1, 2").fetchall(),
    )


@pytest.fixture
def restored(db) -> Iterator[None]:
    """Give the test's own database handle back afterwards."""
    yield
    base.connect(settings_module.load())
    handle.connect()


def month_in_an_office() -> dict[str, list[tuple[str, ...]]]:
    office = Office()
    office.open()
    office.fund("2026-03", working_day("2026-03"), "2000.00")
    office.buy("2026-03", 123_456, working_day("2026-03"))
    office.settle_and_pay("2026-03", working_day("2026-03"))
    office.do(JobName.OFFSET, working_day("2026-03"), period="2026-03", area=CITY)
    office.buy("2026-04", 7_890, working_day("2026-04"))
    office.do(JobName.SETTLE, working_day("2026-04"), period="2026-04", area=CITY)
    before = drafts()
    parts = settle.split(MAKER, "2026-04", CITY, working_day("2026-04"))
    assert len(parts) > 1
    assert {jobs.wait(one).state for one in parts} == {JobState.DONE}
    assert drafts() == before
    assert broken() == []
    return figures()


@contextlib.contextmanager
def joined(addresses: dict[str, str], number: int, folder: Path) -> Iterator[None]:
    """Two hosts on a database of their own, the test's handle on it too."""
    name = f"two_hosts_{number}"
    url, redis_url = servers.clone(addresses, name), servers.redis_url(addresses, number)
    base.connect(settings_module.load(), url)
    handle.connect()
    try:
        with two_hosts(folder, url, redis_url) as hosts:
            wait_until(
                lambda: (
                    sql("SELECT count(*) FROM heartbeat WHERE kind = 'worker'").fetchone()[0]
                    == len(hosts)
                ),
                seconds=60,
                what="both workers",
            )
            yield
            for host in hosts:
                assert "job.done" in host.log(), host.log()[-2_000:]
    finally:
        handle.close()
        servers.drop(addresses, name)


def test_two_hosts_do_a_month_as_one_host_does(restored, server_addresses, worker_number, tmp_path):
    number = REDIS_FROM + worker_number % 2
    with installation(server_addresses, f"one_host_{worker_number}", number, tmp_path / "log"):
        alone = month_in_an_office()
    with joined(server_addresses, number, tmp_path):
        together = month_in_an_office()
    assert len(alone["ledger"]) > 3
    assert together == alone


@pytest.mark.skipif("HOSTS" not in os.environ, reason="minutes; HOSTS=2, or make hosts")
def test_two_hosts_do_the_demo_citys_months_in_parts_as_one_host_does_them_whole(
    restored, server_addresses, worker_number, tmp_path, monkeypatch
):
    number = REDIS_FROM + worker_number % 2
    with installation(server_addresses, f"one_host_{worker_number}", number, tmp_path / "log"):
        alone = run_city(tmp_path)
    whole, split = main_job._MainJob._work, []

    def in_parts(self: Any, step: str, label: str, name: JobName, month: str, on: date) -> dict:
        """Settle as a whole, then again in parts: the same drafts, made by both hosts."""
        told = whole(self, step, label, name, month, on)
        if name is JobName.SETTLE:
            before = drafts()
            parts = settle.split(access.load(users.MAKER.name), month, places.CITY, on)
            assert {jobs.wait(one).state for one in parts} == {JobState.DONE}
            assert drafts() == before
            split.extend(parts)
        return told

    monkeypatch.setattr(main_job._MainJob, "_work", in_parts)
    with joined(server_addresses, number, tmp_path):
        together = run_city(tmp_path)
    assert len(split) > 2, split
    for figure, rows in alone.items():
        assert together[figure] == rows, figure
