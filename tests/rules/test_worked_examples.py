"""The worked examples of docs/overdue.md are what the rules compute, to the day and to the fen."""

import re
from datetime import date
from pathlib import Path

import pytest

from models.rules import calendar, interest
from models.rules.due import DueRule, LineDays, due_day
from models.rules.money import yuan
from models.rules.words import DayKind, DueStart, HolidayShift

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "overdue.md").read_text(encoding="utf-8")
NATIONAL_DAY = {date(2025, 10, day): DayKind.HOLIDAY for day in range(1, 9)} | {
    date(2025, 9, 28): DayKind.MAKEUP,
    date(2025, 10, 11): DayKind.MAKEUP,
}


def table(first_column: str) -> list[dict[str, str]]:
    """Return the rows of the table whose first column has this name."""
    found = re.search(rf"^\| {first_column} \|.*?(?=\n\n)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, first_column
    head, _, *rows = ([cell.strip() for cell in line.strip("| ").split(" | ")]
                      for line in found[0].splitlines())  # fmt: skip
    return [dict(zip(head, row, strict=True)) for row in rows]


def day(text: str) -> date | None:
    return None if text == "–" else date.fromisoformat(text)


def number(text: str) -> int | None:
    return None if text == "–" else int(text)


DUE = table("delivered")
INTEREST = table("part_yuan")


def test_the_documents_have_examples_of_every_start_and_shift():
    assert {row["start"] for row in DUE} == set(DueStart)
    assert {row["shift"] for row in DUE} == set(HolidayShift)
    assert len(INTEREST) == 5


@pytest.mark.parametrize("row", DUE, ids=[row["due"] for row in DUE])
def test_a_due_day_of_the_documents(row):
    line = LineDays(
        day(row["delivered"]), day(row["accepted"]), day(row["invoice"]),
        day(row["both confirmed"]), number(row["payment_days"]), number(row["acceptance_days"]),
    )  # fmt: skip
    rule = DueRule(
        DueStart(row["start"]), number(row["days"]), row["month end"] == "yes",
        HolidayShift(row["shift"]),
    )  # fmt: skip
    assert due_day(line, rule, NATIONAL_DAY).due_on == day(row["due"])


@pytest.mark.parametrize("row", INTEREST, ids=[row["interest_yuan"] for row in INTEREST])
def test_an_interest_of_the_documents(row):
    due_on, until = day(row["due"]), day(row["paid or asked for"])
    fen = int(row["part_yuan"].replace(".", ""))
    rate = interest.rate_that_counts(number(row["agreed_bp"]), number(row["lpr_bp"]))
    assert (until - due_on).days == int(row["days"])
    assert yuan(interest.interest_fen(fen, (until - due_on).days, rate)) == row["interest_yuan"]


def test_the_sentences_of_the_documents_are_those_of_the_rule():
    (plain, late) = re.findall(r"^    (配送 .+)$", TEXT, re.MULTILINE)
    march = LineDays(date(2026, 3, 17), date(2026, 3, 18), date(2026, 3, 25))
    shift = HolidayShift.NEXT_WORKING_DAY
    month_end = DueRule(DueStart.ACCEPTANCE, None, month_end=True, shift=shift)
    assert due_day(march, month_end, {}).sentence == plain
    standing = LineDays(date(2026, 3, 17), date(2026, 4, 10), acceptance_days=10)
    thirty = DueRule(DueStart.ACCEPTANCE, 30, month_end=False, shift=shift)
    assert due_day(standing, thirty, {}).sentence == late


def test_the_confirmation_of_the_holiday_example():
    told = re.search(
        r"submitted on 10 October for five working\s+days is to be confirmed by (\S+):", TEXT
    )
    confirmed_by = calendar.add_working_days(date(2025, 10, 10), 5, NATIONAL_DAY)
    assert confirmed_by.isoformat() == told[1]
