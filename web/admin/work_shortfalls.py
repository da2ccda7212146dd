"""欠款与追缴: what hospitals owe beyond their funds, money booked for it, and debits."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.money import yuan
from models.rules.words import Shortfall
from models.services import access, shortfalls
from models.services.exports import listed
from models.services.views import shortfalls as views_of
from models.services.views.shortfalls import Asked
from web import account_sight, downloads, formats, scope, words
from web.admin import answering, asked, screen
from web.admin.answering import Field
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

LACKS = {
    "no_mandate": lazy_gettext("无有效委托书"),
    "no_account": lazy_gettext("无医院账户"),
    "unverified": lazy_gettext("账户未核实"),
}


class ShortfallsView(Screen):
    """Debts, debits, and money that comes in."""

    page: ClassVar[Page] = Page.SHORTFALLS

    @expose("/")
    def index(self) -> str:
        """List what hospitals owe today, or what is to be drawn from their accounts."""
        on, wanted, rows = clock.today(), _asked(), scope.current()
        tab = "debits" if asked.text("tab") == "debits" else "debts"
        found = views_of.debts(rows, wanted, on) if tab == "debts" else []
        debits = views_of.debits(rows, wanted, on) if tab == "debits" else []
        area = asked.area_field()
        return self.render(
            "zhijie/work/shortfalls.html",
            tab=tab,
            debts=found,
            debits=debits,
            total_fen=sum(max(one.debt_fen, 0) for one in found),
            asked_fen=sum(one.asked_fen for one in found),
            open_fen=sum(one.open_fen for one in debits),
            lacks=LACKS,
            on=on,
            may_book=answering.may("shortfall"),
            told_account=account_sight.told,
            query=request.query_string.decode(),
            fields=[
                *(
                    []
                    if rows.hospital_code
                    else [asked.field("hospital", _("医疗机构"), placeholder=_("名称或编码"))]
                ),
                *([area] if area else []),
            ],
            narrowed=screen.narrowed("hospital", "area"),
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the debts or the debits of the address as csv or xlsx."""
        kind = "csv" if asked.text("format") == "csv" else "xlsx"
        on, wanted, rows = clock.today(), _asked(), scope.current()
        if asked.text("tab") == "debits":
            titles = [
                _("通知编号"), _("医疗机构编码"), _("医疗机构"), _("月份"), _("期限"),
                _("扣款金额（元）"), _("账号"), _("户名"), _("开户行"), _("联行号"),
                _("委托书编号"), _("不能扣款的原因"),
            ]  # fmt: skip
            found = [_debit(one) for one in views_of.debits(rows, wanted, on)]
            name = f"{_('扣款清单')}_{on:%Y%m%d}_{len(found)}.{kind}"
            content = listed.written(g.actor, "debits", kind, titles, found)
            return downloads.made(name, content)
        titles = [
            _("医疗机构编码"), _("医疗机构"), _("截至月份"), _("欠款（元）"), _("已通知（元）"),
            _("未通知（元）"), _("欠款自"), _("最近期限"), _("不足处理"), _("暂停垫付"),
        ]  # fmt: skip
        found = [_debt(one) for one in views_of.debts(rows, wanted, on)]
        name = f"{_('抵扣欠款')}_{on:%Y%m%d}_{len(found)}.{kind}"
        return downloads.made(name, listed.written(g.actor, "shortfalls", kind, titles, found))

    @expose("/requests/<request_no>/receive", methods=("GET", "POST"))
    def receive(self, request_no: str) -> ResponseReturnValue:
        """Book what came in on a collection: repeated first, then booked."""
        access.require(g.actor, "shortfall")
        found = views_of.find(scope.current(), request_no, clock.today())
        if found is None:
            abort(404)
        check = _check(
            title=_("登记到账 · %(n)s", n=request_no),
            who=found.hospital_name,
            limit_fen=found.open_fen,
            limit=_("尚未收到（元）"),
            seen={"request": request_no, "received": found.received_fen, "state": found.state},
            more=[(_("款项通知"), request_no), (_("期限"), str(found.due_on))],
            possible=found.state == "asked",
        )

        def book(voucher_no: str, amount_fen: int, booked_on: Any) -> None:
            shortfalls.receive(
                g.actor, request_no, voucher_no, amount_fen, booked_on, clock.today()
            )

        return self._book(check, found.open_fen, book)

    @expose("/hospitals/<hospital_code>/receive", methods=("GET", "POST"))
    def receive_unasked(self, hospital_code: str) -> ResponseReturnValue:
        """Book what a hospital paid of a debt nobody asks for."""
        access.require(g.actor, "shortfall")
        found = views_of.debts(scope.current(), Asked(), clock.today(), hospital_code=hospital_code)
        if not found:
            abort(404)
        debt = found[0]
        check = _check(
            title=_("登记未经通知的缴款"),
            who=debt.hospital_name,
            limit_fen=debt.unasked_fen,
            limit=_("未通知的欠款（元）"),
            seen={"hospital": hospital_code, "debt": debt.debt_fen, "asked": debt.asked_fen},
            more=[(_("欠款（元）"), formats.money(debt.debt_fen))],
            possible=debt.unasked_fen > 0,
        )

        def book(voucher_no: str, amount_fen: int, booked_on: Any) -> None:
            shortfalls.receive_unasked(
                g.actor, hospital_code, voucher_no, amount_fen, booked_on, clock.today()
            )

        return self._book(check, debt.unasked_fen, book)

    def _book(self, check: Check, limit_fen: int, book: Any) -> ResponseReturnValue:
        refusal = ""
        if screen.is_confirmed():
            amount, booked_on = asked.amount("amount"), asked.day("booked_on")
            try:
                self.confirmed(check, "款项通知")
                if amount is None or amount <= 0 or booked_on is None:
                    refusal = _("请填写大于 0 的金额（最多两位小数）和入账日期。")
                else:
                    book(asked.text("voucher_no"), amount, booked_on)
            except SettlementError as error:
                refusal = sentence_of(error)
            if not refusal:
                screen.done(_("已登记到账 ¥%(s)s，下次抵扣时计入。", s=formats.money(amount)))
                return redirect(url_for("shortfalls.index"), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=[
                Field("voucher_no", _("银行凭证号"), required=True, max=60),
                Field(
                    "amount",
                    _("到账金额（元）"),
                    required=True,
                    value=yuan(max(limit_fen, 0)),
                    max=20,
                ),
                Field("booked_on", _("入账日期"), "date", required=True, value=str(clock.today())),
            ],
        )
        return page, 422 if refusal else 200


def _asked() -> Asked:
    return Asked(hospital=asked.text("hospital"), areas=asked.areas())


def _check(
    *,
    title: str,
    who: str,
    limit_fen: int,
    limit: str,
    seen: dict[str, Any],
    more: list[tuple[str, str]],
    possible: bool,
) -> Check:
    return Check(
        title=title,
        sentence=_("登记后记账：基金专户增加，为该医院垫付的货款减少；登记后不能修改。"),
        button=_("登记到账"),
        seen=seen,
        figures=[(_("医疗机构"), who), *more, (limit, formats.money(limit_fen))],
        after=[_("欠款减少，最后一分收齐后通知即告完成"), _("下一次抵扣计入“已缴回”")],
        possible=possible,
        back=url_for("shortfalls.index"),
        crumbs=_crumbs(_("登记到账")),
    )


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [(_("结算"), ""), (_("欠款与追缴"), url_for("shortfalls.index")), (last, "")]


def _debt(one: Any) -> list[listed.Cell]:
    return [
        one.hospital_code,
        one.hospital_name,
        one.period,
        Decimal(yuan(one.debt_fen)),
        Decimal(yuan(one.asked_fen)),
        Decimal(yuan(one.unasked_fen)),
        str(one.since_on or ""),
        str(one.due_on or ""),
        str(words.word(Shortfall(one.shortfall))),
        _("是") if one.suspended else "",
    ]


def _debit(one: Any) -> list[listed.Cell]:
    return [
        one.request_no,
        one.hospital_code,
        one.hospital_name,
        one.period,
        str(one.due_on),
        Decimal(yuan(one.open_fen)),
        account_sight.told("account_no", one.account_no or ""),
        one.account_name,
        one.bank_name,
        one.cnaps_code,
        one.document_no,
        str(LACKS[one.lacks]) if one.lacks else "",
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [ShortfallsView(lazy_gettext("欠款与追缴"), endpoint="shortfalls", url="/shortfalls")]
