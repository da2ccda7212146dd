"""发票匹配: lines without a fitting invoice, pairs that agree, one invoice with what it covers."""

from typing import Any, ClassVar

from flask import abort, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.words import InvoiceKind
from models.services.views import choices, invoices
from models.services.views.listing import Counted
from web import scope, words
from web.admin import asked, screen, turning
from web.admin.screen import Screen
from web.permissions import Page

#: State of an invoice → word and tone; the first that holds stands.
STATES = {
    "short": (lazy_gettext("开票不足"), "wait"),
    "over": (lazy_gettext("开票超出"), "bad"),
    "void": (lazy_gettext("所指明细已作废"), "bad"),
    "matched": (lazy_gettext("相符"), "good"),
}
REMEDIES = {
    "short": lazy_gettext("请企业就不足的部分补开发票并导入。"),
    "over": lazy_gettext("请企业就超出的部分开具红字发票并导入。"),
    "void": lazy_gettext("明细已作废，请企业开具红字发票冲销。"),
    "matched": lazy_gettext("所指明细的发票合计与明细金额一致，不需要处理。"),
}


def state(invoice: Any) -> str:
    """Return how an invoice stands to the lines it names."""
    if invoice.voided == invoice.lines:
        return "void"
    if invoice.below:
        return "short"
    return "over" if invoice.above else "matched"


class InvoicesView(Screen):
    """Invoices and lines side by side."""

    page: ClassVar[Page] = Page.INVOICES

    @expose("/")
    def index(self) -> str:
        """List what differs, or the pairs of a month; a number leads to its invoice."""
        rows, periods = scope.current(), choices.periods()
        wanted, number = _wanted(periods), asked.text("no")
        by_pair = wanted.view == "pairs"
        order, ask = (
            (invoices.PAIRS, invoices.pairs) if by_pair else (invoices.LINES, invoices.differences)
        )
        page = ask(rows, wanted, turning.place(order)) if by_pair or not number else None
        found = page.rows if page else []
        area = asked.area_field()
        return self.render(
            "zhijie/work/invoices.html",
            period=wanted.period,
            view=wanted.view,
            number=number,
            invoices=invoices.numbered(rows, number) if number else [],
            pairs=found if by_pair else [],
            lines=[] if by_pair else found,
            totals=invoices.totals(rows, _whole(wanted)),
            turns=turning.shown(order, page) if page else None,
            state=state,
            states=STATES,
            fields=[
                asked.period_field(periods, wanted.period),
                asked.field("no", _("发票号码")),
                *([area] if area else []),
                *asked.party_fields(),
            ],
            narrowed=screen.narrowed("no", "hospital", "enterprise", "area"),
        )

    @expose("/<invoice_no>")
    def one(self, invoice_no: str) -> str:
        """Show one invoice: every line it names, what covers each, what to do."""
        rows, code = scope.current(), request.args.get("code", "")
        found = [i for i in invoices.numbered(rows, invoice_no) if i.invoice_code == code]
        if not found:
            abort(404)
        stands = state(found[0])
        return self.render(
            "zhijie/work/invoice.html",
            i=found[0],
            kind=words.word(InvoiceKind(found[0].kind)),
            lines=invoices.lines(rows, invoice_no, code),
            stands=STATES[stands],
            remedy=REMEDIES[stands],
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return invoices.counted(scope.current(), _wanted(choices.periods()))


def _wanted(periods: list[str]) -> invoices.Asked:
    view = asked.text("view")
    return invoices.Asked(
        period=asked.period(default=periods[0] if periods else ""),
        areas=asked.areas(),
        hospital=asked.text("hospital"),
        enterprise=asked.text("enterprise"),
        view=view if view in {*invoices.VIEWS, "pairs"} else "",
    )


def _whole(wanted: invoices.Asked) -> invoices.Asked:
    """Return the conditions without the view: its tabs count all of them."""
    return invoices.Asked(wanted.period, wanted.areas, wanted.hospital, wanted.enterprise)


def views() -> list[Screen]:
    """Return the page."""
    return [InvoicesView(lazy_gettext("发票匹配"), endpoint="invoices", url="/invoices")]
