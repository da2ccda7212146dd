"""What keeps a month open, what goes on, and what a seal says about both."""

from hypothesis import given
from hypothesis import strategies as st

from models.rules.closing import CARRIED_ON, CLOSE, CloseState, Finding, Point, seal

FINDINGS = st.lists(
    st.builds(Finding, st.sampled_from(Point), st.integers(0, 9), st.none() | st.integers(-9, 9)),
    max_size=6,
)


def test_nothing_leads_out_of_a_closed_month():
    assert CloseState.CLOSED not in {state for state, _ in CLOSE}


@given(FINDINGS)
def test_each_point_is_done_or_keeps_the_month_open_or_goes_on(findings):
    for one in findings:
        assert [one.count == 0, one.blocks, one.is_carried].count(True) == 1
        assert not (one.blocks and one.point in CARRIED_ON)


@given(FINDINGS, FINDINGS, st.integers(0, 3), st.integers(0, 3))
def test_a_seal_is_the_same_only_for_the_same(findings, others, sheets, more):
    same = findings == others and sheets == more
    assert (seal({"sheets": sheets}, findings) == seal({"sheets": more}, others)) == same
