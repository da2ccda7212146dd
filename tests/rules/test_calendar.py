"""Months and working days, with the examples of the notices."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import calendar
from models.rules.errors.calendar import BadPeriod, NoWorkingDay
from models.rules.words import DayKind, HolidayShift

#: National Day 2025: 1 to 8 October are holidays, 28 September and 11 October are made up.
NATIONAL_DAY = {date(2025, 10, day): DayKind.HOLIDAY for day in range(1, 9)} | {
    date(2025, 9, 28): DayKind.MAKEUP,
    date(2025, 10, 11): DayKind.MAKEUP,
}
NEXT = HolidayShift.NEXT_WORKING_DAY
PLUS_2 = HolidayShift.AFTER_HOLIDAY_PLUS_2
PREVIOUS = HolidayShift.PREVIOUS_WORKING_DAY


@pytest.mark.parametrize(
    ("period", "last", "following", "before"),
    [
        ("2026-02", date(2026, 2, 28), "2026-03", "2026-01"),
        ("2028-02", date(2028, 2, 29), "2028-03", "2028-01"),
        ("2026-12", date(2026, 12, 31), "2027-01", "2026-11"),
        ("2026-01", date(2026, 1, 31), "2026-02", "2025-12"),
    ],
)
def test_a_month_knows_its_end_and_its_neighbours(period, last, following, before):
    assert calendar.last_day(period) == last
    assert calendar.first_day(period) == last.replace(day=1)
    assert calendar.next_period(period) == following
    assert calendar.previous_period(period) == before
    assert calendar.period_of(last) == period


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-3", "202603", "０２６-03", "", "0000-01"]
)
def test_what_is_not_a_month_is_refused_with_a_sentence(text):
    with pytest.raises(BadPeriod) as refused:
        calendar.last_day(text)
    assert text in refused.value.sentence


def test_the_end_of_the_next_month_follows_the_month_not_the_day_count():
    assert calendar.end_of_next_month(date(2026, 1, 31)) == date(2026, 2, 28)
    assert calendar.end_of_next_month(date(2026, 12, 1)) == date(2027, 1, 31)


def test_the_fifth_of_october_2025_moves_to_the_second_working_day_after_the_holiday():
    assert calendar.shift(date(2025, 10, 5), PLUS_2, NATIONAL_DAY) == date(2025, 10, 10)
    assert calendar.shift(date(2025, 10, 5), NEXT, NATIONAL_DAY) == date(2025, 10, 9)
    assert calendar.shift(date(2025, 10, 5), PREVIOUS, NATIONAL_DAY) == date(2025, 9, 30)


def test_five_working_days_after_the_tenth_of_october_2025_count_the_made_up_saturday():
    assert calendar.add_working_days(date(2025, 10, 10), 5, NATIONAL_DAY) == date(2025, 10, 16)


def test_an_ordinary_weekend_goes_to_monday_also_where_holidays_get_two_days_more():
    assert calendar.shift(date(2026, 3, 14), PLUS_2, {}) == date(2026, 3, 16)


def test_working_and_made_up_days_stand():
    for mode in HolidayShift:
        assert calendar.shift(date(2025, 10, 11), mode, NATIONAL_DAY) == date(2025, 10, 11)
        assert calendar.shift(date(2025, 10, 9), mode, NATIONAL_DAY) == date(2025, 10, 9)


def test_a_stated_kind_goes_before_the_weekday():
    assert calendar.is_working(date(2026, 3, 14), {date(2026, 3, 14): DayKind.WORKING})
    assert not calendar.is_working(date(2026, 3, 16), {date(2026, 3, 16): DayKind.WEEKEND})


def test_a_calendar_without_working_days_is_refused():
    rest = {date(2026, 1, 1) + timedelta(days=n): DayKind.HOLIDAY for n in range(200)}
    with pytest.raises(NoWorkingDay):
        calendar.shift(date(2026, 1, 1), NEXT, rest)


KINDS = st.dictionaries(
    st.dates(date(2026, 1, 1), date(2026, 2, 28)), st.sampled_from(list(DayKind)), max_size=25
)


@given(st.dates(date(2026, 1, 1), date(2026, 2, 28)), st.sampled_from(list(HolidayShift)), KINDS)
def test_a_shift_ends_on_a_working_day_and_is_the_nearest_in_its_direction(day, mode, kinds):
    moved = calendar.shift(day, mode, kinds)
    assert calendar.is_working(moved, kinds)
    assert calendar.shift(moved, mode, kinds) == moved
    low, high = sorted((day, moved))
    between = [low + timedelta(days=n) for n in range((high - low).days + 1)]
    worked = sum(calendar.is_working(d, kinds) for d in between)
    assert worked == (2 if calendar.kind_of(day, kinds) == "holiday" and mode == PLUS_2 else 1)
    assert (moved <= day) if mode == PREVIOUS else (moved >= day)


@given(st.dates(date(2026, 1, 1), date(2026, 2, 28)), st.integers(0, 20), KINDS)
def test_adding_working_days_counts_each_of_them_once(day, count, kinds):
    end = calendar.add_working_days(day, count, kinds)
    after = [day + timedelta(days=n + 1) for n in range((end - day).days)]
    assert sum(calendar.is_working(d, kinds) for d in after) == count


def test_bulk_shifts_list_only_days_that_move():
    days = [date(2026, 3, 13), date(2026, 3, 14)]
    assert list(calendar.shifts(days, {})) == [
        (date(2026, 3, 14), mode, calendar.shift(date(2026, 3, 14), mode, {}))
        for mode in HolidayShift
    ]
