"""Which passwords are taken, and which everybody would guess."""

import pytest

from models.rules.errors.signin import PasswordTooCommon, PasswordTooWeak
from models.rules.passwords import DEMO_PASSWORD, Policy, check, is_common


@pytest.mark.parametrize("password", ["Ab1!", "onlyletters", "12345678", "ONLY-CAPS", "abcdefg1"])
def test_short_passwords_and_passwords_of_few_kinds_are_too_weak(password):
    with pytest.raises(PasswordTooWeak):
        check(Policy(), "zhou", password)


@pytest.mark.parametrize("password", ["Zhou-8864", "8864-Zhou!", "uohZ-8864"])
def test_the_own_name_is_no_part_of_a_password_forwards_or_backwards(password):
    with pytest.raises(PasswordTooWeak):
        check(Policy(), "zhou", password)


@pytest.mark.parametrize(
    "password",
    ["Passw0rd123", "P@ssw0rd", "Admin123!", "1qaz@WSX", "Qwer1234!", "Huawei@123", "Aa123456!",
     "Yibaoju2026!", "Aaaa1111!", "!Qaz2wsx"],
)  # fmt: skip
def test_what_everybody_would_guess_is_refused(password):
    with pytest.raises((PasswordTooCommon, PasswordTooWeak)):
        check(Policy(), "zhou", password)
    assert is_common(password)


@pytest.mark.parametrize("password", ["Test-1234", "Own-Words-88", "三尺微命-Ab12", "x9#Lm2pQ"])
def test_a_password_of_ones_own_is_taken(password):
    check(Policy(), "zhou", password)


def test_a_stricter_house_asks_for_more():
    check(Policy(), "zhou", "Own-Words8")
    with pytest.raises(PasswordTooWeak):
        check(Policy(length_min=12), "zhou", "Own-Words8")
    with pytest.raises(PasswordTooWeak):
        check(Policy(classes_min=4), "zhou", "own-words8")


def test_the_password_of_the_demo_is_for_the_demo():
    check(Policy(), "zhou", DEMO_PASSWORD)
    with pytest.raises(PasswordTooCommon):
        check(Policy(banned=frozenset({DEMO_PASSWORD})), "zhou", DEMO_PASSWORD)
