"""Offset, cover, approval and postings as rules: identities that hold for any figures."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import approval, offset, postings
from models.rules.money import fen
from models.rules.postings import BOOKS, POSTINGS, UNDOES, Account, Kind
from models.rules.words import Funding

SUM = st.integers(-(10**15), 10**15)


def test_the_offset_of_the_practice_example():
    available = offset.available_fen(fen("1286400.00"), fen("760000.00"), 0, fen("64320.00"))
    found = offset.offset(available, fen("512000.00"), fen("21500.00"))
    assert (found.available_fen, found.offset_fen) == (fen("462080.00"), fen("462080.00"))
    assert found.carried_out_fen == fen("71420.00")


@given(SUM, SUM, SUM)
def test_nothing_is_lost_and_never_more_is_taken_than_there_is(available, goods, carried):
    found = offset.offset(max(available, 0), goods, carried)
    assert goods + carried == found.offset_fen + found.carried_out_fen
    assert 0 <= found.offset_fen <= max(available, 0)
    assert found.carried_out_fen <= 0 or found.offset_fen == found.available_fen


@given(SUM, SUM, SUM, SUM)
def test_available_is_never_below_zero(audited, advanced, clawback, deposit):
    assert offset.available_fen(audited, advanced, clawback, deposit) >= 0


@given(st.integers(-100, 1000), st.lists(st.integers(1, 300), max_size=8))
def test_the_sub_ledger_covers_a_whole_prefix(balance, payables):
    count = offset.covered(balance, payables)
    assert sum(payables[:count]) <= max(balance, 0)
    assert count == len(payables) or sum(payables[: count + 1]) > balance


def test_every_funding_settles_one_of_two_ways():
    assert sorted([*offset.ADVANCED, *offset.PREPAID]) == sorted(Funding)


@pytest.mark.parametrize(
    ("reviewer", "makers", "earlier", "may"),
    [("c", ["m"], [], True), ("m", ["m"], [], False), ("c", ["m"], ["c"], False)],
)
def test_who_may_review(reviewer, makers, earlier, may):
    assert approval.may_review(reviewer, makers, earlier) is may


def test_levels_belong_to_roles():
    assert [approval.level_of(role) for role in ("checker", "approver", "maker", "system")] == [
        1,
        2,
        None,
        None,
    ]


def test_every_kind_of_entry_is_a_posting_or_undoes_one():
    assert set(Kind) == set(POSTINGS) | set(UNDOES)
    assert all(undone in POSTINGS for undone, _ in UNDOES.values())
    assert all(one.debit is not one.credit for one in POSTINGS.values())


def test_moves_that_end_a_payment_undo_what_sending_it_booked():
    for _posts, undoes in BOOKS.values():
        assert set(undoes) <= set(UNDOES)


def test_accounts_carry_their_owner():
    assert postings.account(Account.PREPAID, "H1") == "prepaid:H1"
    assert postings.account_sql(Account.FUND) == "'fund:' || agency_code"


def test_every_kind_of_entry_stands_in_the_page_about_money():
    page = (Path(__file__).parents[2] / "docs" / "money.md").read_text(encoding="utf-8")
    for kind, posting in POSTINGS.items():
        assert f"| {kind} | {posting.debit} | {posting.credit} |" in page
    for kind, (undone, _) in UNDOES.items():
        posting = POSTINGS[undone]
        assert f"| {kind} | {posting.credit} | {posting.debit} |" in page
