"""When a line must be paid, with the examples of the notices to the day."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.rules.due import DueRule, LineDays, due_day
from models.rules.words import DayKind, DueStart, HolidayShift

NEXT = HolidayShift.NEXT_WORKING_DAY
#: Accepted 18 March 2026, invoice of 25 March.
MARCH = LineDays(
    delivered_on=date(2026, 3, 17), accepted_on=date(2026, 3, 18), invoiced_on=date(2026, 3, 25)
)


def rule(**changes):
    told = {"start": DueStart.ACCEPTANCE, "days": None, "month_end": False, "shift": NEXT}
    return DueRule(**{**told, **changes})


def test_thirty_days_from_acceptance():
    assert due_day(MARCH, rule(days=30), {}).due_on == date(2026, 4, 17)


def test_the_end_of_the_month_after_acceptance_and_invoice():
    assert due_day(MARCH, rule(month_end=True), {}).due_on == date(2026, 4, 30)


def test_an_invoice_of_the_next_month_moves_the_month_end():
    late = LineDays(MARCH.delivered_on, MARCH.accepted_on, invoiced_on=date(2026, 4, 1))
    assert due_day(late, rule(month_end=True), {}).due_on == date(2026, 6, 1)  # 31 May is a Sunday
    assert due_day(late, rule(month_end=True), {date(2026, 5, 31): DayKind.WORKING}).due_on == date(
        2026, 5, 31
    )


def test_the_earliest_candidate_decides():
    line = LineDays(MARCH.delivered_on, MARCH.accepted_on, MARCH.invoiced_on, payment_days=20)
    assert due_day(line, rule(days=30, month_end=True), {}).due_on == date(2026, 4, 7)


def test_joint_confirmation_starts_the_clock_only_when_both_have_confirmed():
    joint = rule(start=DueStart.JOINT_CONFIRMATION, days=30)
    waiting = due_day(MARCH, joint, {})
    assert waiting.due_on == date(2026, 4, 17)
    assert waiting.decided_by.en == "30 days from acceptance"
    agreed = LineDays(MARCH.delivered_on, MARCH.accepted_on, joint_on=date(2026, 4, 8))
    assert due_day(agreed, joint, {}).due_on == date(2026, 5, 8)


def test_delivery_starts_the_clock_before_acceptance():
    assert due_day(MARCH, rule(start=DueStart.DELIVERY, days=30), {}).due_on == date(2026, 4, 16)


def test_without_any_candidate_it_is_thirty_days_from_acceptance_shifted():
    line = LineDays(date(2026, 3, 19), date(2026, 3, 19))  # + 30 is Saturday 18 April
    assert due_day(line, rule(), {}).due_on == date(2026, 4, 20)


def test_without_a_scheme_nothing_shifts_and_no_contract_counts():
    line = LineDays(date(2026, 3, 19), date(2026, 3, 19), payment_days=5)
    assert due_day(line, None, {}).due_on == date(2026, 4, 18)


def test_a_due_day_explains_itself():
    due = due_day(MARCH, rule(month_end=True), {})
    assert due.sentence == (
        "配送 03-17，验收 03-18，发票 03-25 → 04-30，规则：交货验收入库并取得发票之日后次月底付款"
    )
    assert due.sentence_en.endswith("→ 04-30, rule: end of the month after acceptance and invoice")


def test_a_shifted_due_day_says_so():
    line = LineDays(date(2026, 3, 19), date(2026, 3, 19))
    assert "04-18 为休息日" in due_day(line, rule(days=30), {}).sentence
    assert "04-20" in due_day(line, rule(days=30), {}).sentence


DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))


@given(DAYS, st.integers(0, 20), st.integers(0, 60), st.integers(1, 60) | st.none(), st.booleans())
def test_another_rule_never_makes_the_due_day_later(accepted, after, days, payment_days, month_end):
    line = LineDays(accepted, accepted, accepted + timedelta(days=after), None, payment_days)
    one = due_day(line, rule(days=days), {}).due_on
    assert due_day(line, rule(days=days, month_end=month_end), {}).due_on <= one


#: Delivered 17 March, 10 days agreed for the acceptance: its period ends on 27 March.
STANDING = LineDays(
    date(2026, 3, 17), date(2026, 4, 10), invoiced_on=date(2026, 3, 25), acceptance_days=10
)


def test_late_acceptance_counts_from_the_end_of_the_agreed_period():
    due = due_day(STANDING, rule(days=30), {date(2026, 4, 26): DayKind.WORKING})
    assert due.due_on == date(2026, 4, 26)
    assert due.sentence == (
        "配送 03-17，验收 04-10（约定 10 日内验收，自 03-27 期满起算），发票 03-25 → 04-26，"
        "规则：约定验收期满之日起 30 日内付款"
    )
    assert "accepted 04-10 (late, agreed within 10 days: counts from 03-27)" in due.sentence_en


def test_late_acceptance_moves_the_agreed_payment_days_and_the_month_end_alike():
    assert due_day(replace(STANDING, payment_days=20), rule(), {}).due_on == date(2026, 4, 16)
    assert due_day(STANDING, rule(month_end=True), {}).due_on == date(2026, 4, 30)
    unpunctual = replace(STANDING, invoiced_on=date(2026, 4, 2))
    assert due_day(unpunctual, rule(month_end=True), {}).due_on == date(2026, 6, 1)  # from 31 May


def test_acceptance_in_time_and_a_contract_without_a_period_count_from_the_acceptance_itself():
    for days in (None, 24, 60):
        in_time = replace(STANDING, acceptance_days=days)
        assert due_day(in_time, rule(days=30), {}).due_on == date(2026, 5, 11)  # from 10 May
        assert "约定" not in due_day(in_time, rule(days=30), {}).sentence


def test_late_acceptance_is_nothing_to_delivery_joint_confirmation_or_a_line_without_a_scheme():
    delivered = due_day(STANDING, rule(start=DueStart.DELIVERY, days=30), {})
    assert (delivered.due_on, delivered.counts_late_acceptance) == (date(2026, 4, 16), False)
    agreed = replace(STANDING, joint_on=date(2026, 4, 12))
    joint = due_day(agreed, rule(start=DueStart.JOINT_CONFIRMATION, days=30), {})
    assert (joint.due_on, joint.counts_late_acceptance) == (date(2026, 5, 12), False)
    assert due_day(STANDING, None, {}).due_on == date(2026, 5, 10)


@given(DAYS, st.integers(0, 40), st.integers(0, 60) | st.none(), st.integers(1, 60), st.booleans())
def test_letting_goods_stand_never_wins_a_day(delivered, stood, acceptance_days, days, month_end):
    told = rule(days=days, month_end=month_end)
    at_once, later = (
        due_day(
            LineDays(
                delivered, delivered + timedelta(n), delivered, acceptance_days=acceptance_days
            ),
            told,
            {},
        ).due_on
        for n in (0, stood)
    )
    period_over = due_day(
        LineDays(delivered, delivered + timedelta(acceptance_days or 0), delivered), told, {}
    ).due_on
    assert at_once <= later
    if acceptance_days is not None:
        assert later <= period_over
