"""采购明细 and 挂起明细: where each line stands, why it waits, and what to do about it."""

from typing import Any, ClassVar

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import calendar, remedies, windows
from models.rules.words import Hold, Lane, LineKind, SheetState
from models.services.views import answers, choices, holds, line, lines
from models.services.views import windows as windows_views
from models.services.views.listing import Counted
from models.services.views.reading import COUNT_MAX
from web import scope, words
from web.admin import asked, hold_words, list_export, scope_words, screen, turning
from web.admin.screen import Screen
from web.context import with_args
from web.permissions import Page


def stands() -> list[tuple[str, str]]:
    """Return where a line may stand, for the query bar."""
    return [
        ("sheet", _("已进结算单")),
        ("held", _("挂起")),
        ("next", _("等待下期")),
        ("self", _("自行结算")),
        ("unjudged", _("未判定")),
        ("void", _("已作废")),
    ]


class PurchasesView(Screen):
    """The list of purchase lines and one page for each."""

    page: ClassVar[Page] = Page.PURCHASES

    def _asked(self) -> tuple[str, list[str], lines.Asked]:
        months = asked.months()
        month = asked.period("month", months[0] if months else "")
        days = (calendar.first_day(month), calendar.last_day(month)) if month else (None, None)
        wanted = lines.Asked(
            first_on=days[0],
            last_on=days[1],
            areas=asked.areas(),
            hospital=asked.text("hospital"),
            enterprise=asked.text("enterprise"),
            product=asked.text("product"),
            lane=asked.text("lane"),
            stands=asked.text("stands"),
            reason=asked.text("reason") if asked.text("reason") in set(Hold) else "",
            line_no=asked.text("line"),
        )
        return month, months, wanted

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the lines of a month, the latest acceptance first."""
        rows, settled = scope.current(), choices.periods()
        month, months, wanted = self._asked()
        if request.args.get("part") == "totals":
            found = lines.totals(rows, wanted, settled)
            return self.render(
                "zhijie/work/totals.html", found=found, limit=COUNT_MAX, unit=_("行")
            )
        order = lines.order(wanted)
        page = lines.page(rows, wanted, settled, turning.place(order))
        return self.render(
            "zhijie/work/purchases.html",
            lines=page.rows,
            page_fen=sum(row.amount_fen for row in page.rows),
            turns=turning.shown(order, page),
            totals_url=with_args(part="totals", after=None, before=None, page=None),
            month=month,
            fields=self._fields(months, month),
            narrowed=screen.narrowed(
                "hospital", "enterprise", "product", "lane", "stands", "reason", "line", "area"
            ),
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return lines.counted(scope.current(), self._asked()[2], choices.periods())

    @expose("/export")
    def export(self) -> ResponseReturnValue:
        """Send the list of the address as csv or xlsx."""
        month, _months, wanted = self._asked()
        titles = {
            "line_no": _("明细编号"), "order_no": _("订单编号"), "hospital_code": _("医疗机构编码"),
            "hospital_name": _("医疗机构"), "enterprise_code": _("统一社会信用代码"),
            "enterprise_name": _("医药企业"), "nhsa_code": _("医保编码"),
            "product_name": _("产品"), "specification": _("规格"), "line_kind": _("类型"),
            "quantity": _("数量"), "unit_price_yuan": _("单价（元）"),
            "amount_fen": _("金额（元）"),
            "accepted_on": _("验收日"), "lane": _("通道"), "sheet_no": _("结算单号"),
            "sheet_state": _("状态"), "reasons": _("挂起原因"),
        }  # fmt: skip
        enums = {"line_kind": LineKind, "lane": Lane, "sheet_state": SheetState, "reasons": Hold}
        label = "_".join(filter(None, [_("采购明细"), month]))
        return list_export.answer(
            self, "purchases", label, wanted, self.count_rows(), titles, enums
        )

    def _fields(self, months: list[str], month: str) -> list[dict[str, Any]]:
        area = asked.area_field()
        return [
            asked.field("month", _("验收月"), "select", choices=[(m, m) for m in months])
            | {"value": month},
            asked.field("line", _("明细或订单编号")),
            asked.field("stands", _("所在"), "select", choices=stands()),
            *asked.party_fields(),
            asked.field("product", _("产品"), placeholder=_("名称或医保编码")),
            asked.field("lane", _("通道"), "select", choices=words.choices(Lane)),
            asked.field("reason", _("挂起原因"), "select", choices=words.choices(Hold)),
            *([area] if area else []),
        ]

    @expose("/<path:line_no>")
    def one(self, line_no: str) -> str:
        """Show one line with everything that is known."""
        rows, today = scope.current(), clock.today()
        known = line.find(rows, line_no, choices.periods(), today)
        if known is None:
            abort(404)
        return self.render(
            "zhijie/work/purchase.html",
            k=known,
            l=known.line,
            hold_words=hold_words,
            outside=scope_words.of(known.judged),
            today=today,
            answers=answers.of_line(line_no, today, seat=g.actor.party_code),
            R=remedies,
            windows=windows_views.of_line(rows, line_no),
            W=windows,
        )


class HoldsView(Screen):
    """Which reason holds how much, and the lines behind it."""

    page: ClassVar[Page] = Page.HOLDS

    @expose("/")
    def index(self) -> str:
        """Show the matrix of a month and the lines of a reason."""
        rows, periods = scope.current(), choices.periods()
        wanted = _held(periods)
        period = wanted.period
        part = request.args.get("part") == "matrix"
        waits = not part and "now" not in request.args and not holds.is_ready(rows, wanted)
        whole, matrix = (None, []) if waits else holds.matrix(rows, wanted)
        if part:
            return self.render(
                "zhijie/work/holds_matrix.html",
                whole=whole,
                matrix=matrix,
                part=True,
                reason=wanted.reason,
                today=clock.today(),
                hold_words=hold_words,
            )
        page = holds.page(rows, wanted, turning.place(holds.ORDER))
        area = asked.area_field()
        return self.render(
            "zhijie/work/holds.html",
            whole=whole,
            matrix=matrix,
            lines=page.rows,
            turns=turning.shown(holds.ORDER, page),
            totals=holds.totals(rows, wanted) if wanted.reason and not waits else whole,
            waits=waits,
            period=period,
            reason=wanted.reason,
            today=clock.today(),
            hold_words=hold_words,
            fields=[
                asked.period_field(periods, period),
                *([area] if area else []),
                *asked.party_fields(),
                asked.field("reason", _("挂起原因"), "select", choices=words.choices(Hold)),
            ],
            narrowed=screen.narrowed("hospital", "enterprise", "reason", "area"),
        )

    @expose("/export")
    def export(self) -> ResponseReturnValue:
        """Send the list of the address as csv or xlsx."""
        wanted = _held(choices.periods())
        label, enums = f"{_('挂起明细')}_{wanted.period}", {"reasons": Hold}
        return list_export.answer(
            self, "holds", label, wanted, self.count_rows(), _held_titles(), enums
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return holds.counted(scope.current(), _held(choices.periods()))


def _held_titles() -> dict[str, str]:
    return {
        "line_no": _("明细编号"), "period": _("结算月"), "order_no": _("订单编号"),
        "hospital_code": _("医疗机构编码"), "hospital_name": _("医疗机构"),
        "enterprise_code": _("统一社会信用代码"), "enterprise_name": _("医药企业"),
        "nhsa_code": _("医保编码"), "product_name": _("产品"), "amount_fen": _("金额（元）"),
        "accepted_on": _("验收日"), "reasons": _("挂起原因"),
    }  # fmt: skip


def _held(periods: list[str]) -> holds.Asked:
    return holds.Asked(
        period=asked.period(default=periods[0] if periods else ""),
        areas=asked.areas(),
        hospital=asked.text("hospital"),
        enterprise=asked.text("enterprise"),
        reason=asked.text("reason") if asked.text("reason") in set(Hold) else "",
    )


def views() -> list[Screen]:
    """Return the pages."""
    return [
        PurchasesView(lazy_gettext("采购明细"), endpoint="purchases", url="/purchases"),
        HoldsView(lazy_gettext("挂起明细"), endpoint="holds", url="/holds"),
    ]
