"""Who is responsible for a late line and which step of the ladder it has reached."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import overdue
from models.rules.overdue import DEFAULT_LADDER, Responsible, Rung
from models.rules.words import Hold, LadderAction, Lane


def rung(step, after_days, repeat_days=None):
    return Rung(step, f"阶梯{step}", after_days, LadderAction.REMIND, repeat_days)


@pytest.mark.parametrize(
    ("lane", "holds", "short", "who"),
    [
        (Lane.SELF, set(), False, Responsible.HOSPITAL),
        (Lane.DIRECT, {Hold.WAITING_HOSPITAL, Hold.INVOICE_MISSING}, False, Responsible.HOSPITAL),
        (Lane.DIRECT, {Hold.TRACE_CODE_REUSED}, False, Responsible.HOSPITAL),
        (Lane.DIRECT, set(), True, Responsible.HOSPITAL),
        (Lane.DIRECT, {Hold.INVOICE_MISSING}, False, Responsible.ENTERPRISE),
        (Lane.DIRECT, {Hold.PRICE_ABOVE_AWARD}, False, Responsible.ENTERPRISE),
        (Lane.DIRECT, set(), False, Responsible.AGENCY),
    ],
)
def test_the_responsible_party_is_who_can_make_the_line_move(lane, holds, short, who):
    assert overdue.responsible(lane, holds, short=short) is who


def test_the_step_reached_has_the_greatest_after_days_and_of_equal_ones_the_greater_number():
    ladder = [rung(9, 0), rung(10, 60), rung(2, 30), rung(3, 30)]
    assert overdue.reached(ladder, 29).step == 9
    assert overdue.reached(ladder, 30).step == 3
    assert overdue.reached(ladder, 61).step == 10


def test_before_its_first_step_a_ladder_tells_nobody():
    assert overdue.reached([rung(1, 10)], 9) is None


def test_a_scheme_without_rows_has_one_reminder_that_is_not_repeated():
    assert overdue.rungs_in_force([], date(2026, 5, 1)) == DEFAULT_LADDER
    assert DEFAULT_LADDER[0].repeat_days is None


def test_only_the_latest_version_of_a_ladder_is_in_force():
    versions = [(date(2026, 1, 1), rung(1, 1)), (date(2026, 6, 1), rung(1, 10))]
    assert overdue.rungs_in_force(versions, date(2026, 5, 31))[0].after_days == 1
    assert overdue.rungs_in_force(versions, date(2026, 6, 1))[0].after_days == 10
    assert overdue.rungs_in_force(versions, date(2025, 12, 31)) == ()


def test_a_line_escalates_only_above_everything_recorded():
    assert overdue.escalates(1, None)
    assert overdue.escalates(3, 2)
    assert not overdue.escalates(2, 2)
    assert not overdue.escalates(1, 3)
    assert not overdue.escalates(None, None)


def test_a_reminder_repeats_when_its_days_have_passed_since_the_last_mail():
    weekly = rung(1, 1, repeat_days=7)
    assert overdue.repeats(weekly, date(2026, 4, 9), date(2026, 4, 16))
    assert not overdue.repeats(weekly, date(2026, 4, 9), date(2026, 4, 15))
    assert not overdue.repeats(weekly, None, date(2026, 4, 16))
    assert not overdue.repeats(rung(1, 1), date(2026, 4, 9), date(2026, 7, 1))


RUNGS = st.lists(
    st.builds(rung, st.integers(1, 9), st.integers(0, 40)), max_size=6, unique_by=lambda r: r.step
)


@given(RUNGS, st.integers(1, 60))
def test_spans_for_bulk_statements_say_the_same_as_the_rule(ladder, days_late):
    found = [s.rung for s in overdue.spans(ladder) if s.from_days <= days_late < s.to_days]
    expected = overdue.reached(ladder, days_late)
    assert found == ([] if expected is None else [expected])
