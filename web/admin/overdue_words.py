"""How the overdue board speaks: responsible parties, ages, tabs, and the chart of the ages."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.overdue import Responsible
from models.services.views import late
from web import charts, formats
from web.context import with_args
from web.scope import Rows, current

WAN = 1_000_000

WHO = {
    Responsible.AGENCY: lazy_gettext("经办机构"),
    Responsible.HOSPITAL: lazy_gettext("医院"),
    Responsible.ENTERPRISE: lazy_gettext("企业"),
}
TABS = {
    "hospital": lazy_gettext("按医院"),
    "enterprise": lazy_gettext("按企业"),
    "agency": lazy_gettext("按经办机构"),
    late.LINES: lazy_gettext("按明细"),
}


def tabs_of(rows: Rows) -> tuple[str, ...]:
    """Return the tabs of a reader: a seat is not listed against itself, nor agencies for it."""
    if rows.hospital_code:
        return ("enterprise", late.LINES)
    if rows.enterprise_code:
        return ("hospital", late.LINES)
    return tuple(TABS)


def tabs(chosen: str) -> list[tuple[Any, str, None, bool]]:
    """Return the tabs for the navigation of the page."""
    return [
        (TABS[key], with_args(tab=key, step=None, page=None, chosen=None), None, key == chosen)
        for key in tabs_of(current())
    ]


def bucket(low: int, high: int | None) -> str:
    """Return the words of an age."""
    return _("%(a)s–%(b)s 天", a=low, b=high) if high else _("%(a)s 天以上", a=low)


def choices_of_age() -> list[tuple[str, str]]:
    """Return the ages for a select."""
    return [(str(place), bucket(*ages)) for place, ages in enumerate(late.BUCKETS)]


def choices_of_who() -> list[tuple[str, str]]:
    """Return the responsible parties for a select."""
    return [(str(key), str(name)) for key, name in WHO.items()]


def ages(board: late.Board) -> list[dict[str, Any]]:
    """Return for each age its label, its address and the sum of each responsible party."""
    table: list[dict[str, Any]] = [
        {
            "label": bucket(*ages),
            "url": with_args(age=place, page=None, part=None),
            "lines": 0,
            "fen": 0,
            **{str(who): 0 for who in WHO},
        }
        for place, ages in enumerate(late.BUCKETS)
    ]
    for row in board.ages:
        place = table[row.bucket]
        place["lines"] += row.lines
        place["fen"] += row.unpaid_fen
        place[row.responsible] += row.unpaid_fen
    return table


def by_party(board: late.Board) -> list[dict[str, Any]]:
    """Return lines and sum of each responsible party and lane."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in board.ages:
        key = (row.responsible, row.lane)
        place = found.setdefault(
            key, {"responsible": row.responsible, "lane": row.lane, "lines": 0, "unpaid_fen": 0}
        )
        place["lines"] += row.lines
        place["unpaid_fen"] += row.unpaid_fen
    return [found[key] for key in sorted(found)]


def chart(board: late.Board) -> Any:
    """Return the stacked bars of the ages in 万元."""
    table = ages(board)
    told = _("；").join(f"{row['label']} {formats.wan(row['fen'])}" for row in table)
    return charts.stacked(
        [row["label"] for row in table],
        [(str(name), [row[str(who)] // WAN for row in table]) for who, name in WHO.items()],
        _("按逾期天数的未付金额，单位万元：%(told)s", told=told),
    )
