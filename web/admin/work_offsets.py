"""抵扣: the month's offset of each hospital, its statement, and the run that computes them."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import Response, abort, g, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import calendar
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.services import access
from models.services.views import choices, funds, offset_statement
from models.services.views.offset_statement import Statement
from models.services.views.reading import PAGE_ROWS
from web import formats, scope
from web.admin import asked, offset_export, screen
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page


class OffsetsView(Screen):
    """The month's offset of each hospital, its statement and notice."""

    page: ClassVar[Page] = Page.OFFSETS

    @expose("/")
    def index(self) -> str:
        """Show the offset of a month."""
        rows, periods = scope.current(), choices.periods()
        period = asked.period(default=periods[0] if periods else "")
        number, area = asked.page(), asked.area_field()
        totals, found = funds.offsets(rows, period, asked.areas(), number=number, size=PAGE_ROWS)
        return self.render(
            "zhijie/work/offsets.html",
            totals=totals,
            offsets=found,
            number=number,
            pages=-(-totals.hospitals // PAGE_ROWS),
            pager=screen.pager_url,
            period=period,
            query=urlencode({"period": period, "area": asked.text("area")}),
            fields=[asked.period_field(periods, period), *([area] if area else [])],
            may_offset="offset" in access.MAY.get(g.actor.role, frozenset()),
        )

    @expose("/export")
    def export_list(self) -> Response:
        """Send the month's offsets with every figure as csv or xlsx."""
        kind = "csv" if asked.text("format") == "csv" else "xlsx"
        period = asked.period()
        _totals, found = funds.offsets(scope.current(), period, asked.areas())
        return offset_export.month(period, found, kind)

    @expose("/calculate", methods=("GET", "POST"))
    def calculate(self) -> ResponseReturnValue:
        """Show what an offset of the month would work on; the second request queues it."""
        access.require(g.actor, "offset")
        periods = choices.periods()
        period = asked.period(default=periods[0] if periods else "2000-01")
        area = asked.text("area") or None
        found = funds.preview(asked.all_areas(), period, calendar.next_period(period))
        check, refusal = _offset_check(period, area, found), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "付款或基金数据")
                return self.start(
                    JobName.OFFSET,
                    {"period": period, "area": area},
                    subject=f"period:{period}",
                    message=_("已开始计算 %(p)s 抵扣，完成后可打印抵扣通知书。", p=period),
                    area=area,
                )
            except SettlementError as error:
                refusal = sentence_of(error)
        area_field = asked.area_field()
        page = self.check_page(
            check,
            refusal=refusal,
            fields=[asked.period_field(periods, period), *([area_field] if area_field else [])],
        )
        return page, 422 if refusal else 200

    @expose("/<period>/<hospital_code>")
    def statement(self, period: str, hospital_code: str) -> str:
        """Show a hospital's month: each figure and what it is made of."""
        found = _found(period, hospital_code)
        return self.render("zhijie/work/offset.html", s=found, row=found.row)

    @expose("/<period>/<hospital_code>/print")
    def notice(self, period: str, hospital_code: str) -> str:
        """Print the statement of a hospital."""
        found = _found(period, hospital_code)
        return self.render("zhijie/work/offset_print.html", s=found, row=found.row, now=clock.now())

    @expose("/<period>/<hospital_code>/export")
    def export(self, period: str, hospital_code: str) -> Response:
        """Send the statement as csv or xlsx."""
        kind = "csv" if asked.text("format") == "csv" else "xlsx"
        return offset_export.answer(_found(period, hospital_code), kind)


def _found(period: str, hospital_code: str) -> Statement:
    found = offset_statement.statement(scope.current(), period, hospital_code, clock.today())
    return found if found is not None else abort(404)


def _offset_check(period: str, area: str | None, found: Any) -> Check:
    notes = []
    if found.later:
        notes.append(("bad", _("已完成 %(p)s 的抵扣，本月不能再计算。", p=found.later)))
    if not found.funds:
        notes.append(("wait", _("没有导入相应月份的医保基金，可抵扣额按 0 计算，全部结转。")))
    if found.unpaid_sheets:
        notes.append(
            ("", _("%(n)s 张结算单尚未付款，付款后再次计算会计入。", n=found.unpaid_sheets))
        )
    if found.existing:
        notes.append(
            (
                "wait",
                _("已有 %(n)s 家的结果；结果不同的将冲回旧分录、记入新分录。", n=found.existing),
            )
        )
    return Check(
        title=_("计算 %(p)s 抵扣", p=period),
        sentence=_(
            "货款（已发出未退回）加上期结转，在可抵扣额之内从医院当月或次月基金中扣除，其余结转。"
        ),
        button=_("计算 %(p)s 抵扣", p=period),
        seen={"period": period, "area": area, **found._asdict()},
        figures=[
            (_("有结算单的医院"), _("%(n)s 家", n=found.hospitals)),
            (_("本月已付货款（元）"), formats.money(found.goods_fen)),
            (_("已导入基金"), _("%(n)s 条", n=found.funds)),
            (_("已有结果"), _("%(n)s 家", n=found.existing)),
        ],
        notes=notes,
        after=[_("后台计算并记账"), _("可打印每家医院的抵扣通知书"), _("下月抵扣之前可以再次计算")],
        possible=not found.later,
        back=url_for("offsets.index", period=period),
        hidden=[("period", period), ("area", area or "")],
        crumbs=[(_("结算"), ""), (_("基金抵扣"), url_for("offsets.index")), (_("计算"), "")],
    )


def views() -> list[Screen]:
    """Return the page."""
    return [OffsetsView(lazy_gettext("基金抵扣"), endpoint="offsets", url="/offsets")]
