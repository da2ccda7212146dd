"""Money is whole fen: text in yuan becomes fen once, and goes back to text once."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

_YUAN = re.compile(r"-?[0-9]+(?:\.[0-9]{1,2})?")


def fen(text: str) -> int:
    """Return the fen of an amount in yuan written with ASCII digits and at most 2 decimals."""
    if not _YUAN.fullmatch(text):
        raise ValueError(f"not an amount in yuan: {text!r}")
    return int(Decimal(text).scaleb(2))


def yuan(amount_fen: int) -> str:
    """Return an amount in yuan with two decimals, no thousands separator: 1230 → '12.30'."""
    sign, fen_abs = ("-", -amount_fen) if amount_fen < 0 else ("", amount_fen)
    return f"{sign}{fen_abs // 100}.{fen_abs % 100:02d}"


def half_up(value: Decimal) -> int:
    """Round to a whole number, half away from zero (formats: half up to the fen)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def line_amount_fen(quantity: Decimal, unit_price_yuan: Decimal) -> int:
    """Return quantity × unit price in fen, half up away from zero.

    So a full return cancels its receipt to the fen.
    """
    return half_up(quantity * unit_price_yuan * 100)


def share_fen(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Split a sum by weight so that the parts add up to it exactly.

    The fen left over by rounding down go one each to the largest remainders; equal remainders
    are served in the order given, so a rerun splits alike.
    """
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("weights must add up to more than zero")
    parts = [divmod(total_fen * weight, whole) for weight in weights]
    shares = [share for share, _ in parts]
    left = total_fen - sum(shares)
    for place in sorted(range(len(parts)), key=lambda i: -parts[i][1])[:left]:
        shares[place] += 1
    return shares


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万")


def _group_in_words(group: int) -> str:
    words, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if zero and words else "") + _DIGITS[digit] + _UNITS[place]
            zero = False
        else:
            zero = True
    return words


def _yuan_in_words(whole: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        group = whole // 10_000**place % 10_000
        if not group:
            gap = gap or bool(words)
            continue
        if words and (gap or group < 1_000):
            words += "零"
        words += _group_in_words(group) + _GROUPS[place]
        if place == 3 and not whole // 10_000**2 % 10_000:
            words += "亿"
        gap = False
    return words


def in_words(amount_fen: int) -> str:
    """Return 人民币大写 of an amount (支付结算办法附件一: 正确填写票据和结算凭证的基本规定).

    元 and 角 end with 整, 分 never does; one 零 stands for a gap; negative sums begin with 负.
    """
    if amount_fen == 0:
        return "人民币零元整"
    whole, small = divmod(abs(amount_fen), 100)
    jiao, fen_digit = divmod(small, 10)
    words = (_yuan_in_words(whole) + "元") if whole else ""
    if jiao:
        words += ("零" if whole and whole % 10 == 0 else "") + _DIGITS[jiao] + "角"
    elif fen_digit and whole:
        words += "零"
    words += _DIGITS[fen_digit] + "分" if fen_digit else "整"
    return ("负" if amount_fen < 0 else "") + "人民币" + words
