"""How money, dates and account numbers look on every page."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import format_date
from flask_babel import gettext as _

from models import clock
from models.rules.money import in_words, yuan
from models.services.views.reading import COUNT_MAX

UNKNOWN = "—"


def money(amount_fen: int | None) -> str:
    """Return yuan with thousands and two decimals; a missing amount is a dash."""
    if amount_fen is None:
        return UNKNOWN
    sign, digits = ("-", yuan(amount_fen)[1:]) if amount_fen < 0 else ("", yuan(amount_fen))
    whole, small = digits.split(".")
    return f"{sign}{int(whole):,}.{small}"


def wan(amount_fen: int | None) -> str:
    """Return an amount in 万元 with two decimals, half up away from zero."""
    if amount_fen is None:
        return UNKNOWN
    sign = "-" if amount_fen < 0 else ""
    hundredths = (abs(amount_fen) + 5_000) // 10_000
    return f"{sign}{hundredths // 100:,}.{hundredths % 100:02d}"


def count(number: int | None) -> str:
    """Return a whole number with thousands."""
    return UNKNOWN if number is None else f"{number:,}"


def upto(number: int) -> str:
    """Return a number that was counted to a limit: beyond it 10,000+."""
    return f"{number:,}" if number <= COUNT_MAX else f"{COUNT_MAX:,}+"


def decimal(value: Decimal | None) -> str:
    """Return a quantity or price with thousands and without trailing zeros."""
    if value is None:
        return UNKNOWN
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: date | str | None, *, short: bool = False) -> str:
    """Return YYYY-MM-DD, or MM-DD of the current year where a list is narrow."""
    if value is None or value == "":
        return UNKNOWN
    text = str(value)[:10]
    return text[5:] if short and text[:4] == str(clock.today().year) else text


def moment(value: datetime | None, *, short: bool = False) -> str:
    """Return the instant in Asia/Shanghai to the minute."""
    if value is None:
        return UNKNOWN
    local = value.astimezone(clock.SHANGHAI)
    text = local.strftime("%Y-%m-%d %H:%M")
    return text[5:] if short and local.year == clock.today().year else text


def long_day(value: date) -> str:
    """Return 2026年7月13日 星期一, or 13 July 2026, Monday."""
    return format_date(value, _("y年M月d日 EEEE"))


def masked(account_no: str | None) -> str:
    """Return an account number with nothing but its last four digits."""
    return f"•••• {account_no[-4:]}" if account_no else UNKNOWN


def size(size_bytes: int | None) -> str:
    """Return a file size people can read."""
    if size_bytes is None:
        return UNKNOWN
    if size_bytes < 1 << 10:
        return f"{size_bytes} B"
    if size_bytes < 1 << 20:
        return f"{size_bytes / (1 << 10):.1f} KB"
    return f"{size_bytes / (1 << 20):.1f} MB"


def grouped(yuan: str) -> str:
    """Return an amount that is text already with thousands separators: 480020.00 → 480,020.00."""
    whole, dot, small = yuan.lstrip("-").partition(".")
    sign = "-" if yuan.startswith("-") else ""
    return f"{sign}{int(whole):,}{dot}{small}" if whole.isdigit() else yuan


def span(seconds: float | None) -> str:
    """Return a length of time: 45 秒, 3 分 20 秒, 2 小时 5 分."""
    if seconds is None:
        return UNKNOWN
    whole = int(seconds)
    if whole < 60:
        return _("%(s)s 秒", s=whole)
    if whole < 3600:
        return _("%(m)s 分 %(s)s 秒", m=whole // 60, s=whole % 60)
    return _("%(h)s 小时 %(m)s 分", h=whole // 3600, m=whole % 3600 // 60)


FILTERS: dict[str, Any] = {
    "money": money,
    "wan": wan,
    "count": count,
    "upto": upto,
    "decimal": decimal,
    "day": day,
    "moment": moment,
    "long_day": long_day,
    "masked": masked,
    "grouped": grouped,
    "size": size,
    "span": span,
    "in_words": in_words,
}


def install(app: Flask) -> None:
    """Make the formats filters of every template."""
    app.jinja_env.filters.update({k: v for k, v in FILTERS.items() if k != "count"})
    app.jinja_env.filters["thousands"] = count
