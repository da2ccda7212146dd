"""Amounts and days as banks write them: exact, or refused with the row and the field."""

import re
from datetime import date, datetime

from models.rules.errors.bankfiles import BadAmount, BadDay
from models.rules.money import fen
from workers.bankfiles.cells import SHANGHAI

_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
_YUAN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,2})?")
_FEN = re.compile(r"-?[0-9]{1,17}")
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|/([0-9]{1,2})/([0-9]{1,2})|([0-9]{2})([0-9]{2}))"
)
_ISO_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2})0{0,3})?")


def amount_fen(
    text: str,
    *,
    row: int,
    field: str,
    unit: str = "yuan",
    suffix: str = "",
    thousands: bool = False,
) -> int:
    """Return the fen of an amount; a comma is taken only where the profile says so."""
    bare = text.removesuffix(suffix) if suffix else text
    if thousands and _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    if not (_FEN if unit == "fen" else _YUAN).fullmatch(bare):
        raise BadAmount(row=row, field=field, value=text[:40])
    return int(bare) if unit == "fen" else fen(bare)


def iso_amount_fen(text: str, *, row: int, field: str) -> int:
    """Return the fen of an ISO 20022 amount, whose decimals beyond the second must be zeros."""
    found = _ISO_AMOUNT.fullmatch(text)
    if not found:
        raise BadAmount(row=row, field=field, value=text[:40])
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def day(text: str, *, row: int, field: str) -> date:
    """Return the day of YYYY-MM-DD, YYYY/M/D or YYYYMMDD."""
    found = _DAY.fullmatch(text)
    if found:
        year, *rest = found.groups()
        month, number = (part for part in rest if part is not None)
        try:
            return date(int(year), int(month), int(number))
        except ValueError:
            pass
    raise BadDay(row=row, field=field, value=text[:40])


def iso_day(text: str, *, row: int, field: str) -> date:
    """Return the day in Beijing of an ISO date or time; a time without offset is Beijing time."""
    try:
        if len(text) <= 10:
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadDay(row=row, field=field, value=text[:40]) from error
    return instant.astimezone(SHANGHAI).date() if instant.tzinfo else instant.date()
