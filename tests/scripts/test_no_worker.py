"""Without a worker a command says so soon, and nothing runs later by surprise."""

import time
from pathlib import Path

from models.records.base import sql
from models.rules.words import Role
from models.services import users
from tests.scripts.conftest import Run
from tests.scripts.small_city import write


def test_without_a_worker_the_command_says_so_within_ten_seconds(run: Run, tmp_path: Path):
    users.create("maker", Role.MAKER, "all")
    began = time.monotonic()
    ran = run("import_data", "areas", write(tmp_path)["areas"], "--as", "maker")
    assert (ran.status, ran.told["code"]) == (1, "no_worker")
    assert time.monotonic() - began < 10
    assert sql("SELECT state FROM job").fetchone()[0] == "cancelled"
