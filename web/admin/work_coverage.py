"""推进情况: who joined and how much is paid directly, by month, area, category and reason."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import calendar
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.rules.scope import Outside
from models.rules.words import Category, Lane, Role
from models.services import access
from models.services.coverage import joining
from models.services.exports import listed
from models.services.views import coverage
from web import charts, downloads, formats, scope, words
from web.admin import asked, scope_words, screen
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

EXPORT_MAX = 200_000
WAN = 1_000_000
#: Names repeated before hospitals join.
SHOWN = 10


class CoverageView(Screen):
    """The coverage of a month with the months before it."""

    page: ClassVar[Page] = Page.COVERAGE

    @expose("/")
    def index(self) -> str:
        """Show hospitals joined, the direct share of the money, and both against the targets."""
        rows, on, periods = scope.current(), clock.today(), coverage.figured()
        period = asked.period(default=coverage.latest())
        wanted, area = _wanted(), asked.area_field()
        found = coverage.board(rows, period, wanted, on) if period else None
        chosen = next((m for m in found.months if m.period == period), None) if found else None
        return self.render(
            "zhijie/work/coverage.html",
            period=period,
            found=found,
            month=chosen,
            chart=_chart(found.months) if found else "",
            share=_share,
            hospitals=_hospitals(found),
            target=_target(found, chosen, on),
            on=on,
            C=Category,
            O=Outside,
            outside=scope_words.OUTSIDE,
            fields=[
                asked.period_field(periods, period),
                *([area] if area else []),
                *([] if rows.hospital_code else [asked.field("hospital", _("医疗机构"))]),
            ],
            narrowed=screen.narrowed("area", "hospital"),
            query=request.query_string.decode(),
            may_join=self.may_act() and g.actor.role == Role.MAKER,
            may_figure="coverage" in access.MAY.get(g.actor.role, frozenset()),
            months=[*asked.months(18)],
        )

    @expose("/figure", methods=("POST",))
    def figure(self) -> ResponseReturnValue:
        """Queue the adding up of a month, or of the last three."""
        access.require(g.actor, "coverage")
        period = asked.period()
        return self.start(
            JobName.COVERAGE,
            {"period": period or None},
            subject=f"period:{period or calendar.period_of(clock.today())}",
            message=_("正在统计推进情况，完成后刷新本页。"),
        )

    @expose("/join", methods=("GET", "POST"))
    def join(self) -> ResponseReturnValue:
        """Repeat who joins on which day; the second request lets them."""
        self.require_act()
        codes, day = request.values.getlist("hospital"), asked.day("joined_on")
        chosen = coverage.named(scope.current(), codes[: joining.HOSPITALS_MAX + 1])
        if not chosen or day is None:
            screen.refused(_("请选择要纳入的医疗机构，并填写纳入日期。"))
            return redirect(url_for("coverage.index"), 303)
        check, refusal = _join_check(chosen, day), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "医疗机构")
                count = joining.join(
                    g.actor, [row.hospital_code for row in chosen], day, on=clock.today()
                )
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("%(n)s 家机构自 %(d)s 起纳入直接结算。", n=count, d=day))
                return redirect(url_for("coverage.index"), 303)
        page = self.check_page(check, refusal=refusal)
        return page, 422 if refusal else 200

    @expose("/export")
    def export(self) -> Response:
        """Send the figures of a month by hospital, category, lane and reason."""
        period, kind = asked.period(), asked.file_kind()
        if not period:
            abort(404)
        found = coverage.listed(scope.current(), period, _wanted(), EXPORT_MAX)
        titles = [
            _("月份"), _("统筹区"), _("医疗机构编码"), _("医疗机构"), _("类别"), _("通道"),
            _("范围外原因"), _("明细"), _("金额（元）"),
        ]  # fmt: skip
        content = listed.written(g.actor, "coverage", kind, titles, (_exported(r) for r in found))
        return downloads.made(f"{_('推进情况')}_{period}.{kind}", content)


def _join_check(chosen: list[Any], day: date) -> Check:
    """Return what is repeated before hospitals join."""
    notes = []
    if day < clock.today():
        notes.append(("wait", _("日期早于今天：这一天起验收、还没有上结算单的明细也将直接结算。")))
    shown = _("、").join(row.name for row in chosen[:SHOWN])
    if len(chosen) > SHOWN:
        shown += _(" 等")
    return Check(
        title=_("核对：纳入直接结算"),
        sentence=_("自纳入日期起验收、在结算范围内的采购由基金直接结算。"),
        button=_("纳入 %(n)s 家机构", n=len(chosen)),
        seen={"day": str(day), "hospitals": [(r.hospital_code, str(r.joined_on)) for r in chosen]},
        figures=[
            (_("机构"), _("%(n)s 家", n=len(chosen))),
            (_("纳入日期"), str(day)),
        ],
        notes=[("", shown), *notes],
        after=[
            _("下次结算按新的日期判定通道"),
            _("方案要求委托的，登记结算委托书后才付款"),
            _("推进情况在夜间或重新统计后更新"),
        ],
        back=url_for("coverage.index"),
        hidden=[("joined_on", str(day)), *(("hospital", row.hospital_code) for row in chosen)],
        crumbs=[(_("监督"), ""), (_("推进情况"), url_for("coverage.index")), (_("纳入"), "")],
    )


def _wanted() -> coverage.Asked:
    return coverage.Asked(areas=asked.areas(), hospital=asked.text("hospital"))


def _share(direct_fen: int, self_fen: int) -> str:
    """Return the direct share as people read it."""
    found = coverage.share_bp(direct_fen, self_fen)
    return "—" if found is None else f"{found // 100}.{found % 100:02d}%"


def _hospitals(found: coverage.Coverage | None) -> dict[str, int]:
    """Return how many hospitals there are, joined, and joining on a later day."""
    areas = found.areas if found else []
    return {
        name: sum(int(getattr(row, name)) for row in areas)
        for name in ("hospitals", "joined", "joining")
    }


def _target(found: coverage.Coverage | None, month: Any, on: date) -> dict[str, Any] | None:
    """Return the target where all areas shown have the same one, and whether it is reached."""
    aims = {(row.target_on, row.target_share_bp) for row in (found.areas if found else [])}
    if len(aims) != 1:
        return None
    day, share_bp = aims.pop()
    if day is None and share_bp is None:
        return None
    short = sum(row.hospitals - row.joined for row in (found.areas if found else []))
    share = coverage.share_bp(month.direct_fen, month.self_fen) if month else None
    is_met = not short and (share_bp is None or (share is not None and share >= share_bp))
    left = (day - on).days if day else None
    return {"day": day, "share_bp": share_bp, "left": left, "short": short, "met": is_met}


def _chart(months: list[Any]) -> Any:
    """Return the money of the months by lane, the oldest first."""
    shown = list(reversed(months))
    told = _("；").join(
        f"{m.period} {_share(m.direct_fen, m.self_fen)} / {formats.wan(m.direct_fen)}"
        for m in shown
    )
    return charts.stacked(
        [m.period[2:] for m in shown],
        [
            (str(words.word(Lane.DIRECT)), [max(m.direct_fen, 0) // WAN for m in shown]),
            (str(words.word(Lane.SELF)), [max(m.self_fen, 0) // WAN for m in shown]),
        ],
        _("各月直接结算和自行结算的金额，单位万元：%(told)s", told=told),
    )


def _exported(row: Any) -> list[listed.Cell]:
    return [
        row.period,
        row.area_code,
        row.hospital_code,
        row.hospital_name,
        words.word(Category(row.category)),
        words.word(Lane(row.lane)),
        words.word(Outside(row.outside)) if row.outside else "",
        row.lines,
        Decimal(yuan(row.amount_fen)),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [CoverageView(lazy_gettext("推进情况"), endpoint="coverage", url="/coverage")]
