"""What speaks for and against a receiving account."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import accounts
from models.rules.account_states import ACCOUNT, OPEN
from models.rules.accounts import Account, Branch

ON = date(2026, 7, 1)
GOOD = Account("62001", "青禾（集团）医药", "望江银行", "313701500058")
CODE = "91520100200000355Y"


def said(account: Account = GOOD, **changes: object) -> list[tuple[str, bool]]:
    told: dict[str, object] = {
        "credit_code": CODE, "legal_name": "青禾（集团）医药", "name_binds": True,
        "directory": True, "branch": Branch("望江银行"), "on": ON,
    }  # fmt: skip
    return [(one.rule, one.refuses) for one in accounts.findings(account, **told | changes)]


def with_(**changes: str) -> Account:
    return Account(**{**vars(GOOD), **changes})


def test_a_good_account_has_nothing_against_it():
    assert said() == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("青禾（集团）医药", "青禾(集团)医药", True),
        ("青禾 医药", "青禾医药", True),
        ("青禾〔集团〕医药", "青禾（集团）医药", True),
        ("青禾医药", "青禾医葯", False),
        ("青禾医药", "青禾医药有限公司", False),
    ],
)
def test_a_name_is_the_registered_one_whatever_its_brackets(one, other, same):
    assert accounts.same_name(one, other) is same


def test_another_name_refuses_where_the_scheme_says_so_and_warns_elsewhere():
    assert said(with_(account_name="青禾经销")) == [("V7", True)]
    assert said(with_(account_name="青禾经销"), name_binds=False) == [("V7", False)]


def test_a_check_digit_of_a_bank_number_only_warns():
    assert said(with_(cnaps_code="313701500059")) == [("V4", False)]


def test_a_number_outside_the_directory_refuses_and_an_empty_directory_says_nothing():
    assert said(branch=None) == [("V4", True)]
    assert said(branch=None, directory=False) == []
    assert said(branch=Branch("望江银行", valid_from=date(2026, 7, 2))) == [("V4", True)]
    assert said(branch=Branch("望江银行", valid_to=date(2026, 6, 30))) == [("V4", True)]
    assert said(branch=Branch("望江银行", valid_to=ON)) == []


def test_another_name_of_the_bank_warns():
    assert said(branch=Branch("清江银行")) == [("V5", False)]


@pytest.mark.parametrize(
    ("number", "doubtful"),
    [
        ("62001", False),
        ("6222021234567894", False),
        ("6222021234567895", True),
        ("3100 0000 1", True),
        ("31-0001", True),
        ("1" * 34, False),
        ("1" * 35, True),
    ],
)
def test_an_account_number_banks_would_not_take_warns(number, doubtful):
    assert said(with_(account_no=number)) == ([("V6", False)] if doubtful else [])


def test_an_old_registration_is_only_warned_about():
    assert said(credit_code="A1520100200000355Y") == [("V8", False)]


@given(st.text("0123456789", min_size=14, max_size=17), st.integers(0, 9))
def test_each_number_has_one_luhn_digit(body, digit):
    fitting = [d for d in "0123456789" if accounts.luhn_fits(body + d)]
    assert len(fitting) == 1
    assert accounts.luhn_fits(f"{body}{digit}") == (str(digit) == fitting[0])


@given(st.integers(0, 365), st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_an_account_is_never_in_force_before_it_cooled_off(days, wanted):
    day = accounts.effective_on(ON, days, wanted)
    assert (day - ON).days >= days
    assert day == (ON if wanted is None else wanted) or (day - ON).days == days


def test_what_ended_never_moves_again():
    ends = {end.value for end in ACCOUNT.values()} - set(OPEN)
    assert ends == {"in_force", "rejected", "withdrawn", "stopped"}
