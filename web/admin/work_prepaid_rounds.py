"""集采预付: what hospitals are prepaid of a round, who passed it on, and what came back."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.prepaid import Destination, RecoveryWay, RoundState
from models.services import access
from models.services.exports import listed
from models.services.round_prepayments import deciding
from models.services.views import closings, round_prepayments
from models.services.views.listing import Counted
from models.services.views.reading import PAGE_ROWS
from models.services.views.round_prepayments import Asked
from web import downloads, scope, words
from web.admin import asked, prepaid_round_checks, prepaid_round_forms, screen
from web.admin.answering import Field
from web.admin.prepaid_round_forms import ACTS
from web.admin.prepaid_words import money
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page


class RoundPrepaymentsView(Screen):
    """The prepayments, one of them, proposing a round's, and what is done to one."""

    page: ClassVar[Page] = Page.ROUND_PREPAYMENTS

    @expose("/")
    def index(self) -> str:
        """List the prepayments that the address asks for, with what they add up to."""
        rows, on, wanted, number = scope.current(), clock.today(), _asked(), asked.page()
        found = round_prepayments.page(rows, wanted, on, number=number)
        may = access.MAY.get(g.actor.role, frozenset())
        area = asked.area_field()
        offered = round_prepayments.rounds(on)
        return self.render(
            "zhijie/work/round_prepayments.html",
            prepayments=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=round_prepayments.totals(rows, wanted, on),
            counts=round_prepayments.counts(rows, wanted, on),
            wanted=wanted,
            fields=[
                *(
                    []
                    if rows.hospital_code
                    else [asked.field("hospital", _("医疗机构"), wide=True)]
                ),
                asked.field("round", _("批次"), "select", choices=offered),
                *([area] if area else []),
            ],
            query=request.query_string.decode(),
            narrowed=screen.narrowed("hospital", "round", "area", "view"),
            may_propose=self.may_act() and "round_prepay" in may and not g.actor.party_code,
            may_approve=self.may_act() and "round_decide" in may,
            RoundState=RoundState,
            Destination=Destination,
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return round_prepayments.counted(scope.current(), _asked(), clock.today())

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind = "xlsx" if asked.text("format") == "xlsx" else "csv"
        on = clock.today()
        found = round_prepayments.page(
            scope.current(), _asked(), on, size=round_prepayments.EXPORT_MAX
        )
        titles = [
            _("编号"), _("批次"), _("医疗机构"), _("编码"), _("年度"), _("约定采购金额（元）"),
            _("预付比例（基点）"), _("按比例（元）"), _("已有资金（元）"), _("预付金额（元）"),
            _("去向"), _("状态"), _("拨付日"), _("凭证号"), _("转付期限"), _("已转付"),
            _("已动用（元）"), _("已收回（元）"), _("未收回（元）"),
        ]  # fmt: skip
        content = listed.written(g.actor, "round_prepayments", kind, titles, map(_row, found))
        return downloads.made(f"{_('集采预付')}_{on:%Y%m%d}_{len(found)}.{kind}", content)

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Show what a round's prepayments would be; the second request proposes them."""
        self.require_act()
        access.require(g.actor, "round_prepay")
        if g.actor.party_code:
            abort(403)
        on, round_code, area = clock.today(), asked.text("round"), asked.text("area") or None
        offered = round_prepayments.rounds(on)
        found = deciding.look(g.actor, round_code, area, on) if round_code else []
        check, refusal = prepaid_round_checks.proposing(round_code, area, found), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "集采预付")
                numbers = deciding.propose(
                    g.actor, round_code, area, on,
                    count=len(found), total_fen=sum(one.amount_fen for one in found),
                )  # fmt: skip
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已提出 %(n)s 家医院的集采预付，须由另一人批准。", n=len(numbers)))
                return redirect(
                    url_for("round_prepayments.index", round=round_code, view="proposed"), 303
                )
        area_field = asked.area_field()
        page = self.check_page(
            check,
            template="zhijie/work/round_check.html",
            proposals=prepaid_round_checks.rows(found),
            refusal=refusal,
            fields=[
                asked.field("round", _("批次"), "select", choices=offered),
                *([area_field] if area_field else []),
            ],
        )
        return page, 422 if refusal else 200

    @expose("/approve", methods=("GET", "POST"))
    def approve_all(self) -> ResponseReturnValue:
        """Repeat what others proposed of a round; the second request approves all of it."""
        self.require_act()
        access.require(g.actor, "round_decide")
        on, round_code = clock.today(), asked.text("round")
        found = round_prepayments.proposed_by_others(scope.current(), round_code, g.actor.name, on)
        check, refusal = prepaid_round_checks.approving(round_code, found), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "集采预付")
                count = deciding.approve(
                    g.actor,
                    [one.prepayment_no for one in found],
                    on,
                    total_fen=sum(one.amount_fen for one in found),
                )
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已批准 %(n)s 笔集采预付，可以拨付。", n=count))
                return redirect(
                    url_for("round_prepayments.index", round=round_code, view="approved"), 303
                )
        page = self.check_page(
            check,
            template="zhijie/work/round_check.html",
            proposals=prepaid_round_checks.rows(found),
            refusal=refusal,
        )
        return page, 422 if refusal else 200

    @expose("/<number>")
    def one(self, number: str) -> str:
        """Show a prepayment: how it was computed, who passed it on, what came back."""
        found, on, rows = _find(number), clock.today(), scope.current()
        shares = round_prepayments.shares(found.id, on, rows.enterprise_code)
        seat = bool(g.actor.party_code)
        return self.render(
            "zhijie/work/round_prepayment.html",
            p=found,
            lines=[] if rows.enterprise_code else round_prepayments.lines(found.id),
            shares=[(one, prepaid_round_forms.may_pass(found, one)) for one in shares],
            recoveries=[] if rows.enterprise_code else round_prepayments.recoveries(found.id),
            story=[] if seat else closings.story(f"round_prepayment:{number}"),
            acts=[
                (name, str(ACTS[name].label), ACTS[name].grave)
                for name in prepaid_round_forms.possible(found)
                if self.may_act()
            ],
            is_enterprise=bool(rows.enterprise_code),
            RoundState=RoundState,
            Destination=Destination,
            RecoveryWay=RecoveryWay,
        )

    @expose("/<number>/pass/<enterprise_code>/<way>", methods=("GET", "POST"))
    def pass_on(self, number: str, enterprise_code: str, way: str) -> ResponseReturnValue:
        """Report that a part was passed on, or down; looked at once more before it is kept."""
        self.require_act()
        access.require(g.actor, "round_pass")
        found, on, down = _find(number), clock.today(), way == "down"
        shares = round_prepayments.shares(found.id, on, scope.current().enterprise_code)
        share = next((one for one in shares if one.enterprise_code == enterprise_code), None)
        if share is None or way not in {"on", "down"}:
            abort(404)
        check, refusal = prepaid_round_forms.passing_check(found, share, down=down), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "集采预付")
                prepaid_round_forms.pass_it(found, enterprise_code, down=down)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已登记转付。"))
                return redirect(url_for("round_prepayments.one", number=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=[
                Field("voucher_no", _("付款凭证号"), required=True, max=64),
                Field("day", _("付款日期"), "date", required=True, value=str(on)),
            ],
        )
        return page, 422 if refusal else 200

    @expose("/<number>/<act>", methods=("GET", "POST"))
    def act(self, number: str, act: str) -> ResponseReturnValue:
        """Repeat what an act is done to; the second request does it."""
        self.require_act()
        if act not in ACTS or g.actor.party_code:
            abort(404)
        access.require(g.actor, ACTS[act].right)
        found = _find(number)
        check, refusal = prepaid_round_forms.check(act, found), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "集采预付")
                prepaid_round_forms.do(act, found)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已办理：%(what)s。", what=ACTS[act].label))
                return redirect(url_for("round_prepayments.one", number=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=prepaid_round_forms.inputs(act),
        )
        return page, 422 if refusal else 200


def _asked() -> Asked:
    view = asked.text("view")
    return Asked(
        view=view if view in round_prepayments.VIEWS else "",
        round_code=asked.text("round"),
        hospital=asked.text("hospital"),
        areas=asked.areas(),
    )


def _find(number: str) -> Any:
    found = round_prepayments.find(scope.current(), number, clock.today())
    return found if found is not None else abort(404)


def _row(one: Any) -> list[listed.Cell]:
    return [
        one.prepayment_no,
        one.round_code,
        one.hospital_name,
        one.hospital_code,
        one.year,
        money(one.agreed_fen),
        one.ratio_bp,
        money(one.gross_fen),
        money(one.already_fen),
        money(one.amount_fen),
        words.word(Destination(one.destination)),
        words.word(RoundState(one.state)),
        str(one.paid_on or ""),
        one.voucher_no,
        str(one.pass_on_due_on or ""),
        f"{one.passed}/{one.shares}" if one.destination == Destination.HOSPITAL else "",
        money(one.drawn_fen),
        money(one.recovered_fen),
        money(one.outstanding_fen),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        RoundPrepaymentsView(
            lazy_gettext("集采预付"), endpoint="round_prepayments", url="/round-prepayments"
        )
    ]
