"""逾期与催办: what is late, on which step, whose turn it is, and what sending would do."""

import time
from typing import Any, ClassVar

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.overdue import Responsible
from models.rules.words import Lane
from models.services import access
from models.services.views import late, late_lines
from models.services.views.reading import PAGE_ROWS
from web import scope
from web.admin import asked, overdue_words, screen
from web.admin.overdue_calendar import CalendarPages
from web.admin.overdue_party import PartyPages
from web.admin.screen import Check, Screen
from web.context import with_args
from web.errors import sentence_of
from web.formats import count
from web.permissions import Page

#: Judging every open receipt takes long: the same question within a minute has the same answer.
KEPT_SECONDS = 60
KEPT_BOARDS = 50

_kept: dict[Any, tuple[float, late.Board]] = {}


class OverdueView(PartyPages, CalendarPages, Screen):
    """The board of a day and the mails it calls for."""

    page: ClassVar[Page] = Page.OVERDUE

    @expose("/")
    def index(self) -> str:
        """Show the board."""
        on, number = asked.on_or(clock.today()), asked.page()
        wanted, large = _asked(), late.is_large()
        key = (tuple(asked.own_areas()), on, wanted, number, large)
        part = request.args.get("part") == "board"
        # Without kept sums everything open is judged: that comes after its page.
        waits = not (part or request.args.get("now") or _fresh(key)) and large
        waits = waits and (late.kept(on) is None or wanted.tab == late.LINES)
        board = None if waits else _board(key)
        facts = {
            "on": on,
            "wanted": wanted,
            "board": board,
            "who": overdue_words.WHO,
            "number": number,
            "more": board is not None and _more(board, wanted, number),
            "ages": overdue_words.ages(board) if board else [],
            "by_party": overdue_words.by_party(board) if board else [],
            "chart": overdue_words.chart(board) if board else "",
            "narrowed": screen.narrowed(
                "lane", "who", "step", "hospital", "enterprise", "area", "age"
            ),
            "pager": lambda page: with_args(page=page or None, part=None, chosen=None),
            "pages": _pages(board, wanted),
            "rows_shown": PAGE_ROWS,
            "clear": with_args(
                lane=None, who=None, step=None, hospital=None, enterprise=None, area=None,
                age=None, page=None, part=None,
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

    @expose("/refresh", methods=("POST",))
    def refresh(self) -> ResponseReturnValue:
        """Add the figures of today up anew."""
        access.require(g.actor, "overdue")
        return self.start(
            JobName.OVERDUE_FIGURES,
            {"on": clock.today()},
            subject=f"day:{clock.today()}",
            message=_("正在重新汇总逾期数据，完成后看板按新的时间显示。"),
        )

    @expose("/send", methods=("GET", "POST"))
    def send(self) -> ResponseReturnValue:
        """Show how many mails would go to whom; the second request queues them."""
        access.require(g.actor, "overdue")
        on, area = clock.today(), asked.text("area") or None
        counts, parties = late.would_send(asked.all_areas(), on)
        check, refusal = _send_check(on, area, counts, parties), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "逾期明细")
                return self.start(
                    JobName.OVERDUE,
                    {"area": area, "send": True, "on": on},
                    subject=f"day:{on}",
                    message=_("已开始登记并发送提醒，邮件可在“邮件”页查看。"),
                    area=area,
                )
            except SettlementError as error:
                refusal = sentence_of(error)
        page = self.check_page(
            check,
            template="zhijie/work/overdue_check.html",
            refusal=refusal,
            parties=parties,
            who=overdue_words.WHO,
        )
        return page, 422 if refusal else 200


def may_send() -> bool:
    """Return whether the reader may record steps and send mails."""
    return "overdue" in access.MAY.get(g.actor.role, frozenset())


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


def _more(board: late.Board, wanted: late.Asked, number: int) -> bool:
    if wanted.tab == late.LINES:
        return len(board.listed) > PAGE_ROWS
    return board.count > (number + 1) * late.INSTITUTIONS_ROWS


def _pages(board: late.Board | None, wanted: late.Asked) -> int | None:
    """Return how many pages of institutions there are; lines are turned page by page."""
    if board is None or wanted.tab == late.LINES:
        return None
    return -(-board.count // late.INSTITUTIONS_ROWS)


def _fresh(key: Any) -> bool:
    """Return whether the board of this question is kept and young."""
    found = _kept.get(key)
    return found is not None and time.monotonic() - found[0] <= KEPT_SECONDS


def _board(key: Any) -> late.Board:
    areas_asked, on, wanted, number, large = key
    if large and late.kept(on) is not None:
        return late.board(areas_asked, on, wanted, number=number, use_kept=True)
    if not _fresh(key):
        board = late.board(areas_asked, on, wanted, number=number, use_kept=large)
        if len(_kept) >= KEPT_BOARDS:
            _kept.clear()
        _kept[key] = (time.monotonic(), board)
    return _kept[key][1]


def _send_check(on: Any, area: str | None, counts: dict[str, int], parties: list[Any]) -> Check:
    return Check(
        title=_("核对：发送逾期提醒"),
        sentence=_("每个机构当天只发一封，列出它名下的全部逾期明细；每行每级只登记一次。"),
        button=_("发送 %(n)s 封提醒", n=counts["mails"]),
        seen={
            "on": on,
            "area": area,
            **counts,
            "parties": [(p.responsible, p.party_code, p.lines) for p in parties],
        },
        figures=[
            (_("逾期明细"), _("%(n)s 行", n=count(counts["overdue"]))),
            (_("新到达一级"), _("%(n)s 行", n=count(counts["escalated"]))),
            (_("邮件"), _("%(n)s 封", n=count(counts["mails"]))),
        ],
        notes=[("", _("今天没有需要提醒的机构，或今天已经发送。"))] if not counts["mails"] else [],
        after=[
            _("后台登记每行的催办等级并写入发件箱"),
            _("邮件服务器收下之前，可在“邮件”页取消单封"),
            _("没有邮件服务器时，邮件在发件箱等待"),
        ],
        possible=bool(counts["mails"] or counts["escalated"]),
        back=url_for("overdue.index"),
        hidden=[("area", area or "")],
        crumbs=[(_("监督"), ""), (_("逾期与催办"), url_for("overdue.index")), (_("核对"), "")],
    )


def views() -> list[Screen]:
    """Return the page."""
    return [OverdueView(lazy_gettext("逾期与催办"), endpoint="overdue", url="/overdue")]
