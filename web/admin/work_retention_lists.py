"""留用公示与拨付: declared amounts made public, granted after the days, and paid."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.rules.retention_payment import GrantState, PublicityState
from models.services.exports import listed
from models.services.retention import publicity, withdrawing
from models.services.views import retention, retention_lists
from models.services.views.reading import PAGE_ROWS
from web import downloads, formats, scope, words
from web.admin import answering, asked, screen
from web.admin import retention_list_forms as forms
from web.admin.answering import Field
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

#: Candidates shown before a list is drafted; all of them count.
CANDIDATES_SHOWN = 200

#: Why an amount cannot be listed.
OBSTACLES = {
    "nothing": lazy_gettext("留用金额为零"),
    "not_declared": lazy_gettext("医院尚未申报，或申报后测算结果有变化"),
    "round_unknown": lazy_gettext("没有这个批次的资料"),
    "year_taken": lazy_gettext("该批次本协议年度已有留用款"),
    "inpatient_closed": lazy_gettext("未开通住院结算"),
    "not_reported": lazy_gettext("没有报量"),
    "not_signed": lazy_gettext("没有按时签订购销协议"),
}


class RetentionListsView(Screen):
    """The lists of amounts and what is done to each."""

    page: ClassVar[Page] = Page.RETENTION_LISTS
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """List the lists, the latest first."""
        number, state = asked.page(), asked.text("state")
        state = state if state in set(PublicityState) else ""
        found = retention_lists.page(scope.current(), seat=_seat(), state=state, number=number)
        return self.render(
            "zhijie/work/retention_lists.html",
            lists=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            state=state,
            states=words.choices(PublicityState),
            P=PublicityState,
            may_draft=answering.may("retention_list"),
            today=clock.today(),
        )

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Show what would be listed of a month; the second request drafts the list."""
        self.require_act()
        rows, refusal = scope.current(), ""
        periods = retention.periods(rows)
        period = asked.period(default=periods[0] if periods else "")
        area = asked.text("area") or None
        count, fen, found = (
            publicity.preview(g.actor, period, area, CANDIDATES_SHOWN) if period else (0, 0, [])
        )
        check = forms.drafting(period, area, count, fen)
        if screen.is_confirmed():
            try:
                self.confirmed(check, "留用款")
                number = publicity.draft(
                    g.actor, period, area, clock.today(), count=count, total_fen=fen
                )
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已拟定公示表 %(n)s，请另一人核对后公示。", n=number))
                return redirect(url_for("retention_lists.one", publicity_no=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/retention_list_new.html",
            refusal=refusal,
            candidates=found,
            obstacles=OBSTACLES,
            fields=[
                asked.period_field(periods, period) | {"label": _("测算月")},
                *([field] if (field := asked.area_field()) else []),
            ],
        )
        return page, 422 if refusal else 200

    @expose("/<publicity_no>")
    def one(self, publicity_no: str) -> str:
        """Show a list: its way, its amounts with the columns of publicity, its payments."""
        found = _find(publicity_no)
        rows = scope.current()
        grants = retention_lists.grants(rows, found)
        template = "retention_list_print" if request.args.get("print") else "retention_list"
        return self.render(
            f"zhijie/work/{template}.html",
            p=found,
            grants=grants,
            batches=[] if _seat() else retention_lists.batches(rows, found),
            acts=forms.possible(found),
            crumbs=forms.crumbs(found),
            P=PublicityState,
            G=GrantState,
            now=clock.now(),
            today=clock.today(),
            may_take_out=not _seat()
            and (answering.may("retention_list") or answering.may("retention_publish")),
            split=any(one.employee_fen is not None for one in grants),
        )

    @expose("/<publicity_no>/file")
    def file(self, publicity_no: str) -> Response:
        """Send the table of a list as csv or xlsx."""
        found, kind = _find(publicity_no), asked.file_kind("xlsx")
        rows = retention_lists.grants(scope.current(), found)
        titles = [
            _("医疗机构编码"), _("医疗机构"), _("集采批次"), _("协议年度"), _("采购品规数"),
            _("申报品规数"), _("完成品规数"), _("未完成品规数"), _("完成率"),
            _("结余测算基数（元）"), _("考核得分"), _("留用比例"), _("留用金额（元）"),
            _("职工医保（元）"), _("居民医保（元）"), _("状态"), _("付款参考号"), _("到账日期"),
        ]  # fmt: skip
        content = listed.written(
            g.actor, f"retention_publicity:{publicity_no}", kind, titles, map(_row, rows)
        )
        name = f"{_('结余留用公示表')}_{found.period}_{publicity_no}.{kind}"
        return downloads.made(name, content)

    @expose("/<publicity_no>/<act>", methods=("GET", "POST"))
    def act(self, publicity_no: str, act: str) -> ResponseReturnValue:
        """Show what is done to a list; the second request does it."""
        self.require_act()
        one, found = forms.act(act), _find(publicity_no)
        if one is None or not any(map(answering.may, one.rights)):
            abort(404)
        check, refusal = forms.check(one, found), ""
        check.possible = forms.fits(one, found)
        if screen.is_confirmed():
            try:
                self.confirmed(check, "留用款")
                if one.name == "pay":
                    return self._pay(found)
                screen.done(forms.do(one.name, found))
                return redirect(url_for("retention_lists.one", publicity_no=publicity_no), 303)
            except SettlementError as error:
                refusal = sentence_of(error)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=forms.inputs(one.name),
        )
        return page, 422 if refusal else 200

    @expose("/<publicity_no>/out/<grant_no>", methods=("GET", "POST"))
    def take_out(self, publicity_no: str, grant_no: str) -> ResponseReturnValue:
        """Take one amount off a list before it is ordered, with a reason."""
        self.require_act()
        found = _find(publicity_no)
        grants = retention_lists.grants(scope.current(), found)
        grant = next((one for one in grants if one.grant_no == grant_no), None)
        if grant is None:
            abort(404)
        check, refusal = forms.taking_out(found, grant), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "留用款")
                withdrawing.take_out(
                    g.actor, grant_no, request.form.get("reason", ""), clock.today()
                )
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已撤出 %(n)s，可以重新列入公示。", n=grant_no))
                return redirect(url_for("retention_lists.one", publicity_no=publicity_no), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=[Field("reason", _("原因"), "area", required=True)],
        )
        return page, 422 if refusal else 200

    def _pay(self, found: Any) -> ResponseReturnValue:
        return self.start(
            JobName.RETENTION_PAY,
            {"publicity_no": found.publicity_no, "profile": asked.text("profile")},
            subject=f"publicity:{found.publicity_no}",
            message=_("正在生成留用款的付款批次。"),
        )


def _seat() -> bool:
    return bool(g.actor.party_code)


def _find(publicity_no: str) -> Any:
    found = retention_lists.find(scope.current(), publicity_no, seat=_seat())
    if found is None:
        abort(404)
    return found


def _row(one: Any) -> list[listed.Cell]:
    return [
        one.hospital_code,
        one.hospital_name,
        one.round_name,
        one.agreement_year,
        one.bought,
        one.told,
        one.completed,
        one.unfinished,
        f"{one.completed * 100 / one.told:.2f}%" if one.told else "",
        Decimal(yuan(one.base_fen)),
        None if one.score is None else formats.decimal(one.score),
        f"{one.ratio_bp / 100:g}%",
        Decimal(yuan(one.amount_fen)),
        None if one.employee_fen is None else Decimal(yuan(one.employee_fen)),
        None if one.resident_fen is None else Decimal(yuan(one.resident_fen)),
        words.word(GrantState(one.state)),
        one.reference or "",
        str(one.booked_on or ""),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        RetentionListsView(
            lazy_gettext("留用公示与拨付"), endpoint="retention_lists", url="/retention-lists"
        )
    ]
