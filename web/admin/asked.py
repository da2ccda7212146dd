"""What the address asks: months, areas, days, amounts, pages; anything odd asks nothing."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import MAXYEAR, MINYEAR, date
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, g, request
from flask_babel import gettext as _

from models import clock
from models.rules import calendar
from models.rules.errors import SettlementError
from models.rules.money import fen
from models.services import access
from models.services.views import choices
from web import scope

_PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@contextmanager
def reading(query: str) -> Iterator[None]:
    """Let everything here read another address's conditions: those of a saved view."""
    g.asked_instead = dict(parse_qsl(query))
    try:
        yield
    finally:
        del g.asked_instead


def address() -> Mapping[str, str]:
    """Return what stands after the question mark: of this request, or of the one read instead."""
    instead: dict[str, str] | None = g.get("asked_instead")
    return request.args if instead is None else instead


def text(name: str) -> str:
    """Return a condition as it was typed, without blanks around it."""
    read = request.values if g.get("asked_instead") is None else address()
    return read.get(name, "").strip()


def period(name: str = "period", default: str = "") -> str:
    """Return a month YYYY-MM; an unknown form of it is the default."""
    asked = text(name)
    return asked if _PERIOD.fullmatch(asked) else default


def year(default: int, name: str = "year") -> int:
    """Return a year that a calendar has; anything else is the default."""
    asked = request.values.get(name, default, type=int)
    return asked if MINYEAR < asked < MAXYEAR else default


def day(name: str) -> date | None:
    """Return a day, or None."""
    try:
        return date.fromisoformat(text(name))
    except ValueError:
        return None


def amount(name: str) -> int | None:
    """Return an amount in fen, or None."""
    try:
        return fen(text(name).replace(",", "").removeprefix("¥"))
    except ValueError:
        return None


def page() -> int:
    """Return the number of the page, from 0."""
    return max(request.args.get("page", 0, type=int) or 0, 0)


def file_kind(default: str = "csv") -> str:
    """Return the format of a download, csv or xlsx."""
    return text("format") if text("format") in ("csv", "xlsx") else default


def areas(name: str = "area") -> tuple[str, ...]:
    """Return the area asked for and all below it; 404 when it is not the reader's."""
    code = text(name)
    if not code:
        return ()
    try:
        found = access.areas(g.actor, code)
    except SettlementError:
        abort(404)
    return tuple(found)


def all_areas() -> list[str]:
    """Return every area of the reader, or those asked for."""
    return list(areas()) or access.areas(g.actor, None)


def own_areas() -> list[str]:
    """Return every area of the reader; a seat's lines may lie in any area there is."""
    return access.areas(access.SYSTEM, None) if g.actor.party_code else all_areas()


def on_or(default: date) -> date:
    """Return the business date asked for in ?on=, else the default."""
    return day("on") or default


def months(number: int = 24) -> list[str]:
    """Return the months worth asking for: from the first acceptance to the last, latest first."""
    known = choices.months()
    if known.last is None:
        return []
    found = [known.last]
    while len(found) < number and found[-1] > known.first:
        found.append(calendar.previous_period(found[-1]))
    return found


def area_field(value: str = "") -> dict[str, Any] | None:
    """Return the field of the area for a query bar; none where there is no choice."""
    offered = choices.areas(scope.current())
    if len(offered) < 2 or g.actor.party_code:
        return None
    return {
        "name": "area",
        "label": _("统筹区"),
        "kind": "select",
        "choices": offered,
        "value": value or text("area"),
    }


def field(name: str, label: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """Return a field of a query bar with the value of the address."""
    return {"name": name, "label": label, "kind": kind, "value": text(name), **more}


def period_field(periods: list[str], value: str) -> dict[str, Any]:
    """Return the field of the month."""
    return {
        "name": "period",
        "label": _("结算月"),
        "kind": "select",
        "choices": [(one, one) for one in periods],
        "value": value,
    }


def party_fields() -> list[dict[str, Any]]:
    """Return the fields of hospital and enterprise that this reader needs."""
    found = []
    if not scope.current().hospital_code:
        found.append(field("hospital", _("医疗机构"), wide=False, placeholder=_("名称或编码")))
    if not scope.current().enterprise_code:
        found.append(
            field("enterprise", _("医药企业"), wide=False, placeholder=_("名称或统一社会信用代码"))
        )
    return found


def month_field(value: str, number: int = 18) -> dict[str, Any]:
    """Return the field of a month to work on: the last ended ones, and the one asked for."""
    offered = [calendar.previous_period(calendar.period_of(clock.today()))]
    while len(offered) < number:
        offered.append(calendar.previous_period(offered[-1]))
    if value and value not in offered:
        offered.insert(0, value)
    return period_field(offered, value)
