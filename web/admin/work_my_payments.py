"""到账查询: what an enterprise was paid, with the bank's references, and the advice of each."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.money import yuan
from models.rules.words import InstructionState
from models.services.exports import listed
from models.services.views import payments, results
from web import downloads, formats, scope, words
from web.admin import asked, turning
from web.admin.screen import Screen
from web.permissions import Page

EXPORT_MAX = 50_000


class MyPaymentsView(Screen):
    """What an enterprise was paid."""

    page: ClassVar[Page] = Page.MY_PAYMENTS

    @expose("/")
    def index(self) -> str:
        """List the payments to the reader's enterprise."""
        rows, state = scope.current(), _state()
        totals = results.paid_totals(rows, state)
        page = results.paid_to(rows, state, turning.place(payments.ORDER, totals.orders))
        return self.render(
            "zhijie/work/my_payments.html",
            orders=page.rows,
            turns=turning.shown(payments.ORDER, page, found=totals.orders),
            totals=totals,
            narrowed=bool(state),
            state=state,
            fields=[
                asked.field("state", _("状态"), "select", choices=words.choices(InstructionState))
            ],
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address."""
        kind = asked.file_kind()
        found = results.paid_to(scope.current(), _state(), size=EXPORT_MAX).rows
        titles = [
            _("参考号"), _("结算月"), _("付款机构"), _("收款账户"), _("开户行"), _("金额（元）"),
            _("状态"), _("发出日"), _("入账日"), _("银行说明"), _("结算单"),
        ]  # fmt: skip
        content = listed.written(g.actor, "my_payments", kind, titles, map(_row, found))
        name = f"{_('到账查询')}_{clock.today():%Y%m%d}_{len(found)}.{kind}"
        return downloads.made(name, content)

    @expose("/advice/<reference>")
    def advice(self, reference: str) -> str:
        """Show one payment as a paper: who paid what for which sheets, and where it stands."""
        rows = scope.current()
        order = payments.find(rows, reference)
        if order is None:
            abort(404)
        return self.render(
            "zhijie/work/advice_print.html",
            order=order,
            sheets=payments.story(rows, order)["sheets"],
            now=clock.now(),
        )


def _state() -> str:
    state = asked.text("state")
    return state if state in set(InstructionState) else ""


def _row(order: Any) -> list[listed.Cell]:
    return [
        order.reference,
        order.period,
        order.agency_name,
        formats.masked(order.payee_account_no),
        order.payee_bank_name,
        Decimal(yuan(order.amount_fen)),
        words.word(InstructionState(order.state)),
        str(order.sent_on or ""),
        str(order.booked_on or ""),
        order.bank_reason or "",
        _("、").join(order.sheets or ()),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [MyPaymentsView(lazy_gettext("到账查询"), endpoint="my_payments", url="/my-payments")]
