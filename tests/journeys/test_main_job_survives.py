"""Killing workers at any moment of the main job changes no figure."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import psycopg
import pytest

from models import settings as settings_module
from models.records import base
from models.records.base import sql
from models.services import jobs
from scripts.demo import city, main_job
from scripts.demo.progress import Progress
from scripts.demo.summary import Summary
from tests import servers
from tests.processes import Background, running_workers, wait_until

ON = date(2026, 7, 8)
SIZE = city.Size(lines=2_000)
HASTY = "tests.journeys.hasty_worker"
#: Numbers of Redis databases that no other test uses.
REDIS_FROM = 40

#: Every figure of the system, without numbers that are handed out and instants.
FIGURES = {
    "lines": "SELECT line_no, amount_fen, accepted_on FROM purchase_line",
    "trace codes": "SELECT code, line_no, place FROM trace_code",
    "invoices": "SELECT invoice_no, line_no, amount_fen FROM invoice_line",
    "confirmations": "SELECT line_no, party, decided_at, decision FROM confirmation",
    "sheets": "SELECT period, hospital_code, enterprise_code, lines_count, received_fen,"
    " returned_fen, adjusted_fen, carried_in_fen, payable_fen, carried_out_fen, due_on, state,"
    " content_hash FROM settlement_sheet",
    "sheet lines": "SELECT l.line_no, l.due_on, l.amount_fen, s.period, s.hospital_code"
    " FROM sheet_line l JOIN settlement_sheet s ON s.id = l.sheet_id",
    "held": "SELECT period, line_no, lane, reasons FROM held_line",
    "payments": "SELECT period, area_code, enterprise_code, payee_account_no, amount_fen, state,"
    " booked_on, returned_on, bank_reason FROM payment_instruction",
    "ledger": "SELECT kind, debit_account, credit_account, sum(amount_fen), count(*)"
    " FROM ledger_entry GROUP BY 1, 2, 3",
    "offsets": "SELECT period, hospital_code, available_fen, goods_fen, carried_in_fen, offset_fen,"
    " carried_out_fen FROM hospital_offset",
    "indicators": "SELECT period, hospital_code, indicator, subject, value_bp, verdict"
    " FROM indicator_value",
    # Of several events of a problem an institution is told the last: how many mails that makes
    # depends on when the worker looks; what each was told of does not.
    "mails": "SELECT kind, party_kind, party_code, count(*) FROM mail WHERE kind <> 'problem'"
    " GROUP BY 1, 2, 3",
    "told": "SELECT split_part(fact, ':', 1), party_kind, party_code, count(*) FROM mail_fact"
    " GROUP BY 1, 2, 3",
}


def waiting() -> list[tuple[str, str]]:
    """What the main job asked for and does not wait for itself: news of what was decided."""
    return sql(
        "SELECT name, state FROM job WHERE state IN ('waiting', 'sent', 'running')"
        " AND next_try_at <= now() + interval '1 minute'"
    ).fetchall()


def all_told() -> bool:
    """Whether all of it ended well; what died of blows meant for others a person runs again."""
    if waiting():
        return False
    died = sql(
        "SELECT j.id FROM job j WHERE j.state = 'failed' AND j.error_code = 'job_worker_died'"
        " AND NOT EXISTS (SELECT FROM job a WHERE a.again_of = j.id)"
    ).fetchall()
    for (job_id,) in died:
        jobs.again(job_id, "administrator")
    return not died


def figures() -> dict[str, list[tuple[str, ...]]]:
    return {
        name: sorted(tuple(map(str, row)) for row in sql(query)) for name, query in FIGURES.items()
    }


@contextmanager
def installation(
    addresses: dict[str, str], name: str, number: int, log: Path, **workers: object
) -> Iterator[Background]:
    """An empty database of its own with real relay and workers."""
    url, redis = servers.clone(addresses, name), servers.redis_url(addresses, number)
    base.connect(settings_module.load(), url)
    base.db.connect()
    try:
        with running_workers(url, redis, log_path=log, **workers) as background:
            yield background
    finally:
        base.db.close()
        servers.drop(addresses, name)


def settle_city(folder: Path) -> "Run":
    with Progress(io.StringIO()) as show:
        made = main_job.run_main_job(ON, show, var_dir=folder, size=SIZE)
    wait_until(all_told, seconds=120, what="the end of what the main job asked for")
    asked = sql("SELECT count(*) FROM job WHERE dedupe_key LIKE 'demo:%'").fetchone()[0]
    return Run(made, figures(), asked)


class Killer(threading.Thread):
    """Kills all workers at a random moment in the first attempt of every second job or so."""

    def __init__(self, background: Background, seed: int) -> None:
        super().__init__(daemon=True)
        self._background, self._random = background, Random(seed)  # noqa: S311 - chosen blows
        self._over = threading.Event()
        self._met: set[int] = set()
        self.struck: list[str] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            with psycopg.connect(self._background.database_url, autocommit=True) as ask:
                while not self._over.wait(0.01):
                    self._look(ask)
        except BaseException as failure:  # noqa: BLE001 - told to the test
            self.failure = failure

    def _look(self, ask: psycopg.Connection) -> None:
        rows = ask.execute("SELECT id, name FROM job WHERE state = 'running' AND attempt = 1")
        for job_id, name in rows.fetchall():
            if job_id in self._met:
                continue
            self._met.add(job_id)
            # Each kind of work is struck once, and one in eight of the others.
            if name in self.struck and self._random.random() > 0.12:
                continue
            self._over.wait(self._random.choice((0, 0.02, 0.05, 0.1, 0.2, 0.4)))
            self.struck.append(name)
            for worker in self._background.of("worker"):
                self._background.kill(worker)
            self._background.keep_workers(2)

    def finish(self) -> None:
        self._over.set()
        self.join(60)
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def restored(db) -> Iterator[None]:
    """Give the test's own database handle back afterwards."""
    yield
    base.connect(settings_module.load())
    base.db.connect()


@dataclass
class Run:
    """What a main job came to."""

    summary: Summary
    figures: dict[str, list[tuple[str, ...]]]
    jobs: int


@pytest.fixture(scope="module")
def undisturbed(_environment, server_addresses, worker_number, tmp_path_factory) -> tuple[Run, Run]:
    """A main job that nobody disturbs, and the same started again."""
    name, number = f"main_job_{worker_number}", REDIS_FROM + worker_number
    folder = tmp_path_factory.mktemp("undisturbed")
    with installation(server_addresses, name, number, folder / "log"):
        return settle_city(folder), settle_city(folder)


def test_the_main_job_ends_with_clean_books(undisturbed):
    first, _ = undisturbed
    assert first.summary.broken == []
    assert first.figures["payments"]
    assert first.figures["offsets"]
    for answer in ("settled", "rejected", "returned", "unknown"):
        assert first.summary.answers[answer] > 0, answer
    printed = "\n".join(first.summary.batch_lines())
    assert printed.count("2026-06") == len(first.summary.batches) == 3


def test_a_main_job_started_again_does_nothing_twice(undisturbed):
    first, again = undisturbed
    assert again.figures == first.figures
    assert again.jobs == first.jobs
    assert again.summary.settled == first.summary.settled
    assert again.summary.answers == first.summary.answers


def test_workers_killed_at_any_moment_change_no_figure(
    undisturbed, restored, server_addresses, worker_number, tmp_path
):
    name, number = f"main_job_killed_{worker_number}", REDIS_FROM + 8 + worker_number
    with installation(
        server_addresses, name, number, tmp_path / "log", workers=2, worker_module=HASTY
    ) as background:
        killer = Killer(background, seed=11)
        killer.start()
        try:
            disturbed = settle_city(tmp_path)
        finally:
            killer.finish()
        attempts = sql("SELECT count(*) FROM job WHERE attempt > 1").fetchone()[0]
    assert {"import_data", "settle", "pay", "bank_result", "offset"} <= set(killer.struck)
    assert attempts > 0, "no kill hit work in hand"
    assert disturbed.summary.broken == []
    for figure, rows in undisturbed[0].figures.items():
        assert disturbed.figures[figure] == rows, figure
