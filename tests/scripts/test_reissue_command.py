"""The command `reissue`: one person asks, another releases with count and sum, a file comes out."""

from pathlib import Path

import pytest

from models.records.base import sql
from tests.scripts.conftest import Run
from tests.scripts.test_commands import PERIOD, city, refused, rows_of

__all__ = ["city"]

pytestmark = pytest.mark.usefixtures("city")


def rejected(run: Run, folder: Path) -> str:
    """Pay the month, and let the bank reject it."""
    run("settle", PERIOD, "--area", "529901", "--as", "maker")
    for user in ("checker", "approver"):
        run("approve", PERIOD, "--as", user)
    paid = run("pay", PERIOD, "--profile", "generic_csv", "--as", "maker", "--out", folder,
               "--on", "2026-05-06")  # fmt: skip
    (order,) = rows_of(Path(paid.told["batches"][0]["file"]))
    result = folder / "result.csv"
    result.write_text(
        "reference,status,amount_yuan,booked_on,bank_reason\n"
        f"{order['reference']},rejected,130.00,2026-05-06,户名不符\n",
        encoding="utf-8",
    )
    told = run("bank_result", result, "--profile", "generic_csv", "--as", "maker").told
    assert told["rejected"] == 1
    return str(order["reference"])


def statement(run: Run, folder: Path) -> None:
    """Close the send day and the banking day after it without the debit."""
    account = sql("SELECT debtor_account_no FROM payment_batch").fetchone()[0]
    sql(
        "INSERT INTO statement_day (account_no, day, opening_fen, closing_fen, entries_fen,"
        " entries_count, closed, file_id, recorded_at, recorded_by)"
        " SELECT %s, day, 1, 1, 0, 0, true, 1, now(), 'maker'"
        " FROM unnest(ARRAY['2026-05-06', '2026-05-07']::date[]) AS g(day)",
        (account,),
    )


def test_one_asks_another_releases_and_the_file_is_written(run: Run, tmp_path: Path):
    reference = rejected(run, tmp_path)
    ask = ("reissue", reference, "--profile", "generic_csv", "--reason", "户名已更正")
    assert refused(run(*ask, "--as", "maker"), "not_reissuable")
    statement(run, tmp_path)
    asked = run(*ask, "--as", "maker").told
    assert (asked["lines"], asked["total_yuan"]) == (1, "130.00")
    release = ("reissue", "--release", asked["request_no"], "--out", tmp_path / "again")
    seen = ("--lines", "1", "--total-yuan", "130.00")
    assert refused(run(*release, *seen, "--as", "maker"), "not_allowed")
    wrong = ("--lines", "2", "--total-yuan", "130.00")
    assert refused(run(*release, *wrong, "--as", "checker"), "selection_changed")
    (batch,) = run(*release, *seen, "--as", "checker").told["batches"]
    (order,) = rows_of(Path(batch["file"]))
    assert order["reference"] != reference
    old = sql(
        "SELECT o.reference FROM payment_instruction n JOIN payment_instruction o"
        " ON o.id = n.reissue_of WHERE n.reference = %s",
        (order["reference"],),
    ).fetchone()[0]
    assert old == reference
    assert run("check_books").told["broken"] == []
    assert refused(run(*release, *seen, "--as", "checker"), "request_decided")


def test_half_of_the_options_is_a_wrong_use(run: Run):
    assert run("reissue", "ZJ1", "--as", "maker").status == 2
    assert run("reissue", "--release", "CF1", "--as", "checker").status == 2
