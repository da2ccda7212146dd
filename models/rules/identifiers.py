"""Codes of the sector: what they look like and whether their check characters fit."""

import re

#: GB 32100-2015: no I, O, S, V, Z.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUE = {character: value for value, character in enumerate(CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

CREDIT_CODE = re.compile(r"(?:[0-9][0-9A-HJ-NP-RTUW-Y]{17}|[A-Z][0-9A-Z]{17})")
HOSPITAL_CODE = re.compile(r"H[0-9]{11}")
AREA_CODE = re.compile(r"[0-9]{6}")
CNAPS_CODE = re.compile(r"[0-9]{12}")
PERIOD = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


def credit_check_character(body: str) -> str | None:
    """Return the check character of 17 characters; None when one is not of the standard."""
    if any(character not in _CREDIT_VALUE for character in body):
        return None
    total = sum(
        weight * _CREDIT_VALUE[character]
        for weight, character in zip(_CREDIT_WEIGHTS, body, strict=True)
    )
    return CREDIT_ALPHABET[-total % 31]


def credit_check_fits(code: str) -> bool:
    """Return whether the 18th character of a 统一社会信用代码 fits (GB 32100-2015)."""
    return credit_check_character(code[:17]) == code[17]


def credit_check_binds(code: str) -> bool:
    """Return whether a wrong check character refuses the code.

    Codes that begin with a letter (military and other old registrations) are only warned about.
    """
    return code[0].isdigit()


def cnaps_check_fits(code: str) -> bool:
    """Return whether the last digit of a 联行号 fits (ISO 7064 MOD 11,10); a warning only."""
    carry = 10
    for digit in code[:11]:
        carry = (carry + int(digit)) % 10 or 10
        carry = carry * 2 % 11
    return (11 - carry) % 10 == int(code[11])
