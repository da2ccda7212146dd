"""Money in fen: text and back, half up, shares that add up, 大写 by the rules of 支付结算办法."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import money

amounts = st.integers(-(10**15), 10**15)


@given(amounts)
def test_yuan_and_fen_are_the_same_amount(amount_fen):
    assert money.fen(money.yuan(amount_fen)) == amount_fen


@pytest.mark.parametrize("text", ["1.234", "1e3", "１", "+1", "", "1,000", " 1", ".5", "NaN", "-"])
def test_anything_else_is_no_amount(text):
    with pytest.raises(ValueError, match="not an amount"):
        money.fen(text)


def test_half_goes_away_from_zero():
    assert [money.half_up(Decimal(text)) for text in ("0.5", "-0.5", "1.4999", "2.5")] == [
        1,
        -1,
        1,
        3,
    ]


@given(st.decimals(0, 10**6, places=4), st.decimals(0, 10**4, places=4))
def test_a_full_return_cancels_its_receipt(quantity, price):
    assert money.line_amount_fen(quantity, price) == -money.line_amount_fen(-quantity, price)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 1000), min_size=1).filter(any))
def test_shares_add_up_and_differ_from_the_exact_one_by_less_than_a_fen(total, weights):
    shares = money.share_fen(total, weights)
    assert sum(shares) == total
    assert all(
        abs(share * sum(weights) - total * weight) < sum(weights)
        for share, weight in zip(shares, weights, strict=True)
    )


@pytest.mark.parametrize(
    ("amount_fen", "words"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (10, "人民币壹角整"),
        (1409, "人民币壹拾肆元零玖分"),
        (140_950, "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (10_700_053, "人民币壹拾万柒仟元零伍角叁分"),
        (1_640_902, "人民币壹万陆仟肆佰零玖元零贰分"),
        (12_310_540, "人民币壹拾贰万叁仟壹佰零伍元肆角整"),
        (236_051_847, "人民币贰佰叁拾陆万零伍佰壹拾捌元肆角柒分"),
        (10_000_000_000_000, "人民币壹仟亿元整"),
        (-100, "负人民币壹元整"),
    ],
)
def test_amounts_in_words(amount_fen, words):
    assert money.in_words(amount_fen) == words


@given(st.integers(1, 10**16 - 1))
def test_words_tell_amounts_apart_and_end_by_the_rule(amount_fen):
    words = money.in_words(amount_fen)
    assert words.startswith("人民币")
    assert words.endswith("分") == bool(amount_fen % 10)
    assert "零零" not in words
    assert _read(words.removeprefix("人民币")) == amount_fen


def _read(words: str) -> int:
    """Read an amount in words back, knowing nothing of how it was written."""
    digits = {word: number for number, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
    units = {"拾": 10, "佰": 100, "仟": 1000}
    whole, group, digit, fen_total = 0, 0, 0, 0
    for sign in words:
        if sign in digits:
            digit = digits[sign]
        elif sign in units:
            group, digit = group + digit * units[sign], 0
        elif sign == "万":
            whole, group, digit = whole + (group + digit) * 10_000, 0, 0
        elif sign == "亿":
            whole, group, digit = (whole + group + digit) * 10**8, 0, 0
        elif sign == "元":
            whole, group, digit = whole + group + digit, 0, 0
        elif sign in "角分":
            fen_total, digit = fen_total + digit * (10 if sign == "角" else 1), 0
    return whole * 100 + fen_total
