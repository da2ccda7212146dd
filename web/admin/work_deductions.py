"""扣款: quality deposits and assessment deductions on their way into the monthly fund."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules import deductions as rules
from models.rules.deductions import DeductionKind, DeductionState
from models.rules.errors import SettlementError
from models.rules.money import yuan
from models.services import deductions
from models.services.exports import listed
from models.services.views import deductions as view
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope, words
from web.admin import answering, asked, screen
from web.admin import deduction_forms as forms
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page


class DeductionsView(Screen):
    """The lists of deductions, one with its hospitals, and what is done to it."""

    page: ClassVar[Page] = Page.OFFSETS
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """List the lists, the latest first."""
        number, state = asked.page(), asked.text("state")
        state = state if state in set(DeductionState) else ""
        period = asked.period()
        where = view.seen(scope.current(), seat=answering.is_seat(), period=period, states=[state])
        found = view.LISTS.page(where, number=number)
        return self.render(
            "zhijie/work/deductions.html",
            lists=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            state=state,
            states=words.choices(DeductionState),
            fields=[asked.field("period", _("基金月份"), placeholder="2026-03")],
            narrowed=screen.narrowed("state", "period"),
            S=DeductionState,
            K=DeductionKind,
            crumbs=forms.crumbs(),
            may_propose=self.may_act() and answering.may("deduct"),
        )

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Propose a list."""
        self.require_act()
        check, refusal = forms.proposing(), ""
        if screen.is_confirmed():
            try:
                number = _propose()
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已提出，请另一人确认。"))
                return redirect(url_for("deductions.one", number=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=forms.fields(),
        )
        return page, 422 if refusal else 200

    @expose("/<int:number>")
    def one(self, number: int) -> str:
        """Show a list: its hospitals, the fund before and after, who did what."""
        found = _find(number)
        return self.render(
            "zhijie/work/deduction.html",
            l=found,
            lines=view.lines(scope.current(), number),
            acts=forms.possible(found),
            crumbs=forms.crumbs(found.list_no),
            S=DeductionState,
            K=DeductionKind,
        )

    @expose("/<int:number>/export")
    def export(self, number: int) -> Response:
        """Send a list as csv or xlsx."""
        found, kind = _find(number), asked.file_kind("xlsx")
        titles = [
            _("扣款建议"), _("基金月份"), _("种类"), _("医疗机构编码"), _("医疗机构"),
            _("扣款（元）"), _("原因"), _("审核应付（元）"), _("计入前保证金（元）"),
            _("计入后保证金（元）"), _("状态"), _("依据"),
        ]  # fmt: skip
        rows = [_row(found, one) for one in view.lines(scope.current(), number)]
        content = listed.written(g.actor, f"deductions:{number}", kind, titles, rows)
        return downloads.made(f"{_('扣款')}_{found.period}_{number}.{kind}", content)

    @expose("/<int:number>/<act>", methods=("GET", "POST"))
    def act(self, number: int, act: str) -> ResponseReturnValue:
        """Show what is done to a list; the second request does it."""
        self.require_act()
        one, found = forms.act(act), _find(number)
        if one is None or not any(map(answering.may, one.rights)):
            abort(404)
        check, refusal = forms.check(one, found), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, deductions.WHAT)
                screen.done(forms.do(one, found))
                return redirect(url_for("deductions.one", number=number), 303)
            except SettlementError as error:
                refusal = sentence_of(error)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=forms.inputs(one),
        )
        return page, 422 if refusal else 200


def _propose() -> int:
    form = request.form
    kind, period = form.get("kind", ""), form.get("period", "").strip()
    if kind not in set(DeductionKind):
        abort(400)
    return deductions.propose(
        g.actor, period, form.get("area") or None, DeductionKind(kind),
        form.get("basis", ""), rules.lines(form.get("lines", "")),
    )  # fmt: skip


def _find(number: int) -> Any:
    found = view.find(scope.current(), number, seat=answering.is_seat())
    return found if found is not None else abort(404)


def _row(found: Any, one: Any) -> list[listed.Cell]:
    def sum_of(amount_fen: int | None) -> Decimal | None:
        return None if amount_fen is None else Decimal(yuan(amount_fen))

    return [
        found.list_no, found.period, str(words.word(DeductionKind(found.kind))),
        one.hospital_code, one.hospital_name, sum_of(one.amount_fen), one.reason,
        sum_of(one.audited_fen), sum_of(one.before_fen), sum_of(one.after_fen),
        str(words.word(DeductionState(found.state))), found.basis,
    ]  # fmt: skip


def views() -> list[Screen]:
    """Return the page."""
    return [DeductionsView(lazy_gettext("扣款"), endpoint="deductions", url="/deductions")]
