"""款项通知: what hospitals are asked to pay by when, what came in, and what was withdrawn."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.requests import RequestKind, RequestState
from models.rules.words import MailState
from models.services import access, receipts, requests
from models.services.exports import listed
from models.services.views import choices, money_requests
from models.services.views.listing import Counted
from models.services.views.money_requests import Asked
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope, words
from web.admin import asked, screen
from web.admin.answering import Field
from web.admin.prepaid_words import money
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page


class MoneyRequestsView(Screen):
    """The requests for money, one of them, and taking one back."""

    page: ClassVar[Page] = Page.MONEY_REQUESTS

    @expose("/")
    def index(self) -> str:
        """List the requests that the address asks for, with what they add up to."""
        rows, on, wanted, number = scope.current(), clock.today(), _asked(), asked.page()
        found = money_requests.page(rows, wanted, on, number=number)
        area = asked.area_field()
        return self.render(
            "zhijie/work/money_requests.html",
            requests=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=money_requests.totals(rows, wanted, on),
            counts=money_requests.counts(rows, wanted, on),
            wanted=wanted,
            fields=[
                *(
                    []
                    if rows.hospital_code
                    else [asked.field("hospital", _("医疗机构"), wide=True)]
                ),
                asked.field("kind", _("类别"), "select", choices=words.choices(RequestKind)),
                asked.period_field(choices.periods(), wanted.period),
                *([area] if area else []),
            ],
            query=request.query_string.decode(),
            narrowed=screen.narrowed("hospital", "kind", "period", "area", "view"),
            RequestKind=RequestKind,
            RequestState=RequestState,
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return money_requests.counted(scope.current(), _asked(), clock.today())

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind = "xlsx" if asked.text("format") == "xlsx" else "csv"
        on = clock.today()
        found = money_requests.page(scope.current(), _asked(), on, size=money_requests.EXPORT_MAX)
        titles = [
            _("通知编号"), _("类别"), _("医疗机构"), _("编码"), _("月份"), _("通知日"), _("期限"),
            _("金额（元）"), _("已收到（元）"), _("未收到（元）"), _("状态"), _("收齐日"),
            _("说明"), _("撤销原因"),
        ]  # fmt: skip
        content = listed.written(g.actor, "money_requests", kind, titles, map(_row, found))
        return downloads.made(f"{_('款项通知')}_{on:%Y%m%d}_{len(found)}.{kind}", content)

    @expose("/<request_no>")
    def one(self, request_no: str) -> str:
        """Show a request with what came in and the mails about it."""
        found = _find(request_no)
        may = access.MAY.get(g.actor.role, frozenset())
        return self.render(
            "zhijie/work/money_request.html",
            r=found,
            receipts=money_requests.receipts(found.id),
            mails=[] if scope.current().hospital_code else money_requests.mails(found.id),
            may_withdraw=self.may_act()
            and "request_withdraw" in may
            and found.state == RequestState.ASKED,
            may_take_back=self.may_act()
            and "receipt_reverse" in may
            and found.kind != RequestKind.TOP_UP,
            RequestKind=RequestKind,
            RequestState=RequestState,
            MailState=MailState,
        )

    @expose("/<request_no>/print")
    def printed(self, request_no: str) -> str:
        """Print the notice with its sum in words and where to pay to."""
        found = _find(request_no)
        return self.render(
            "zhijie/work/money_request_print.html",
            r=found,
            payee=money_requests.payee(found.area_code),
            now=clock.now(),
            RequestKind=RequestKind,
        )

    @expose("/<request_no>/withdraw", methods=("GET", "POST"))
    def withdraw(self, request_no: str) -> ResponseReturnValue:
        """Repeat what is taken back and ask why; the second request does it."""
        self.require_act()
        access.require(g.actor, "request_withdraw")
        found = _find(request_no)
        check, refusal = _withdraw_check(found), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "款项通知")
                reason = request.form.get("reason", "")
                requests.withdraw(request_no, reason, on=clock.today(), by=g.actor.name)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已撤销 %(n)s，邮件随后告知医院。", n=request_no))
                return redirect(url_for("money_requests.one", request_no=request_no), 303)
        return self._why_page(check, refusal)

    @expose("/<request_no>/receipts/take-back", methods=("GET", "POST"))
    def take_back(self, request_no: str) -> ResponseReturnValue:
        """Repeat a receipt that was booked wrongly and ask why; the second request reverses it."""
        self.require_act()
        access.require(g.actor, "receipt_reverse")
        found, voucher_no = _find(request_no), request.values.get("voucher", "")
        receipt = next(
            (
                one
                for one in money_requests.receipts(found.id)
                if one.voucher_no == voucher_no and one.is_live and not one.is_reversal
            ),
            None,
        )
        if receipt is None:
            abort(404)
        check, refusal = _take_back_check(found, receipt), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "到账登记")
                reason, on = request.form.get("reason", ""), clock.today()
                receipts.take_back(g.actor, request_no, voucher_no, reason, on)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(
                    _("已冲回 %(v)s，通知恢复为待收款，下次抵扣按冲回后计算。", v=voucher_no)
                )
                return redirect(url_for("money_requests.one", request_no=request_no), 303)
        return self._why_page(check, refusal)

    def _why_page(self, check: Check, refusal: str) -> ResponseReturnValue:
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=[Field("reason", _("原因"), "area", required=True)],
        )
        return page, 422 if refusal else 200


def _asked() -> Asked:
    view = asked.text("view")
    return Asked(
        view=view if view in money_requests.VIEWS else "",
        kind=asked.text("kind"),
        period=asked.period(),
        hospital=asked.text("hospital"),
        areas=asked.areas(),
    )


def _find(request_no: str) -> Any:
    found = money_requests.find(scope.current(), request_no, clock.today())
    return found if found is not None else abort(404)


def _withdraw_check(found: Any) -> Check:
    return Check(
        title=_("撤销款项通知"),
        sentence=_("撤销后医院不再需要按此通知付款；已收到的款项不变。仍有缺口时系统会重新通知。"),
        button=_("撤销通知"),
        seen={"id": found.id, "state": found.state, "received": found.received_fen},
        figures=[
            (_("通知编号"), found.request_no),
            (_("医疗机构"), found.hospital_name),
            (_("期限"), str(found.due_on)),
        ],
        sum_fen=found.open_fen,
        possible=found.state == RequestState.ASKED,
        **_way_back(found),
        danger=True,
    )


def _way_back(found: Any) -> dict[str, Any]:
    return {
        "back": url_for("money_requests.one", request_no=found.request_no),
        "crumbs": [
            (_("结算"), ""),
            (_("款项通知"), url_for("money_requests.index")),
            (found.request_no, ""),
        ],
    }


def _take_back_check(found: Any, receipt: Any) -> Check:
    return Check(
        title=_("冲回到账"),
        sentence=_(
            "登记有误时使用，须由登记人以外的人办理。原登记保留，另记一笔负数并冲回分录；"
            "通知恢复为待收款，同一凭证可按实际金额重新登记。"
        ),
        button=_("冲回"),
        seen={"id": found.id, "state": found.state, "received": found.received_fen},
        figures=[
            (_("通知编号"), found.request_no),
            (_("医疗机构"), found.hospital_name),
            (_("凭证号"), receipt.voucher_no),
            (_("入账日"), str(receipt.booked_on)),
        ],
        hidden=[("voucher", receipt.voucher_no)],
        sum_fen=receipt.amount_fen,
        possible=True,
        **_way_back(found),
        danger=True,
    )


def _row(one: Any) -> list[listed.Cell]:
    return [
        one.request_no,
        words.word(RequestKind(one.kind)),
        one.hospital_name,
        one.hospital_code,
        one.period,
        str(one.asked_on),
        str(one.due_on),
        money(one.amount_fen),
        money(one.received_fen),
        money(one.open_fen),
        _("逾期") if one.is_overdue else words.word(RequestState(one.state)),
        str(one.paid_on or ""),
        one.note,
        one.end_reason,
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        MoneyRequestsView(
            lazy_gettext("款项通知"), endpoint="money_requests", url="/money-requests"
        )
    ]
