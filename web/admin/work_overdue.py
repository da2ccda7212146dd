"""逾期与催办: what is late, on which step, whose turn it is, and what sending would do."""

import time
from typing import Any, ClassVar

from flask import request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.overdue import Responsible
from models.rules.words import Lane
from models.services.views import late, late_lines
from web import scope
from web.admin import asked, overdue_words, screen, turning
from web.admin.overdue_calendar import CalendarPages
from web.admin.overdue_party import PartyPages
from web.admin.overdue_sending import SendingPages, may_send, preview_url
from web.admin.screen import Screen
from web.context import with_args
from web.permissions import Page

#: Judging every open receipt takes long: the same question within a minute has the same answer.
KEPT_SECONDS = 60
KEPT_BOARDS = 50

_kept: dict[Any, tuple[float, late.Board]] = {}


class OverdueView(PartyPages, CalendarPages, SendingPages):
    """The board of a day and the mails it calls for."""

    page: ClassVar[Page] = Page.OVERDUE

    @expose("/")
    def index(self) -> str:
        """Show the board."""
        on, number = asked.on_or(clock.today()), asked.page()
        wanted, large = _asked(), late.is_large()
        kept = large and late.kept(on) is not None
        place = turning.place(late_lines.ORDER) if wanted.tab == late.LINES else None
        key = (tuple(asked.own_areas()), on, wanted, number, place, large)
        part = request.args.get("part") == "board"
        # Without kept sums everything open is judged: that comes after its page.
        at_once = part or request.args.get("now") or _fresh(key) or not large
        of_lines = wanted.tab == late.LINES or wanted.names_a_party
        told = kept and (not of_lines or late_lines.are_ready(on))
        board = _board(key, kept=kept) if at_once or told else None
        facts = {
            "on": on,
            "wanted": wanted,
            "board": board,
            "who": overdue_words.WHO,
            "number": number,
            "more": board is not None and board.count > (number + 1) * late.INSTITUTIONS_ROWS,
            "turns": _turns(board) if board and wanted.tab == late.LINES else None,
            "ages": overdue_words.ages(board) if board else [],
            "by_party": overdue_words.by_party(board) if board else [],
            "chart": overdue_words.chart(board) if board else "",
            "narrowed": screen.narrowed(
                "lane", "who", "step", "hospital", "enterprise", "area", "age"
            ),
            "pager": lambda page: with_args(page=page or None, part=None, chosen=None),
            "pages": _pages(board, wanted),
            "preview_url": "" if part else preview_url(on, wanted),
            "chosen_code": asked.text("chosen").partition(":")[2],
            "clear": with_args(
                lane=None, who=None, step=None, hospital=None, enterprise=None, area=None,
                age=None, page=None, part=None, after=None, before=None,
            ),
        }  # fmt: skip
        if part:
            return self.render("zhijie/work/overdue_board.html", **facts)
        return self.render(
            "zhijie/work/overdue.html",
            **facts,
            may_send=may_send(),
            fields=_fields(on),
            kept_args={
                name: asked.text(name)
                for name in ("tab", "lane", "step", "sort")
                if asked.text(name)
            },
            tabs=overdue_words.tabs(wanted.tab),
        )


def _asked() -> late.Asked:
    """Return the conditions of the address within the reader's rows."""
    rows, tab, age = scope.current(), asked.text("tab"), request.args.get("age", type=int)
    hospital, enterprise = asked.text("hospital"), asked.text("enterprise")
    hospitals = (rows.hospital_code,) if rows.hospital_code else ()
    enterprises = (rows.enterprise_code,) if rows.enterprise_code else ()
    known = overdue_words.tabs_of(rows)
    return late.Asked(
        tab=tab if tab in known else known[0],
        lane=asked.text("lane") if asked.text("lane") in set(Lane) else "",
        responsible=asked.text("who") if asked.text("who") in set(Responsible) else "",
        step=request.args.get("step", type=int),
        hospitals=hospitals or (late_lines.named("hospital", hospital) if hospital else ()),
        enterprises=enterprises
        or (late_lines.named("enterprise", enterprise) if enterprise else ()),
        bucket=age if age in range(len(late.BUCKETS)) else None,
        sort=asked.text("sort") if asked.text("sort") in late.SORTS else "days",
    )


def _fields(on: Any) -> list[dict[str, Any]]:
    area = asked.area_field()
    return [
        asked.field("on", _("业务日期"), "date") | {"value": str(on)},
        asked.field("who", _("责任方"), "select", choices=overdue_words.choices_of_who()),
        asked.field("age", _("逾期天数"), "select", choices=overdue_words.choices_of_age()),
        *asked.party_fields(),
        *([area] if area else []),
    ]


def _turns(board: late.Board) -> turning.Turn:
    """Return the foot of the list of lines; the board comes in a part of its own."""
    return turning.shown(late_lines.ORDER, board.listed, chosen=None)


def _pages(board: late.Board | None, wanted: late.Asked) -> int | None:
    """Return how many pages of institutions there are; lines are turned page by page."""
    if board is None or wanted.tab == late.LINES:
        return None
    return -(-board.count // late.INSTITUTIONS_ROWS)


def _fresh(key: Any) -> bool:
    """Return whether the board of this question is kept and young."""
    found = _kept.get(key)
    return found is not None and time.monotonic() - found[0] <= KEPT_SECONDS


def _board(key: Any, *, kept: bool) -> late.Board:
    """Return the board of a question; kept figures are as new as they say and are not held."""
    areas_asked, on, wanted, number, place, large = key
    if kept:
        return late.board(areas_asked, on, wanted, number=number, place=place, use_kept=True)
    if not _fresh(key):
        board = late.board(areas_asked, on, wanted, number=number, place=place, use_kept=large)
        if len(_kept) >= KEPT_BOARDS:
            _kept.clear()
        _kept[key] = (time.monotonic(), board)
    return _kept[key][1]


def views() -> list[Screen]:
    """Return the page."""
    return [OverdueView(lazy_gettext("逾期与催办"), endpoint="overdue", url="/overdue")]
