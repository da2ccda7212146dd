"""推进情况: who joined and how much is paid directly, by month, area, category and reason."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import calendar
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.rules.scope import Outside
from models.rules.words import Category, Lane
from models.services import access
from models.services.exports import listed
from models.services.views import coverage
from web import charts, downloads, formats, scope, words
from web.admin import asked, scope_words, screen
from web.admin.screen import Screen
from web.permissions import Page

EXPORT_MAX = 200_000
WAN = 1_000_000


class CoverageView(Screen):
    """The coverage of a month with the months before it."""

    page: ClassVar[Page] = Page.COVERAGE

    @expose("/")
    def index(self) -> str:
        """Show hospitals joined, the direct share of the money, and both against the targets."""
        rows, on, periods = scope.current(), clock.today(), coverage.figured()
        period = asked.period(default=periods[0] if periods else "")
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
    told = "；".join(
        f"{m.period} {_share(m.direct_fen, m.self_fen)}（{formats.wan(m.direct_fen)}）"
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
