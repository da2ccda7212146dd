"""The commands keep their contract: exit statuses, keys, refusals that change nothing."""

import csv
from pathlib import Path

import pytest
import python_calamine

from models.records.base import sql
from models.rules.words import Role
from models.services import profiles
from models.services import users as user_store
from scripts import accounts, import_data
from tests.scripts.conftest import Ran, Run
from tests.scripts.small_city import USERS, write
from workers.bankfiles.seeds import SEEDS

PASSWORD = "Clerk-Pass-2026"
PERIOD = "2026-03"


@pytest.fixture
def city(db, workers, tmp_path: Path) -> None:
    """Load the city in this process: the programs under test are started by the tests."""
    profiles.ensure(SEEDS)
    for name, role in USERS.items():
        user_store.create(name, Role(role), "all")
    for kind, path in write(tmp_path).items():
        assert import_data.main([kind, str(path), "--as", "maker"]) == 0
    assert accounts.main(["approve", "--all", "--as", "checker"]) == 0
    db.connect(reuse_if_open=True)


def refused(ran: Ran, code: str) -> bool:
    """Say whether the command refused with this code and a Chinese sentence, and nothing else."""
    return ran.status == 1 and set(ran.told) == {"error", "code"} and ran.told["code"] == code


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file by column name."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _money() -> tuple[object, ...]:
    return sql(
        "SELECT (SELECT count(*) FROM settlement_sheet), (SELECT count(*) FROM sheet_review),"
        " (SELECT count(*) FROM payment_instruction), (SELECT count(*) FROM ledger_entry)"
    ).fetchone()


def test_a_month_goes_from_files_to_offset(run: Run, city, tmp_path: Path):
    settled = run("settle", PERIOD, "--area", "529901", "--as", "maker")
    assert settled.told == {"sheets": 1, "lines": 2, "held": 1, "payable_yuan": "130.00"}
    for user, level, waiting in (("checker", 1, 1), ("approver", 2, 0)):
        reviewed = run("approve", PERIOD, "--as", user)
        assert reviewed.told == {"approved": 1, "level": level, "waiting": waiting}
    paid = run(
        "pay", PERIOD, "--profile", "generic_csv", "--as", "maker", "--out", tmp_path / "out"
    )
    batch = paid.told["batches"][0]
    assert (batch["lines"], batch["total_yuan"]) == (1, "130.00")
    order = rows_of(Path(batch["file"]))[0]
    result = tmp_path / "result.csv"
    result.write_text(
        "reference,status,amount_yuan,booked_on,bank_reason\n"
        f"{order['reference']},settled,130.00,2026-05-06,\n",
        encoding="utf-8",
    )
    told = run("bank_result", result, "--profile", "generic_csv", "--as", "maker").told
    assert (told["lines"], told["settled"], told["exceptions"]) == (1, 1, 0)
    offset = run("offset", PERIOD, "--as", "maker")
    assert offset.told == {"hospitals": 1, "offset_yuan": "100.00", "carried_yuan": "30.00"}
    assert run("check_books").told["broken"] == []


def test_a_second_pay_makes_nothing(run: Run, city, tmp_path: Path):
    run("settle", PERIOD, "--as", "maker")
    run("approve", PERIOD, "--as", "checker")
    run("approve", PERIOD, "--as", "approver")
    pay = ("pay", PERIOD, "--profile", "generic_csv", "--as", "maker", "--out", tmp_path)
    assert len(run(*pay).told["batches"]) == 1
    again = run(*pay)
    assert (again.status, again.told) == (0, {"batches": []})


def test_refusals_change_nothing(run: Run, city, tmp_path: Path):
    before = _money()
    assert refused(run("settle", PERIOD, "--area", "999999", "--as", "maker"), "unknown_area")
    assert refused(run("settle", PERIOD, "--as", "nobody"), "unknown_user")
    assert refused(run("settle", PERIOD, "--as", "auditor"), "not_allowed")
    assert refused(run("settle", PERIOD, "--on", "2026-03-31", "--as", "maker"), "period_not_over")
    assert refused(run("approve", PERIOD, "--as", "maker"), "not_allowed")
    assert refused(
        run("pay", PERIOD, "--profile", "no_such", "--as", "maker", "--out", tmp_path),
        "unknown_profile",
    )
    assert refused(run("import_data", "areas", tmp_path / "missing.csv"), "file_not_readable")
    assert _money() == before


def test_an_earlier_month_is_closed_by_a_later_one(run: Run, city):
    assert run("settle", "2026-04", "--as", "maker").status == 0
    assert refused(run("settle", PERIOD, "--as", "maker"), "period_closed")


def test_wrong_words_are_usage(run: Run):
    assert run("settle", "2026-13").status == 2
    assert run("settle", PERIOD, "--on", "2026-3-1").status == 2
    assert run("import_data", "no_such_table", "x.csv").status == 2
    assert run("export", "sheets", "--out", "x.txt").status == 2


def test_a_corrected_error_file_is_taken(run: Run, city, tmp_path: Path):
    broken = tmp_path / "more.csv"
    header, first, *_ = write(tmp_path)["purchases"].read_text(encoding="utf-8").splitlines()
    good, bad = first.replace("=1+1", "L8"), first.replace("=1+1", "L9").replace("XA01", "XB99")
    broken.write_text("\n".join((header, good, bad)) + "\n", encoding="utf-8")
    ran = run("import_data", "purchases", broken, "--as", "maker")
    assert (ran.status, ran.told["rows"], ran.told["accepted"], ran.told["rejected"]) == (
        0,
        2,
        1,
        1,
    )
    error_file = Path(ran.told["error_file"])
    row = rows_of(error_file)[0]
    assert (row["row"], row["error_codes"]) == ("3", "unknown_reference")
    text = error_file.read_text(encoding="utf-8-sig").replace("XB99", "XA01")
    error_file.write_text(text, encoding="utf-8")
    again = run("import_data", "purchases", error_file, "--as", "maker")
    assert (again.told["accepted"], again.told["rejected"]) == (1, 0)


def test_all_or_nothing_takes_nothing_and_exits_1(run: Run, city, tmp_path: Path):
    header, first, *_ = write(tmp_path)["purchases"].read_text(encoding="utf-8").splitlines()
    mixed = tmp_path / "mixed.csv"
    bad = first.replace("=1+1", "L9").replace("XA01", "XB99")
    mixed.write_text("\n".join((header, first.replace("=1+1", "L8"), bad)) + "\n", encoding="utf-8")
    ran = run("import_data", "purchases", mixed, "--as", "maker", "--all-or-nothing")
    assert ran.status == 1
    assert (ran.told["rows"], ran.told["accepted"], ran.told["rejected"]) == (2, 0, 2)


def test_exports_are_not_run_by_a_spreadsheet(run: Run, city, tmp_path: Path):
    run("settle", PERIOD, "--as", "maker")
    target = tmp_path / "lines.csv"
    assert run("export", "sheet_lines", "--period", PERIOD, "--out", target).told["rows"] == 2
    rows = {row["line_no"]: row for row in rows_of(target)}
    assert rows["'=1+1"]["amount_yuan"] == "120.00"
    book = tmp_path / "lines.xlsx"
    run("export", "sheet_lines", "--out", book)
    sheet = python_calamine.load_workbook(str(book)).get_sheet_by_index(0).to_python()
    assert [row[4] for row in sheet if row[0] == "'=1+1"] == [120.0]


def test_a_seat_needs_its_institution(run: Run):
    made = run(
        "create_user",
        "h1",
        "--role",
        "hospital",
        "--area",
        "all",
        "--password-stdin",
        text=PASSWORD,
    )
    assert refused(made, "party_needed")
