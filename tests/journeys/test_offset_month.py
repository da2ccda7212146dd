"""One month of a small city in offset mode, from files to the bank and back, by the commands."""

import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.records.base import sql
from models.rules.money import fen
from models.services import profiles
from scripts.demo import city
from tests.processes import ROOT, running_workers
from workers.bankfiles.seeds import SEEDS

ON = date(2026, 7, 8)
PERIOD = "2026-06"
CITY = "590900"
PASSWORD = "Journey-Pass-2026"
USERS = {"maker": "maker", "checker": "checker", "approver": "approver"}


@dataclass
class Ran:
    status: int
    told: dict[str, Any]


Run = Callable[..., Ran]


@pytest.fixture
def run(db, environ) -> Run:
    def call(name: str, *args: object, text: str | None = None) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", f"scripts.{name}", *map(str, args), "--json"],
            check=False, cwd=ROOT, env=environ, input=text, capture_output=True, text=True,
            timeout=120,
        )  # fmt: skip
        lines = done.stdout.strip().splitlines()
        assert lines, done.stderr
        return Ran(done.returncode, json.loads(lines[-1]))

    return call


@pytest.fixture
def workers(settings, redis_url, tmp_path: Path) -> Iterator[None]:
    with running_workers(settings.database_url, redis_url, log_path=tmp_path / "log"):
        yield


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def exported(run: Run, folder: Path, what: str, *args: object) -> list[dict[str, str]]:
    path = folder / f"{what}.csv"
    assert run("export", what, *args, "--out", path).status == 0
    return rows(path)


def import_month(run: Run, made: city.City) -> int:
    """Import every file as the maker, approve the accounts as another; return the lines."""
    lines = 0
    for stage in (city.MASTER, PERIOD):
        for file in made.of(stage):
            told = run("import_data", file.kind, file.path, "--as", "maker").told
            assert told["rejected"] == 0, (file.path, told)
            assert told["accepted"] == told["rows"]
            lines = told["rows"] if file.kind == "purchases" else lines
        if stage == city.MASTER:
            again = run("import_data", "hospitals", made.of(stage)[2].path, "--as", "maker").told
            assert (again["accepted"], again["unchanged"]) == (0, again["rows"])
            assert run("accounts", "approve", "--all", "--as", "checker").told["approved"] > 0
    return lines


def answer(order_file: Path, folder: Path) -> tuple[Path, int]:
    """Play the bank: the dearest order comes back, all others are settled; return their sum."""
    orders = sorted(rows(order_file), key=lambda row: -fen(row["amount_yuan"]))
    result = folder / f"{order_file.stem}.result.csv"
    settled = 0
    with result.open("w", encoding="utf-8", newline="") as opened:
        write = csv.writer(opened)
        write.writerow(("reference", "status", "amount_yuan", "booked_on", "bank_reason"))
        for place, row in enumerate(orders):
            status, why = ("rejected", "账号户名不符") if place == 0 else ("settled", "")
            settled += fen(row["amount_yuan"]) if status == "settled" else 0
            write.writerow((row["reference"], status, row["amount_yuan"], ON.isoformat(), why))
    return result, settled


def test_a_month_goes_from_files_to_bank_money_to_offset(run: Run, workers, tmp_path: Path):
    profiles.ensure(SEEDS)
    made = city.write(tmp_path / "city", ON, size=city.Size(lines=1_000, months=1))
    for name, role in USERS.items():
        told = ("--role", role, "--area", "590000", "--password-stdin")
        assert run("create_user", name, *told, text=f"{PASSWORD}\n").status == 0
    lines = import_month(run, made)

    month = (PERIOD, "--area", CITY, "--on", ON)
    settled = run("settle", *month, "--as", "maker").told
    assert settled["lines"] > lines / 2
    on_sheets = exported(run, tmp_path, "sheet_lines", "--period", PERIOD)
    held = exported(run, tmp_path, "holds", "--period", PERIOD)
    assert len(on_sheets) == settled["lines"]
    assert len([row for row in held if row["reasons"]]) == settled["held"]
    assert len(on_sheets) + len(held) == lines
    sheets = exported(run, tmp_path, "sheets", "--period", PERIOD)
    payable = sum(fen(row["payable_yuan"]) for row in sheets)
    assert payable == fen(settled["payable_yuan"])
    assert {row["state"] for row in sheets} == {"draft"}

    assert run("approve", *month, "--as", "maker").status == 1
    assert run("approve", *month, "--as", "checker").told["approved"] == settled["sheets"]
    assert run("approve", *month, "--as", "checker").told["approved"] == 0
    assert run("approve", *month, "--as", "approver").told["waiting"] == 0

    out = tmp_path / "out"
    pay = ("--profile", "generic_csv", "--as", "maker", "--out", out)
    batches = run("pay", *month, *pay).told["batches"]
    assert run("pay", *month, *pay).told["batches"] == []
    # A county pays from turnover money that nobody granted here.
    short = sql("SELECT sum(payable_fen) FROM settlement_sheet WHERE state = 'short'").fetchone()[0]
    assert short > 0
    assert sum(fen(batch["total_yuan"]) for batch in batches) == payable - short
    settled_fen = 0
    for batch in batches:
        path = Path(batch["file"])
        assert hashlib.sha256(path.read_bytes()).hexdigest() == batch["sha256"]
        result, paid_fen = answer(path, tmp_path)
        settled_fen += paid_fen
        told = run("bank_result", result, "--profile", "generic_csv", "--as", "maker").told
        assert (told["rejected"], told["settled"]) == (1, batch["lines"] - 1)

    payments = exported(run, tmp_path, "payments", "--period", PERIOD)
    booked = sum(fen(row["amount_yuan"]) for row in payments if row["state"] == "settled")
    assert booked == settled_fen

    told = run("offset", *month, "--as", "maker").told
    offsets = exported(run, tmp_path, "offsets", "--period", PERIOD)
    advanced = sql(
        "SELECT sum(payable_fen) FROM settlement_sheet WHERE state = 'paid' AND funding = 'offset'"
    ).fetchone()[0]
    assert sum(fen(row["goods_yuan"]) for row in offsets) == advanced < settled_fen
    assert sum(fen(row["offset_yuan"]) for row in offsets) == fen(told["offset_yuan"])
    for row in offsets:
        goods, offset, carried = (
            fen(row[f"{name}_yuan"]) for name in ("goods", "offset", "carried_out")
        )
        assert goods == offset + carried
        assert offset <= fen(row["available_yuan"])

    late = run("overdue", "--on", "2026-09-30").told
    assert late["overdue"] == len(exported(run, tmp_path, "overdue", "--on", "2026-09-30"))
    assert late["overdue"] > 0
    books = run("check_books")
    assert (books.status, books.told["broken"]) == (0, [])
    assert sql("SELECT count(*) FROM job WHERE state = 'failed'").fetchone()[0] == 0
