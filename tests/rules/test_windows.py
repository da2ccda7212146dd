"""Deadlines of confirmation: the table of docs/schemes.md, and what holds for every window."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import calendar, windows
from models.rules.states import sources, target
from models.rules.windows import DISPUTE, WINDOW, DisputeMove, Terms, WindowMove
from models.rules.words import ConfirmUnit, DayKind, HolidayShift, Initiator, Party

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "schemes.md").read_text(encoding="utf-8")
NATIONAL_DAY = {date(2025, 10, day): DayKind.HOLIDAY for day in range(1, 9)} | {
    date(2025, 9, 28): DayKind.MAKEUP,
    date(2025, 10, 11): DayKind.MAKEUP,
}
SECTION = TEXT[TEXT.index("## 8. ") : TEXT.index("## 9. ")]
ROWS = re.findall(
    r"^\| (\d{4}-\d\d-\d\d) \| (\d+) \| (\w+) \| (\w+) \| (\d{4}-\d\d-\d\d) \|$",
    SECTION,
    re.MULTILINE,
)

days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
kinds = st.dictionaries(days, st.sampled_from(DayKind), max_size=12)
counts = st.integers(0, 40)
units, shifts = st.sampled_from(ConfirmUnit), st.sampled_from(HolidayShift)


def terms(initiator=Initiator.SYSTEM, apply_day=None, days=5, unit=ConfirmUnit.WORKING_DAY):
    return Terms(initiator, apply_day, days, unit, HolidayShift.NEXT_WORKING_DAY)


def test_the_document_has_examples_of_every_unit_and_shift():
    assert {row[2] for row in ROWS} == set(ConfirmUnit)
    assert {row[3] for row in ROWS} == set(HolidayShift)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in ROWS])
def test_a_deadline_of_the_document(row):
    opened, count, unit, shift, due = row
    found = windows.due_on(
        date.fromisoformat(opened), int(count), ConfirmUnit(unit), HolidayShift(shift), NATIONAL_DAY
    )
    assert found == date.fromisoformat(due)


@given(days, counts, units, shifts, kinds)
def test_a_window_never_ends_before_it_began(opened, count, unit, shift, stated):
    assert windows.due_on(opened, count, unit, shift, stated) >= opened


@given(days, counts, shifts, kinds)
def test_a_window_of_working_days_holds_exactly_so_many(opened, count, shift, stated):
    due = windows.due_on(opened, count, ConfirmUnit.WORKING_DAY, shift, stated)
    after = [opened + timedelta(n) for n in range(1, (due - opened).days + 1)]
    assert sum(calendar.is_working(day, stated) for day in after) == count


@given(days, counts.filter(bool), units, kinds)
def test_a_day_of_rest_more_never_shortens_a_window(opened, count, unit, stated):
    """Whatever is announced later moves a running window later or not at all."""
    shift = HolidayShift.NEXT_WORKING_DAY
    before = windows.due_on(opened, count, unit, shift, stated)
    rest = stated | {before: DayKind.HOLIDAY}
    assert windows.due_on(opened, count, unit, shift, rest) >= before


def test_a_system_s_round_begins_on_the_apply_day_and_a_party_s_on_the_first():
    bought = date(2026, 12, 31)
    assert windows.round_day(bought, terms()) == date(2027, 1, 1)
    assert windows.round_day(bought, terms(apply_day=3)) == date(2027, 1, 3)
    assert windows.round_day(bought, terms(Initiator.ENTERPRISE, 5)) == date(2027, 1, 1)
    assert windows.next_round_day(date(2027, 1, 12), terms(apply_day=3)) == date(2027, 2, 3)


def test_an_application_after_the_apply_day_belongs_to_the_next_month():
    enterprise = terms(Initiator.ENTERPRISE, 5)
    assert windows.applied_by(date(2026, 4, 20), enterprise, {}) == date(2026, 4, 6)  # a Sunday
    assert windows.apply_due_on(date(2026, 4, 1), enterprise, {}) == date(2026, 4, 6)
    assert windows.apply_due_on(date(2026, 4, 7), enterprise, {}) == date(2026, 5, 5)
    assert windows.applied_by(date(2026, 4, 20), terms(Initiator.ENTERPRISE), {}) is None


def test_who_applies_is_the_initiator():
    assert windows.applicant(Initiator.SYSTEM) is None
    assert windows.applicant(Initiator.ENTERPRISE) is Party.ENTERPRISE
    assert windows.applicant(Initiator.HOSPITAL) is Party.HOSPITAL


def test_a_revocation_has_its_days_or_no_limit():
    assert windows.revocable_until(date(2026, 4, 9), 5) == date(2026, 4, 14)
    assert windows.revocable_until(date(2026, 4, 9), 0) == date(2026, 4, 9)
    assert windows.revocable_until(date(2026, 4, 9), None) is None


@pytest.mark.parametrize("unit", ConfirmUnit)
def test_a_deadline_says_itself_in_two_languages(unit):
    assert all("5" in words for words in windows.sentence(5, unit))
    assert all(words for words in windows.sentence(None, unit))


def test_every_move_of_windows_and_disputes_leads_to_one_state():
    for move in WindowMove:
        assert sources(WINDOW, move)
        assert target(WINDOW, move)
    for move in DisputeMove:
        assert target(DISPUTE, move)
