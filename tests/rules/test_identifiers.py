"""Check characters of codes, with numbers that are public knowledge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import identifiers


@pytest.mark.parametrize("code", ["91330100799655058B", "91520100200000355Y"])
def test_a_valid_credit_code_fits(code):
    assert identifiers.credit_check_fits(code)


@given(st.text(identifiers.CREDIT_ALPHABET, min_size=17, max_size=17), st.integers(0, 16))
def test_one_wrong_character_never_fits(body, place):
    check = identifiers.credit_check_character(body)
    for other in identifiers.CREDIT_ALPHABET:
        changed = body[:place] + other + body[place + 1 :]
        assert identifiers.credit_check_fits(changed + check) == (changed == body)


def test_a_letter_outside_the_standard_has_no_check_character():
    assert identifiers.credit_check_character("I" * 17) is None
    assert not identifiers.credit_check_fits("I" * 18)


@pytest.mark.parametrize(("code", "fits"), [("313651027012", True), ("313651027013", False)])
def test_a_bank_number_has_its_check_digit(code, fits):
    assert identifiers.cnaps_check_fits(code) is fits
