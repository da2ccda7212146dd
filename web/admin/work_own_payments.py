"""自行付款: what hospitals paid themselves, and the form that reports one payment of one line."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.money import fen
from models.rules.words import Lane
from models.services import access
from models.services.imports.rows import check_row, take_rows
from models.services.views import own_payments
from models.services.views.own_payments import Owed
from web import formats, scope, words
from web.admin import asked, list_export, screen, taken_lists, turning
from web.admin.screen import Check, Screen
from web.admin.taking_out import TakenOut, TakesOut
from web.errors import sentence_of
from web.permissions import Page

#: Name of the table in the file formats, and its columns in the order of the form.
KIND = "hospital_payments"
COLUMNS = ("line_no", "payment_no", "paid_on", "amount_yuan")


class OwnPaymentsView(TakesOut, Screen):
    """The reports of hospitals' own payments."""

    page: ClassVar[Page] = Page.OWN_PAYMENTS

    @expose("/")
    def index(self) -> str:
        """List the reports, the latest payment first."""
        place = turning.place(own_payments.ORDER)
        page = own_payments.page(scope.current(), place, line_no=asked.text("line"))
        return self.render(
            "zhijie/work/own_payments.html",
            payments=page.rows,
            turns=turning.shown(own_payments.ORDER, page),
            fields=[asked.field("line", _("明细编号"))],
            narrowed=screen.narrowed("line"),
            may_act=self.may_act(),
        )

    def taken_out(self, most: int) -> TakenOut:
        """Return the reports of the address for a file."""
        found = own_payments.page(scope.current(), line_no=asked.text("line"), size=most)
        return taken_lists.own_payments(found.rows)

    def taken_out_long(self) -> ResponseReturnValue:
        """Queue the job that writes all reports of the address."""
        line_no = asked.text("line")
        titles = {
            "payment_no": _("付款编号"), "line_no": _("明细编号"), "product_name": _("产品"),
            "hospital_name": _("医疗机构"), "enterprise_name": _("医药企业"),
            "paid_on": _("付款日期"), "amount_fen": _("付款金额（元）"),
            "line_fen": _("明细金额（元）"),
        }  # fmt: skip
        counted = own_payments.counted(scope.current(), line_no)
        told = {"line_no": line_no}
        return list_export.answer(self, "own_payments", _("自行付款"), told, counted, titles, {})

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Report one payment: typed, looked at once more, taken by the checks of the file."""
        self.require_act()
        access.require_import(g.actor, KIND)
        typed = {name: asked.text(name) for name in COLUMNS}
        if request.method == "GET":
            return self._form(typed | {"paid_on": typed["paid_on"] or str(clock.today())}, {})
        problems = _problems(typed)
        owed = None if problems else own_payments.owed(
            scope.current(), typed["line_no"], clock.today()
        )  # fmt: skip
        if not problems and owed is None:
            problems = {"line_no": _("没有这条验收明细，或不在您的数据范围内。")}
        if problems or owed is None or "back" in request.form:
            return self._form(typed, problems), 422 if problems else 200
        check, refusal = _check(typed, owed), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "明细")
                refusal = _take(typed)
            except SettlementError as error:
                refusal = sentence_of(error)
            if not refusal:
                screen.done(_("已登记付款 %(n)s。", n=typed["payment_no"]))
                return redirect(url_for("own_payments.index", line=typed["line_no"]), 303)
        return self.check_page(check, refusal=refusal), 422 if refusal else 200

    def _form(self, typed: dict[str, str], problems: dict[str, str]) -> str:
        return self.render("zhijie/work/own_payment.html", typed=typed, problems=problems)


def _problems(typed: dict[str, str]) -> dict[str, str]:
    """Return what is wrong with the cells, as a file would say it; the future is not paid yet."""
    found = check_row(KIND, typed)
    paid_on = asked.day("paid_on")
    if paid_on is not None and paid_on > clock.today():
        found["paid_on"] = _("付款日期不能晚于今天。")
    return found


def _take(typed: dict[str, str]) -> str:
    """Take the report as a file of one row; return why it was refused, or nothing."""
    name = f"{KIND}_{typed['payment_no']}.ndjson"
    result = take_rows(KIND, [typed], g.actor, on=clock.today(), name=name)
    return "".join(str(error["error"]) for error in result["errors"])


def _check(typed: dict[str, str], owed: Owed) -> Check:
    amount_fen, line = fen(typed["amount_yuan"]), owed.line
    notes = []
    if owed.lane != Lane.SELF:
        notes.append(("wait", _("这是直接结算的明细，由经办机构付款；登记后不算付款。")))
    elif amount_fen > owed.unpaid_fen:
        told = formats.money(owed.unpaid_fen)
        notes.append(("wait", _("付款金额大于未付金额 ¥%(s)s，请核对。", s=told)))
    return Check(
        title=_("核对：登记自行付款"),
        sentence=_("登记后不能修改；同一付款编号和明细的内容只收一次。"),
        button=_("登记付款 ¥%(s)s", s=formats.money(amount_fen)),
        seen={**typed, "unpaid_fen": owed.unpaid_fen, "lane": owed.lane},
        figures=[
            (_("明细编号"), line.line_no),
            (_("产品"), line.product_name),
            (_("医药企业"), line.enterprise_name),
            (_("通道"), words.word(Lane(owed.lane))),
            (_("明细金额"), formats.money(line.amount_fen)),
            (_("到期日"), formats.day(owed.due_on)),
            (_("登记前未付"), formats.money(owed.unpaid_fen)),
            (_("付款编号"), typed["payment_no"]),
            (_("付款日期"), typed["paid_on"]),
        ],
        sum_fen=amount_fen,
        notes=notes,
        after=[_("逾期与利息按付款日期重新计算"), _("已付清的明细不再出现在下一封提醒中")],
        back=f"{url_for('own_payments.new')}?{urlencode(typed)}",
        hidden=list(typed.items()),
        crumbs=_crumbs(),
    )


def _crumbs() -> list[tuple[str, str]]:
    return [(_("付款"), ""), (_("自行付款"), url_for("own_payments.index")), (_("核对"), "")]


def views() -> list[Any]:
    """Return the page."""
    return [OwnPaymentsView(lazy_gettext("自行付款"), endpoint="own_payments", url="/own-payments")]
