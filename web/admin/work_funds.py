"""分录: the entries of the books, the balances, and the proof of both."""

from typing import ClassVar

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.job_names import JobName
from models.rules.postings import POSTINGS, UNDOES, Account, Kind
from models.services import access, books
from models.services.views import entries
from models.services.views.reading import COUNT_MAX
from web import scope
from web.admin import asked, screen, turning
from web.admin.screen import Screen
from web.permissions import Page

BOOK_WORDS = {
    Account.FUND: lazy_gettext("基金专户"),
    Account.IN_TRANSIT: lazy_gettext("在途付款"),
    Account.ENTERPRISE: lazy_gettext("应付企业"),
    Account.HOSPITAL_GOODS: lazy_gettext("医院货款"),
    Account.AGENCY_ADVANCE: lazy_gettext("经办垫付"),
    Account.HOSPITAL_FUND: lazy_gettext("已抵扣医院基金"),
    Account.PREPAID: lazy_gettext("医院预付分簿"),
    Account.TURNOVER: lazy_gettext("医院周转金"),
    Account.TURNOVER_POOL: lazy_gettext("周转金支出户"),
    Account.ROUND_PREPAID: lazy_gettext("医院集采预付"),
    Account.RETENTION: lazy_gettext("结余留用支出"),
    Account.HOSPITAL_RETENTION: lazy_gettext("应付医院留用款"),
}
KIND_WORDS = {
    Kind.PAYABLE: lazy_gettext("确认应付"),
    Kind.PAYABLE_UNDONE: lazy_gettext("冲回应付"),
    Kind.PAYMENT_SENT: lazy_gettext("付款发出"),
    Kind.PAYMENT_UNDONE: lazy_gettext("冲回付款"),
    Kind.PAYMENT_SETTLED: lazy_gettext("付款入账"),
    Kind.PAYMENT_RETURNED: lazy_gettext("退票入账"),
    Kind.PAYMENT_REVERSED: lazy_gettext("银行冲账"),
    Kind.PAYMENT_LATE: lazy_gettext("迟到证据入账"),
    Kind.ADVANCE: lazy_gettext("垫付货款"),
    Kind.ADVANCE_LATE: lazy_gettext("迟到证据垫付"),
    Kind.ADVANCE_LATE_UNDONE: lazy_gettext("冲回迟到垫付"),
    Kind.ADVANCE_UNDONE: lazy_gettext("冲回垫付"),
    Kind.DRAW: lazy_gettext("动用分簿"),
    Kind.OFFSET: lazy_gettext("基金抵扣"),
    Kind.OFFSET_UNDONE: lazy_gettext("冲回抵扣"),
    Kind.COLLECTION: lazy_gettext("追缴到账"),
    Kind.COLLECTION_UNDONE: lazy_gettext("冲回追缴到账"),
    Kind.TURNOVER_PAID: lazy_gettext("拨付周转金"),
    Kind.TURNOVER_REPAID: lazy_gettext("归还周转金"),
    Kind.TURNOVER_REPAID_UNDONE: lazy_gettext("冲回周转金归还"),
    Kind.TURNOVER_OFFSET: lazy_gettext("抵扣收回周转金"),
    Kind.TURNOVER_OFFSET_UNDONE: lazy_gettext("冲回周转金抵扣"),
    Kind.PREPAYMENT: lazy_gettext("收到预付"),
    Kind.PREPAYMENT_REFUND: lazy_gettext("退回预付"),
    Kind.ROUND_PAYOUT: lazy_gettext("拨付集采预付"),
    Kind.ROUND_RECOVERED: lazy_gettext("清算集采预付"),
    Kind.ROUND_REPAID: lazy_gettext("归还集采预付"),
    Kind.RETENTION_GRANTED: lazy_gettext("准予拨付留用款"),
    Kind.RETENTION_WITHDRAWN: lazy_gettext("撤出留用款"),
    Kind.RETENTION_SENT: lazy_gettext("留用款已发送"),
    Kind.RETENTION_UNDONE: lazy_gettext("留用款未付出"),
    Kind.RETENTION_RETURNED: lazy_gettext("留用款退回"),
    Kind.RETENTION_REVERSED: lazy_gettext("留用款冲账"),
    Kind.RETENTION_LATE: lazy_gettext("留用款迟到付款"),
}


class LedgerView(Screen):
    """The entries, the balances, and the proof of both."""

    page: ClassVar[Page] = Page.LEDGER

    @expose("/")
    def index(self) -> str:
        """List entries and balances that the address asks for."""
        return self._list()

    @expose("/check", methods=("POST",))
    def check(self) -> ResponseReturnValue:
        """Have the books proved by a worker; the page shows how far it is and what it found."""
        access.require(g.actor, "check_books")
        message = _("已开始核对全部账目。")
        return self.start(JobName.CHECK_BOOKS, {}, subject="ledger", message=message)

    def _list(self) -> str:
        rows = scope.current()
        wanted = entries.Asked(
            account=asked.text("account"),
            kind=asked.text("kind") if asked.text("kind") in set(Kind) else "",
            source=asked.text("source"),
            first_on=asked.day("since"),
            last_on=asked.day("until"),
        )
        if request.args.get("part") == "balances":
            return self.render(
                "zhijie/work/ledger_balances.html",
                balances=entries.balances(rows, wanted),
                books=BOOK_WORDS,
            )
        waits = "now" not in request.args and entries.is_large()
        page = entries.page(rows, wanted, turning.place(entries.ORDER))
        return self.render(
            "zhijie/work/ledger.html",
            entries=page.rows,
            totals=entries.totals(rows, wanted),
            limit=COUNT_MAX,
            waits=waits,
            balances=[] if waits else entries.balances(rows, wanted),
            names=entries.names(page.rows),
            turns=turning.shown(entries.ORDER, page),
            books=BOOK_WORDS,
            kinds=KIND_WORDS,
            proof=books.last_run(),
            facts={str(k): v.fact for k, v in POSTINGS.items()}
            | {str(k): v[1] for k, v in UNDOES.items()},
            fields=[
                asked.field(
                    "account",
                    _("账户"),
                    "select",
                    choices=[(str(k), str(v)) for k, v in BOOK_WORDS.items()],
                ),
                asked.field(
                    "kind",
                    _("种类"),
                    "select",
                    choices=[(str(k), str(v)) for k, v in KIND_WORDS.items()],
                ),
                asked.field("source", _("依据"), placeholder="sheet:JS…"),
                asked.field("since", _("记账日起"), "date"),
                asked.field("until", _("记账日止"), "date"),
            ],
            narrowed=screen.narrowed("account", "kind", "source", "since", "until"),
        )


def views() -> list[Screen]:
    """Return the pages."""
    return [
        LedgerView(lazy_gettext("分录"), endpoint="ledger", url="/ledger"),
    ]
