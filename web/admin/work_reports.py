"""报表与导出: the exports of the outside contract as CSV or XLSX, within the reader's rows."""

from typing import ClassVar

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.services import access, exports
from models.services.views import choices
from web import scope
from web.admin import asked
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

#: export → name and what it holds; by day: it asks for a day, not a month.
REPORTS = {
    "sheets": (
        lazy_gettext("结算单"),
        lazy_gettext("每张结算单的收货、退货、调价、结转、应付与状态"),
    ),
    "sheet_lines": (lazy_gettext("结算明细"), lazy_gettext("进入结算单的每一行与到期日")),
    "holds": (lazy_gettext("挂起明细"), lazy_gettext("结算后仍未进入结算单的每一行与全部原因")),
    "payments": (lazy_gettext("付款"), lazy_gettext("每笔付款指令的批次、账户、金额与状态")),
    "offsets": (lazy_gettext("抵扣"), lazy_gettext("每家医院的可抵扣、货款、抵扣与结转")),
    "ledger": (lazy_gettext("分录"), lazy_gettext("全部记账分录")),
    "overdue": (lazy_gettext("逾期明细"), lazy_gettext("到期未付的每一行、责任方、等级与利息")),
    "interest": (lazy_gettext("逾期利息"), lazy_gettext("每一部分的天数、利率与利息")),
    "arrears_ranking": (
        lazy_gettext("欠款排行"),
        lazy_gettext("不晚于该日最近一次登记的排行：每家医院的欠款、比例与名次"),
    ),
    "overdue_publication": (
        lazy_gettext("公示表"),
        lazy_gettext("该日上一年度逾期未支付的合同数量与金额，按责任单位"),
    ),
    "indicators": (lazy_gettext("监测指标"), lazy_gettext("每家医院的指标值、目标与结论")),
    "retention": (lazy_gettext("结余留用"), lazy_gettext("每家医院每个批次的基数、考核与留用")),
    "unconfirmed": (
        lazy_gettext("未确认到账"),
        lazy_gettext("发出后银行没有最后结果的每一笔、天数与证据"),
    ),
    "returns": (
        lazy_gettext("退票与重付"),
        lazy_gettext("退票、冲账、拒绝的每一笔、日期、原因与关联的付款"),
    ),
    "statistics": (
        lazy_gettext("结算统计"),
        lazy_gettext("月份、统筹区、医院、企业、品类的结算额、到账额与结算周期"),
    ),
    "deliveries": (
        lazy_gettext("订单与验收"),
        lazy_gettext("一个月的每个订单产品：订购、配送、验收数量金额与差异"),
    ),
    "identity": (
        lazy_gettext("月度核对"),
        lazy_gettext("一个月的每一笔应付、指令、银行与账簿，须选定月份"),
    ),
}
BY_DAY = ("overdue", "interest", "arrears_ranking", "overdue_publication", "unconfirmed")
#: Of the agencies alone: the seats have no rows there.
INSIDE = ("identity",)


class ReportsView(Screen):
    """What may be taken out, and the form that asks for it."""

    page: ClassVar[Page] = Page.REPORTS

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        """Show the exports; a request queues one and leads to its file."""
        refusal = ""
        if request.method == "POST":
            try:
                return self._export()
            except SettlementError as error:
                refusal = sentence_of(error)
        periods, what = choices.periods(), asked.text("what")
        page = self.render(
            "zhijie/work/reports.html",
            reports={
                name: REPORTS[name]
                for name in exports.WHAT
                if name in REPORTS and not (g.actor.party_code and name in INSIDE)
            },
            columns={name: export.columns for name, export in exports.WHAT.items()},
            by_day=BY_DAY,
            what=what if what in exports.WHAT else "",
            periods=periods,
            period=asked.period(),
            areas=choices.areas(scope.current()) if not g.actor.party_code else [],
            area=asked.text("area"),
            refusal=refusal,
        )
        return page, 422 if refusal else 200

    def _export(self) -> ResponseReturnValue:
        access.require(g.actor, "export")
        what = request.form.get("what", "")
        if what not in exports.WHAT:
            what = "sheets"
        period = asked.period() or None
        area = asked.text("area") or None
        if area:
            access.areas(g.actor, area)
        suffix = "xlsx" if request.form.get("format") == "xlsx" else "csv"
        return self.start(
            JobName.EXPORT,
            {"what": what, "period": period, "area": area, "format": suffix},
            subject=f"export:{what}",
            message=_("正在写出 %(what)s，完成后在本页下载。", what=REPORTS[what][0]),
            period=period,
            area=area,
        )


def views() -> list[Screen]:
    """Return the page."""
    return [ReportsView(lazy_gettext("报表与导出"), endpoint="reports", url="/reports")]
