"""抵扣与分簿 and 分录: what the hospitals' funds covered, and the books with their proof."""

from typing import Any, ClassVar

from flask import abort, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.base import db
from models.rules import calendar
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.postings import POSTINGS, UNDOES, Account, Kind
from models.services import access, audit, books
from models.services.views import choices, entries, funds
from models.services.views.reading import COUNT_MAX, PAGE_ROWS
from web import formats, scope
from web.admin import asked, screen
from web.admin.screen import Check, Screen
from web.context import with_args
from web.errors import sentence_of
from web.permissions import Page

BOOK_WORDS = {
    Account.FUND: lazy_gettext("基金专户"),
    Account.IN_TRANSIT: lazy_gettext("在途付款"),
    Account.ENTERPRISE: lazy_gettext("应付企业"),
    Account.HOSPITAL_GOODS: lazy_gettext("医院货款"),
    Account.AGENCY_ADVANCE: lazy_gettext("经办垫付"),
    Account.HOSPITAL_FUND: lazy_gettext("已抵扣医院基金"),
    Account.PREPAID: lazy_gettext("医院预付分簿"),
    Account.ROUND_PREPAID: lazy_gettext("医院集采预付"),
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
    Kind.PREPAYMENT: lazy_gettext("收到预付"),
    Kind.PREPAYMENT_REFUND: lazy_gettext("退回预付"),
    Kind.ROUND_PAYOUT: lazy_gettext("拨付集采预付"),
    Kind.ROUND_RECOVERED: lazy_gettext("清算集采预付"),
    Kind.ROUND_REPAID: lazy_gettext("归还集采预付"),
}


class OffsetsView(Screen):
    """The month's offset of each hospital, the sub-ledgers, and the notices."""

    page: ClassVar[Page] = Page.OFFSETS

    @expose("/")
    def index(self) -> str:
        """Show the offset of a month, or the sub-ledgers."""
        rows, periods, tab = scope.current(), choices.periods(), asked.text("tab")
        period = asked.period(default=periods[0] if periods else "")
        totals, found = funds.offsets(rows, period, asked.areas())
        area = asked.area_field()
        return self.render(
            "zhijie/work/offsets.html",
            tab="ledgers" if tab == "ledgers" else "offsets",
            totals=totals,
            offsets=found,
            ledgers=funds.subledgers(rows, asked.areas()) if tab == "ledgers" else [],
            period=period,
            fields=[asked.period_field(periods, period), *([area] if area else [])],
            may_offset="offset" in access.MAY.get(g.actor.role, frozenset()),
        )

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
    def notice(self, period: str, hospital_code: str) -> str:
        """Print the offset notice of a hospital."""
        row = funds.offset_of(scope.current(), period, hospital_code)
        if row is None:
            abort(404)
        return self.render(
            "zhijie/work/offset_print.html",
            row=row,
            goods=funds.goods_of(row),
            now=clock.now(),
        )


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
        crumbs=[(_("结算"), ""), (_("抵扣与分簿"), url_for("offsets.index")), (_("计算"), "")],
    )


class LedgerView(Screen):
    """The entries, the balances, and the proof of both."""

    page: ClassVar[Page] = Page.LEDGER

    @expose("/")
    def index(self) -> str:
        """List entries and balances that the address asks for."""
        return self._list()

    @expose("/check", methods=("POST",))
    def check(self) -> str:
        """Prove the books now and show what was checked."""
        access.require(g.actor, "check_books")
        proof = books.check_books()
        with db.atomic():
            audit.wrote(
                "books.checked",
                actor=g.actor.name,
                subject="ledger",
                checked=len(proof["checked"]),
                broken=len(proof["broken"]),
            )
        return self._list(proof=proof)

    def _list(self, proof: dict[str, list[str]] | None = None) -> str:
        rows = scope.current()
        wanted = entries.Asked(
            account=asked.text("account"),
            kind=asked.text("kind") if asked.text("kind") in set(Kind) else "",
            source=asked.text("source"),
            first_on=asked.day("since"),
            last_on=asked.day("until"),
        )
        before = request.args.get("before", type=int)
        found = entries.page(rows, wanted, before=before)
        shown = found[:PAGE_ROWS]
        return self.render(
            "zhijie/work/ledger.html",
            entries=shown,
            totals=entries.totals(rows, wanted),
            limit=COUNT_MAX,
            balances=entries.balances(rows, wanted),
            names=entries.names(shown),
            more=with_args(before=shown[-1].entry_no) if len(found) > PAGE_ROWS else "",
            back=with_args(before=None) if before else "",
            books=BOOK_WORDS,
            kinds=KIND_WORDS,
            proof=proof,
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
        OffsetsView(lazy_gettext("抵扣与分簿"), endpoint="offsets", url="/offsets"),
        LedgerView(lazy_gettext("分录"), endpoint="ledger", url="/ledger"),
    ]
