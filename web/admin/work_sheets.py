"""结算单: the list with its views, reviews through a check page, one sheet, and its calculation."""

from dataclasses import asdict
from typing import Any, ClassVar

from flask import g
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import approval, calendar
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.words import Role, SheetState
from models.services import access, sheet_content
from models.services.views import settling, sheets
from models.services.views.listing import Counted
from web import scope, words
from web.admin import asked, list_export, screen, sheet_choice, turning
from web.admin.screen import Screen
from web.admin.sheet_calculation import calculation
from web.admin.sheet_choice import RETURNABLE, mine, soon
from web.admin.sheet_one import OneSheet
from web.errors import sentence_of
from web.permissions import Page


class SheetsView(OneSheet):
    """The list and everything that is done to sheets."""

    page: ClassVar[Page] = Page.SHEETS

    # -- the list -------------------------------------------------------------------------------

    @expose("/")
    def index(self) -> str:
        """List the sheets that the address asks for."""
        rows, (view, period, periods, wanted) = scope.current(), sheet_choice.listed()
        order = asked.text("sort") if asked.text("sort") in sheets.ORDERS else "due"
        by, totals = sheets.ORDERS[order], sheets.totals(rows, wanted)
        count = totals.sheets if totals.sheets <= sheets.SHEETS_MAX else None
        page = sheets.page(rows, wanted, by, turning.place(by, count))
        found = page.rows
        latest = period or (periods[0] if periods else "")
        counted = sheets.view_counts(rows, latest, mine=mine(), soon=soon(), reader=g.actor.name)
        today = clock.today()
        return self.render(
            "zhijie/work/sheets.html",
            sheets=found,
            totals=totals,
            page_totals=_sums(found),
            held=sheets.held_of(found),
            fields=self._fields(periods, period),
            views=self._views(view, latest, counted),
            view=view,
            turns=turning.shown(by, page, found=count),
            order=order,
            period=period,
            latest=latest,
            level=approval.level_of(g.actor.role),
            actionable=self._actionable(),
            next_period=calendar.previous_period(calendar.period_of(today)),
            may_settle=_may("settle"),
            narrowed=screen.narrowed("hospital", "enterprise", "state", "least", "most", "area"),
        )

    def _actionable(self) -> list[str]:
        """Return the states whose rows carry a box for this reader."""
        if approval.level_of(g.actor.role) is None:
            return []
        return sorted({*mine(), *RETURNABLE} - {"nothing_payable"})

    def _fields(self, periods: list[str], period: str) -> list[dict[str, Any]]:
        fields = [asked.period_field(periods, period), *asked.party_fields()]
        fields.append(
            asked.field(
                "state", _("状态"), "select", choices=[(s.value, words.word(s)) for s in SheetState]
            )
        )
        if area := asked.area_field():
            fields.insert(1, area)
        fields.append(asked.field("least", _("应付不低于（元）")))
        return fields

    def _views(self, view: str, period: str, counted: Any) -> list[Any]:
        listed = []
        if mine():
            title = {Role.CHECKER: _("待我复核"), Role.APPROVER: _("待我审批")}.get(
                Role(g.actor.role), _("待付款与待处理")
            )
            listed.append((title, "/sheets/?view=mine", counted.mine, view == "mine"))
        listed.append((_("三日内到期"), "/sheets/?view=soon", counted.soon, view == "soon"))
        at = f"&period={period}" if period else ""
        listed.append((_("有挂起"), f"/sheets/?view=held{at}", None, view == "held"))
        if approval.level_of(g.actor.role):
            listed.append((_("我退回的"), "/sheets/?view=back", counted.sent_back, view == "back"))
        listed.append((_("本月全部"), f"/sheets/?view=all{at}", counted.whole, view == "all"))
        return listed

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return sheets.counted(scope.current(), sheet_choice.listed()[3])

    @expose("/export")
    def export(self) -> ResponseReturnValue:
        """Send the list of the address as csv or xlsx."""
        _view, period, _periods, wanted = sheet_choice.listed()
        titles = {
            "sheet_no": _("结算单号"), "period": _("结算月"), "hospital_code": _("医疗机构编码"),
            "hospital_name": _("医疗机构"), "enterprise_code": _("统一社会信用代码"),
            "enterprise_name": _("医药企业"), "lines_count": _("明细"),
            "received_fen": _("收货（元）"), "change_fen": _("增减（元）"),
            "payable_fen": _("应付（元）"), "due_on": _("到期日"), "state": _("状态"),
        }  # fmt: skip
        label = "_".join(filter(None, [_("结算单"), period]))
        conditions = asdict(wanted) | {"order": asked.text("sort") or "due"}
        return list_export.answer(
            self, "sheets", label, conditions, self.count_rows(), titles, {"state": SheetState}
        )

    @expose("/print")
    def summary(self) -> str:
        """Print the list as a summary with 大写 and boxes to sign."""
        rows, (_view, period, _periods, wanted) = scope.current(), sheet_choice.listed()
        totals = sheets.totals(rows, wanted)
        found = sheets.page(rows, wanted, sheets.ORDERS["no"], size=1_000).rows
        return self.render(
            "zhijie/work/sheets_print.html",
            sheets=found,
            selection_hash=sheet_content.selection_hash([sheet.id for sheet in found]),
            totals=totals,
            period=period,
            now=clock.now(),
        )

    # -- calculation ----------------------------------------------------------------------------

    @expose("/calculate", methods=("GET", "POST"))
    def calculate(self) -> ResponseReturnValue:
        """Show what a settlement of the month would find; the second request queues it."""
        access.require(g.actor, "settle")
        period = asked.period(default=calendar.previous_period(calendar.period_of(clock.today())))
        area, areas = asked.text("area") or None, asked.all_areas()
        found = settling.preview(areas, period)
        check = calculation(period, area, found)
        refusal = ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "明细")
                return self.start(
                    JobName.SETTLE,
                    {"period": period, "area": area},
                    subject=f"period:{period}",
                    message=_("已开始计算 %(p)s 结算单，完成后进入复核。", p=period),
                    area=area,
                )
            except SettlementError as error:
                refusal = sentence_of(error)
        page = self.check_page(
            check,
            refusal=refusal,
            fields=[
                asked.month_field(period),
                *([one] if (one := asked.area_field()) else []),
            ],
        )
        return page, 422 if refusal else 200


def _may(action: str) -> bool:
    return action in access.MAY.get(g.actor.role, frozenset())


def _sums(found: list[Any]) -> dict[str, int]:
    """Return the totals of a page; the totals of the query come from the database."""
    return {
        "sheets": len(found),
        "lines": sum(row.lines_count for row in found),
        "received_fen": sum(row.received_fen for row in found),
        "change_fen": sum(row.change_fen for row in found),
        "payable_fen": sum(row.payable_fen for row in found),
    }


def views() -> list[Screen]:
    """Return the page."""
    return [SheetsView(lazy_gettext("结算单"), endpoint="sheets", url="/sheets")]
