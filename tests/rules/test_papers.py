"""Papers: their spans and days, who must come to an interview, and the life of each."""
# ruff: noqa: E501 - one case a line reads best

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import cadence, paper_content
from models.rules.errors.papers import BadSpan
from models.rules.paper_content import Chart, Column, Content, Section, Table
from models.rules.papers import (
    PAPER,
    RECTIFICATION,
    InterviewReason,
    InterviewRule,
    PaperKind,
    PaperState,
    RectificationState,
    Standing,
    percent,
    reasons,
)


@pytest.mark.parametrize(
    ("kind", "key", "first", "last", "drafted_on", "due_on", "words"),
    [
        ("weekly", "2026-W47", "2026-11-16", "2026-11-22", "2026-11-23", None, "2026-11-16 至 2026-11-22"),
        ("reminder", "2026-10", "2026-10-01", "2026-10-31", "2026-11-01", "2026-11-01", "2026 年 10 月"),
        ("bulletin", "2026-Q3", "2026-07-01", "2026-09-30", "2026-10-05", None, "2026 年第三季度"),
        ("half_year", "2026-H1", "2026-01-01", "2026-06-30", "2026-07-01", "2026-07-10", "2026 年上半年"),
        ("half_year", "2026-H2", "2026-07-01", "2026-12-31", "2027-01-01", "2027-01-10", "2026 年下半年"),
        ("yearly", "2026", "2026-01-01", "2026-12-31", "2027-01-15", None, "2026 年度"),
    ],
)  # fmt: skip
def test_a_span_says_its_days(kind, key, first, last, drafted_on, due_on, words):
    span = cadence.span(PaperKind(kind), key)
    told = (span.first, span.last, span.drafted_on, span.due_on)
    assert tuple(None if one is None else one.isoformat() for one in told) == (
        first, last, drafted_on, due_on,
    )  # fmt: skip
    assert span.words == words


def test_a_week_looks_at_the_month_of_its_sunday_and_a_quarter_at_three_months():
    assert cadence.span(PaperKind.WEEKLY, "2026-W05").months == ("2026-02",)
    assert cadence.span(PaperKind.BULLETIN, "2026-Q4").months == ("2026-10", "2026-11", "2026-12")
    for kind, key in (
        (PaperKind.WEEKLY, "2026-W54"),
        (PaperKind.BULLETIN, "2026-Q5"),
        (PaperKind.YEARLY, "26"),
    ):
        with pytest.raises(BadSpan):
            cadence.span(kind, key)


@given(st.sampled_from(PaperKind), st.dates(date(2001, 1, 1), date(2199, 12, 31)))
def test_spans_follow_one_another_without_a_gap(kind, day):
    here = cadence.containing(kind, day)
    assert here.first <= day <= here.last
    assert cadence.span(kind, here.key) == here
    assert (here.first - cadence.before(here).last).days == 1
    assert cadence.to_draft(kind, day).drafted_on <= day < cadence.containing(kind, day).drafted_on


def test_progress_of_nothing_or_far_behind_time_calls_a_hospital():
    """获嘉县 2023-04: progress of 0, or 25 percentage points and more behind time."""
    told = Standing({"一批": (0, 100), "二批": (842, 3342), "三批": (843, 3342), "四批": (0, 0)})
    assert [(why, words) for why, words in reasons(InterviewRule(), told)] == [
        (InterviewReason.ZERO_PROGRESS, "一批 采购进度为 0，序时 1.00%"),
        (InterviewReason.BEHIND_TIME, "二批 采购进度 8.42%，落后序时 25.00 个百分点"),
    ]


def test_the_cycle_of_the_example_is_reminded_and_not_called():
    """As of 30 June time asks for 122 of 365 days; 30,000 of 120,000 is 8.42 points behind."""
    assert reasons(InterviewRule(), Standing({"七批": (2500, 3342)})) == []


def test_bounds_are_data_and_empty_ones_call_nobody():
    slow = Standing({"七批": (0, 3342)}, 15, 6000, {"drug": 8999, "consumable": 8000})
    assert reasons(InterviewRule(None, None), slow) == []
    called = reasons(InterviewRule(None, 15, 8000, 9000), slow)
    assert [why for why, _ in called] == [
        InterviewReason.LAGGING_PRODUCTS,
        InterviewReason.LOW_SETTLEMENT,
        InterviewReason.LOW_ONLINE,
        InterviewReason.LOW_ONLINE,
    ]
    assert called[2][1] == "医用耗材网采率 80.00%，低于 90.00%"
    assert reasons(InterviewRule(None, 16, 6000, 8000), slow) == []
    apart = Standing(findings={"未参加报量": 1, "虚报": 2})
    assert reasons(InterviewRule(participation_findings=4), apart) == []
    assert reasons(InterviewRule(participation_findings=3), apart) == [
        (InterviewReason.PARTICIPATION, "参与问题 3 项未办结（未参加报量 1，虚报 2）")
    ]


def test_what_was_dropped_withdrawn_replaced_or_closed_moves_no_more():
    ends = {PaperState.DROPPED, PaperState.WITHDRAWN, PaperState.REPLACED}
    assert ends == set(PaperState) - {start for start, _ in PAPER}
    ends = {RectificationState.CLOSED, RectificationState.WITHDRAWN}
    assert ends == set(RectificationState) - {start for start, _ in RECTIFICATION}


def test_a_content_is_read_as_it_was_kept_and_its_hash_sees_every_figure():
    table = Table("表", [Column("机构"), Column("值", "bp")], [["甲", 9200], ["乙", None]])
    chart = Chart("图", "line", ["2026-01"], [("网采率", [92.0])])
    one = Content("题", "期", "局", "日", [Section("一", ["句"], [chart], [table])])
    assert paper_content.read(one.told()) == one
    other = Content("题", "期", "局", "日", [Section("一", ["句"], [chart], [])])
    assert paper_content.digest(one) != paper_content.digest(other)
    assert [paper_content.shown(*cell) for cell in ((9200, "bp"), (-842, "pp"), (1200, "count"), (None, "bp"), (7, "text"))] == [
        "92.00%", "-8.42", "1,200", "—", "7",
    ]  # fmt: skip
    assert percent(-5) == "-0.05%"
