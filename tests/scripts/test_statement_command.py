"""The statement command says in its answer what a person must know: open days, no news, a trial."""

from pathlib import Path

import pytest

from models.records.base import sql
from models.rules.words import Role
from models.services import profiles
from models.services import users as user_store
from tests.factories import payments as bank
from tests.factories.sheets import PROVINCE
from tests.scripts.conftest import Run
from workers.bankfiles.seeds import SEEDS

HEAD = "account_no,day,opening_yuan,closing_yuan,entry_no,booked_on,amount_yuan,reference\n"


@pytest.fixture
def statement(db, workers, tmp_path: Path) -> Path:
    """A day that ends five yuan lower than its one entry leads to."""
    profiles.ensure(SEEDS)
    user_store.create("maker", Role.MAKER, "all")
    bank.paid_city(100_00)
    reference = bank.orders()[0][0]
    path = tmp_path / "statement.csv"
    path.write_text(
        f"{HEAD}1001{PROVINCE},2026-04-10,1000.00,895.00,1,2026-04-10,-100.00,{reference}\n",
        encoding="utf-8",
    )
    return path


def test_a_day_that_stays_open_says_why(run: Run, statement: Path):
    ran = run("statement", statement, "--profile", "generic_csv", "--as", "maker")
    assert ran.status == 0
    assert (ran.told["entries"], ran.told["matched"], ran.told["exceptions"]) == (1, 1, 0)
    (left,) = ran.told["open_days"]
    assert left["day"] == "2026-04-10"
    assert "相差 -5.00 元" in left["reason"]
    assert "未结平" in ran.error


def test_the_same_statement_again_says_that_nothing_changed(run: Run, statement: Path):
    run("statement", statement, "--profile", "generic_csv", "--as", "maker")
    ran = run("statement", statement, "--profile", "generic_csv", "--as", "maker")
    assert ran.told["unchanged"] is True
    assert "此前已导入" in ran.error


def test_a_bound_that_bounds_nothing_is_refused_in_words(run: Run, statement: Path):
    ran = run("statement", statement, "--profile", "generic_csv", "--as", "maker", "--days-max=-3")
    assert (ran.status, ran.told["code"]) == (1, "days_bound_refused")
    assert "应为 0 至 3660，不能是 -3" in ran.told["error"]
    assert sql("SELECT count(*) FROM stored_file WHERE kind = 'statement'").fetchone()[0] == 0


def test_a_trial_tells_counts_and_sums_and_records_nothing(run: Run, statement: Path):
    ran = run("statement", statement, "--profile", "generic_csv", "--as", "maker", "--dry-run")
    assert ran.told["outcomes"] == {"settle": {"count": 1, "sum_yuan": "100.00"}}
    assert sql("SELECT count(*) FROM statement_day").fetchone()[0] == 0
    assert [state for _ref, _fen, state in bank.orders()] == ["sent"]
