"""逾期与催办: what is late, whose turn it is, and what sending would do."""

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
from models.services.views import late
from models.services.views.reading import PAGE_ROWS
from web import charts, formats, scope, words
from web.admin import asked, screen
from web.admin.screen import Check, Screen
from web.context import with_args
from web.errors import sentence_of
from web.permissions import Page

#: The board judges every open receipt: the same question within a minute has the same answer.
KEPT_SECONDS = 60
KEPT_BOARDS = 50
WAN = 1_000_000

WHO = {
    Responsible.AGENCY: lazy_gettext("经办机构"),
    Responsible.HOSPITAL: lazy_gettext("医院"),
    Responsible.ENTERPRISE: lazy_gettext("企业"),
}

_kept: dict[Any, tuple[float, late.Board]] = {}


def _bucket(low: int, high: int | None) -> str:
    return _("%(a)s–%(b)s 天", a=low, b=high) if high else _("%(a)s 天以上", a=low)


class OverdueView(Screen):
    """The board of a day and the mails it calls for."""

    page: ClassVar[Page] = Page.OVERDUE

    @expose("/")
    def index(self) -> str:
        """Show the board."""
        rows, on, number = scope.current(), asked.on_or(clock.today()), asked.page()
        step = request.args.get("step", type=int)
        wanted = late.Asked(
            lane=asked.text("lane") if asked.text("lane") in set(Lane) else "",
            responsible=asked.text("who") if asked.text("who") in set(Responsible) else "",
            step=step,
            hospital_code=rows.hospital_code or asked.text("hospital"),
            enterprise_code=rows.enterprise_code or asked.text("enterprise"),
        )
        areas = asked.all_areas() if not g.actor.party_code else access.areas(_everywhere(), None)
        key = (tuple(areas), on, wanted, number)
        part = request.args.get("part") == "board"
        waits = not (part or request.args.get("now") or _fresh(key)) and late.is_large()
        facts = {} if waits else _facts(_board(key))
        narrowed = screen.narrowed("lane", "who", "step", "hospital", "enterprise", "area")
        shared = {"on": on, "wanted": wanted, "who": WHO, "number": number, "narrowed": narrowed}
        if part:
            return self.render(
                "zhijie/work/overdue_board.html", pager=_pager_of_board, **shared, **facts
            )
        area = asked.area_field()
        return self.render(
            "zhijie/work/overdue.html",
            **shared,
            **({"board": None} | facts),
            pager=screen.pager_url,
            may_send=_may_send(),
            fields=[
                asked.field("on", _("业务日期"), "date") | {"value": str(on)},
                asked.field("lane", _("通道"), "select", choices=words.choices(Lane)),
                asked.field(
                    "who",
                    _("责任方"),
                    "select",
                    choices=[(str(k), str(v)) for k, v in WHO.items()],
                ),
                *([area] if area else []),
            ],
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
            who=WHO,
        )
        return page, 422 if refusal else 200


def _everywhere() -> access.Actor:
    """Return an actor of all areas: a seat's lines may lie in any of them."""
    return access.SYSTEM


def _fresh(key: Any) -> bool:
    """Return whether the board of this question is kept and young."""
    found = _kept.get(key)
    return found is not None and time.monotonic() - found[0] <= KEPT_SECONDS


def _board(key: Any) -> late.Board:
    if not _fresh(key):
        areas, on, wanted, number = key
        board = late.board(areas, on, wanted, number=number)
        if len(_kept) >= KEPT_BOARDS:
            _kept.clear()
        _kept[key] = (time.monotonic(), board)
    return _kept[key][1]


def _facts(board: late.Board) -> dict[str, Any]:
    """Return what the template shows of a board."""
    return {
        "board": board,
        "lines": board.lines[:PAGE_ROWS],
        "more": len(board.lines) > PAGE_ROWS,
        "ages": _ages(board),
        "chart": _chart(board),
    }


def _pager_of_board(page: int) -> str:
    """Return the address of another page: that of the whole page, not of its part."""
    return with_args(page=page or None, part=None)


def _may_send() -> bool:
    return "overdue" in access.MAY.get(g.actor.role, frozenset())


def _ages(board: late.Board) -> list[dict[str, Any]]:
    """Return for each age its label and the sum of each responsible party."""
    table: list[dict[str, Any]] = [
        {"label": _bucket(*bucket), "lines": 0, "fen": 0, **{str(w): 0 for w in WHO}}
        for bucket in late.BUCKETS
    ]
    for row in board.ages:
        place = table[row.bucket]
        place["lines"] += row.lines
        place["fen"] += row.unpaid_fen
        place[row.responsible] += row.unpaid_fen
    return table


def _chart(board: late.Board) -> Any:
    ages = _ages(board)
    told = "；".join(f"{row['label']} {formats.wan(row['fen'])}" for row in ages)
    return charts.stacked(
        [row["label"] for row in ages],
        [(str(name), [row[str(who)] // WAN for row in ages]) for who, name in WHO.items()],
        _("按逾期天数的未付金额，单位万元：%(told)s", told=told),
    )


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
            (_("逾期明细"), _("%(n)s 行", n=formats.count(counts["overdue"]))),
            (_("新到达一级"), _("%(n)s 行", n=formats.count(counts["escalated"]))),
            (_("邮件"), _("%(n)s 封", n=formats.count(counts["mails"]))),
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
    """Return the pages."""
    return [OverdueView(lazy_gettext("逾期与催办"), endpoint="overdue", url="/overdue")]
