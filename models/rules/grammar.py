"""How a cell must be written: text becomes a value once, and nothing is repaired or rounded."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from models.rules.errors.imports import RowCode

#: Longest code, name and free text; longer cells are refused, never cut.
CODE_CHARS_MAX = 100
LINE_CHARS_MAX = 300
TEXT_CHARS_MAX = 4_000
#: Digits before the point: NUMERIC(18,4) holds 14; amounts stay below a quadrillion yuan.
QUANTITY_DIGITS_MAX = 14
YUAN_DIGITS_MAX = 15
WHOLE_DIGITS_MAX = 9
#: Business days before this year are slips of the pen.
FIRST_YEAR = 1900

#: Characters no cell may hold: controls, halves of surrogate pairs, non-characters.
_FORBIDDEN = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
_TEXT_BAD = re.compile(f"[{_FORBIDDEN}]")
_LINE_BAD = re.compile(f"[{_FORBIDDEN}\t\n\r]")
_BLANKS = " \t\n\r\u00a0\u3000"
_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|/([0-9]{1,2})/([0-9]{1,2})|([0-9]{2})([0-9]{2}))"
)
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]"
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,6}))?)?"
    r"(?:Z|([+-])([0-9]{2})(?::?([0-9]{2}))?)"
)
#: HH:MM of a day.
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_EMAIL = re.compile(r"[^\s@;,<>\"]{1,64}@[^\s@;,<>\"]{1,190}")


class BadCell(ValueError):
    """A cell that is not written as its column asks; carries the row code."""

    def __init__(self, code: RowCode) -> None:
        self.code = code
        super().__init__(code.value)


def is_blank(text: str) -> bool:
    """Return whether a cell says nothing."""
    return not text or not text.strip(_BLANKS)


def code(text: str) -> str:
    """Return a code: one line, no blank at either end, within CODE_CHARS_MAX."""
    if len(text) > CODE_CHARS_MAX or _LINE_BAD.search(text) or text.strip(_BLANKS) != text:
        raise BadCell(RowCode.BAD_CODE)
    return text


def line(text: str) -> str:
    """Return a name: one line of printable text within LINE_CHARS_MAX."""
    if len(text) > LINE_CHARS_MAX or _LINE_BAD.search(text):
        raise BadCell(RowCode.BAD_CODE)
    return text


def free_text(text: str) -> str:
    """Return free text, line breaks allowed, within TEXT_CHARS_MAX."""
    if len(text) > TEXT_CHARS_MAX or _TEXT_BAD.search(text):
        raise BadCell(RowCode.BAD_CODE)
    return text


def email(text: str) -> str:
    """Return an address that can stand in a mail header."""
    if _LINE_BAD.search(text) or not _EMAIL.fullmatch(text):
        raise BadCell(RowCode.BAD_CODE)
    return text


def emails(text: str) -> str:
    """Return a `;`-joined list of addresses, without blanks and empty places."""
    found = [email(part.strip(" ")) for part in text.split(";") if not is_blank(part)]
    if not found:
        raise BadCell(RowCode.BAD_CODE)
    return ";".join(found)


def number(text: str, *, places: int, digits_max: int) -> tuple[bool, str, str]:
    """Split a number into (negative, digits before, digits after the point).

    ASCII digits, an optional leading `-` and one `.`; no separator, exponent, blank or full-width
    digit. More decimals than `places` are an error even when they are zeros.
    """
    found = _NUMBER.fullmatch(text)
    if not found:
        raise BadCell(RowCode.BAD_NUMBER)
    sign, before, after = found[1], found[2].lstrip("0") or "0", found[3] or ""
    if len(before) > digits_max:
        raise BadCell(RowCode.BAD_NUMBER)
    if len(after) > places:
        raise BadCell(RowCode.TOO_MANY_DECIMALS)
    return sign == "-", before, after


def scaled(text: str, *, places: int, digits_max: int) -> int:
    """Return a number as a whole count of its smallest unit: '12.3' with 2 places is 1230."""
    negative, before, after = number(text, places=places, digits_max=digits_max)
    value = int(before + after.ljust(places, "0"))
    return -value if negative else value


def decimal(text: str, *, places: int = 4) -> Decimal:
    """Return a price or quantity exactly."""
    return Decimal(scaled(text, places=places, digits_max=QUANTITY_DIGITS_MAX)).scaleb(-places)


def fen(text: str) -> int:
    """Return the fen of an amount in yuan."""
    return scaled(text, places=2, digits_max=YUAN_DIGITS_MAX)


def whole(text: str) -> int:
    """Return a whole number."""
    return scaled(text, places=0, digits_max=WHOLE_DIGITS_MAX)


def day(text: str) -> date:
    """Return a day written YYYY-MM-DD, YYYY/M/D or YYYYMMDD."""
    found = _DAY.fullmatch(text)
    if not found:
        raise BadCell(RowCode.BAD_DATE)
    month = found[2] or found[4] or found[6]
    day_of_month = found[3] or found[5] or found[7]
    return _date(int(found[1]), int(month), int(day_of_month))


def _date(year: int, month: int, day_of_month: int) -> date:
    if year < FIRST_YEAR:
        raise BadCell(RowCode.BAD_DATE)
    try:
        return date(year, month, day_of_month)
    except ValueError as error:
        raise BadCell(RowCode.BAD_DATE) from error


def period(text: str) -> str:
    """Return a month written YYYY-MM."""
    if not re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])", text) or int(text[:4]) < FIRST_YEAR:
        raise BadCell(RowCode.BAD_DATE)
    return text


def instant(text: str) -> datetime:
    """Return an instant written in ISO 8601 with its offset, in UTC."""
    found = _INSTANT.fullmatch(text)
    if not found:
        raise BadCell(RowCode.BAD_DATE)
    on = _date(int(found[1]), int(found[2]), int(found[3]))
    hours, minutes = int(found[9] or 0), int(found[10] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    if offset > timedelta(hours=14) or minutes > 59:
        raise BadCell(RowCode.BAD_DATE)
    try:
        at = datetime(
            on.year, on.month, on.day,
            int(found[4]), int(found[5]), int(found[6] or 0), int((found[7] or "").ljust(6, "0")),
            tzinfo=timezone(-offset if found[8] == "-" else offset),
        )  # fmt: skip
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadCell(RowCode.BAD_DATE) from error
