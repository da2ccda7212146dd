"""周转金: a year's turnover money, from the application until it is back; and the reserves."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from models import clock
from models.records.turnover import FundReserve
from models.rules.errors import SettlementError
from models.rules.money import yuan
from models.rules.turnover import Pool, TurnoverState
from models.rules.words import TurnoverRecovery
from models.services import access, turnover
from models.services.exports import listed
from models.services.turnover import applying
from models.services.turnover.eligible import Candidate
from models.services.views import turnover as views_of
from models.services.views.reading import PAGE_ROWS
from models.services.views.turnover import Asked
from web import downloads, scope, words
from web.admin import answering, asked, screen, turnover_forms
from web.admin.base import MasterView
from web.admin.rows import Ask, Bound
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

#: Hospitals shown on the page of candidates; all of them count and may apply.
CANDIDATES_SHOWN = 500


class TurnoverView(Screen):
    """The grants of a year, who may apply, and what is done to each."""

    page: ClassVar[Page] = Page.TURNOVER

    @expose("/")
    def index(self) -> str:
        """List the grants the address asks for."""
        rows, number, wanted = scope.current(), asked.page(), _asked()
        totals, found = views_of.page(rows, wanted, number=number)
        known = views_of.years(rows)
        area = asked.area_field()
        return self.render(
            "zhijie/work/turnovers.html",
            grants=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=totals,
            counts=views_of.counts(rows, wanted.year),
            wanted=wanted,
            query=request.query_string.decode(),
            may_apply=answering.may("turnover_apply"),
            state=TurnoverState,
            fields=[
                asked.field(
                    "year", _("年度"), "select", choices=[(str(one), str(one)) for one in known]
                ),
                asked.field("state", _("状态"), "select", choices=words.choices(TurnoverState)),
                *(
                    []
                    if rows.hospital_code
                    else [asked.field("hospital", _("医疗机构"), placeholder=_("名称或编码"))]
                ),
                *([area] if area else []),
            ],
            narrowed=screen.narrowed("view", "year", "state", "hospital", "area"),
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the grants of the address as csv or xlsx."""
        kind = "csv" if asked.text("format") == "csv" else "xlsx"
        _totals, found = views_of.page(scope.current(), _asked(), size=views_of.EXPORT_MAX)
        titles = [
            _("编号"), _("年度"), _("医疗机构编码"), _("医疗机构"), _("状态"), _("基数月份"),
            _("月均基数（元）"), _("药品（元）"), _("耗材（元）"), _("周转金（元）"), _("申请日"),
            _("申请人"), _("审批日"), _("审批人"), _("凭证号"), _("拨付日"), _("收回方式"),
            _("待收回（元）"),
        ]  # fmt: skip
        content = listed.written(g.actor, "turnover", kind, titles, map(_row, found))
        return downloads.made(f"{_('周转金')}_{clock.today():%Y%m%d}_{len(found)}.{kind}", content)

    @expose("/apply", methods=("GET", "POST"))
    def apply(self) -> ResponseReturnValue:
        """Show who may have how much in the year; the second request applies for the chosen."""
        self.require_act()
        access.require(g.actor, "turnover_apply")
        on, rows = clock.today(), scope.current()
        year = asked.year(on.year)
        found = turnover.candidates(asked.own_areas(), year, on, hospital_code=rows.hospital_code)
        able = [one for one in found if one.eligible]
        picked = set(request.values.getlist("hospital_code"))
        chosen = [one for one in able if one.hospital_code in picked] if picked else able
        check, refusal = _application(year, found, chosen), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "医院或金额")
                numbers = turnover.apply(
                    g.actor,
                    [one.hospital_code for one in chosen],
                    year,
                    on,
                    note=request.form.get("note", ""),
                )
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已提交 %(n)s 份申请，等待另一人审批。", n=len(numbers)))
                return redirect(url_for("turnover.index", year=year, view="applied"), 303)
        page = self.check_page(
            check,
            template="zhijie/work/turnover_apply.html",
            refusal=refusal,
            year=year,
            picked=picked,
            found=found[:CANDIDATES_SHOWN],
            hidden_count=max(len(found) - CANDIDATES_SHOWN, 0),
            reasons=_reasons,
            pools=Pool,
            lines=[],
            inputs=[answering.Field("note", _("说明"), "area")],
        )
        return page, 422 if refusal else 200

    @expose("/<turnover_no>")
    def one(self, turnover_no: str) -> str:
        """Show a grant with its computation, evidence and what came back."""
        grant = _find(turnover_no)
        return self.render(
            "zhijie/work/turnover.html",
            t=grant,
            story=views_of.story(turnover_no),
            acts=turnover_forms.possible(grant),
            state=TurnoverState,
            pools=Pool,
        )

    @expose("/<turnover_no>/<act>", methods=("GET", "POST"))
    def act(self, turnover_no: str, act: str) -> ResponseReturnValue:
        """Show the form of something done to a grant; the second request does it."""
        self.require_act()
        one = turnover_forms.act(act)
        if one is None:
            abort(404)
        access.require(g.actor, one.action)
        grant = _find(turnover_no)
        check, refusal = turnover_forms.check(one, grant), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "周转金")
                refusal = turnover_forms.do(act, grant, views_of.story(turnover_no).requests)
            except SettlementError as error:
                refusal = sentence_of(error)
            if not refusal:
                screen.done(one.done)
                return redirect(url_for("turnover.one", turnover_no=turnover_no), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=turnover_forms.inputs(act, grant),
        )
        return page, 422 if refusal else 200


class ReservesView(MasterView):
    """基金结余."""

    page: ClassVar[Page] = Page.MASTER
    kind = "fund_reserves"
    bound = Bound(area="area_code")
    title_column = ""
    column_list = (
        "area_code",
        "year",
        "pool",
        "reserve_months",
        "last_year_balance_fen",
        "forecast_balance_fen",
        "required_months",
    )
    column_default_sort = ("year", True)
    retire_hint = lazy_gettext("只用于判断能否拨付周转金；按年度导入新的行，原来的行不再使用。")
    asks = (Ask("area_code"), Ask("year"), Ask("pool"))


def _asked() -> Asked:
    return Asked(
        view=asked.text("view"),
        year=request.args.get("year", type=int),
        state=asked.text("state"),
        hospital=asked.text("hospital"),
        areas=asked.areas(),
    )


def _find(turnover_no: str) -> Any:
    found = views_of.find(scope.current(), turnover_no)
    return found if found is not None else abort(404)


def _reasons(candidate: Candidate) -> str:
    english = str(get_locale() or "zh").startswith("en")
    return _("；").join(en if english else zh for zh, en in applying.reasons(candidate))


def _application(year: int, found: list[Candidate], chosen: list[Candidate]) -> Check:
    total = sum(one.amount.total_fen for one in chosen)
    able = sum(one.eligible for one in found)
    notes = []
    if clock.today().year == year and clock.today().month > 1:
        notes.append(("", _("预付通知要求医院于 1 月初申请、一季度末前拨付。")))
    partial = [one for one in chosen if one.terms and one.terms.months < one.terms.months_wanted]
    if partial:
        notes.append(
            ("wait", _("%(n)s 家医院的基数月份没有全部导入，按已有月份平均。", n=len(partial)))
        )
    return Check(
        title=_("申请 %(y)s 年周转金", y=year),
        sentence=_("按结算方案的基数月数和比例计算；提交后由另一人审批，再由经办人员拨付到分簿。"),
        button=_("为 %(n)s 家医院申请", n=len(chosen)),
        seen={
            "year": year,
            "chosen": [(one.hospital_code, one.amount.total_fen) for one in chosen],
        },
        figures=[
            (_("可以申请"), _("%(n)s 家", n=able)),
            (_("不能申请"), _("%(n)s 家", n=len(found) - able)),
            (_("本次申请"), _("%(n)s 家", n=len(chosen))),
        ],
        sum_fen=total,
        notes=notes,
        after=[_("由复核或审批人员批准"), _("按银行凭证登记拨付，进入医院分簿"), _("年底前收回")],
        possible=bool(chosen),
        back=url_for("turnover.index"),
        hidden=[("year", str(year)), *(("hospital_code", one.hospital_code) for one in chosen)],
        crumbs=turnover_forms.crumbs(_("申请")),
    )


def _row(one: Any) -> list[listed.Cell]:
    return [
        one.turnover_no,
        one.year,
        one.hospital_code,
        one.hospital_name,
        str(words.word(TurnoverState(one.state))),
        f"{one.base_from}–{one.base_to}",
        Decimal(yuan(one.base_fen)),
        Decimal(yuan(one.drug_fen)),
        Decimal(yuan(one.consumable_fen)),
        Decimal(yuan(one.amount_fen)),
        str(one.applied_on),
        one.applied_by,
        str(one.decided_on or ""),
        one.decided_by,
        one.voucher_no,
        str(one.paid_on or ""),
        str(words.word(TurnoverRecovery(one.recovery))) if one.recovery else "",
        Decimal(yuan(one.outstanding_fen)),
    ]


def views() -> list[Any]:
    """Return the pages."""
    return [
        TurnoverView(lazy_gettext("周转金"), endpoint="turnover", url="/turnover"),
        ReservesView(FundReserve, lazy_gettext("基金结余"), "fund_reserves"),
    ]
