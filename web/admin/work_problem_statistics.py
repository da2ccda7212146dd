"""问题统计: how many problems were reported, how fast and how well they were dealt with."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, g, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext, pgettext

from models import clock
from models.services.exports import listed
from models.services.views import problem_statistics
from web import charts, downloads, formats, scope
from web.admin import asked, problem_words, screen, work_problems
from web.admin.screen import Screen
from web.permissions import Page

#: dimension → its name.
BY = {
    "month": lazy_gettext("按月份"),
    "kind": lazy_gettext("按类别"),
    "area": lazy_gettext("按统筹区"),
    "hospital": lazy_gettext("按医疗机构"),
    "enterprise": lazy_gettext("按医药企业"),
}
BARS_MAX = 12


class ProblemStatisticsView(Screen):
    """The figures by one dimension with two pictures; the export has the same conditions."""

    page: ClassVar[Page] = Page.PROBLEMS
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """Show the figures."""
        by, answer = _answer()
        return self.render(
            "zhijie/work/problem_statistics.html",
            by=by,
            tabs=BY,
            answer=answer,
            charts=_charts(by, answer),
            named=lambda row: _named(by, row),
            days=_days,
            share=_share,
            link=lambda row: _link(by, row),
            fields=work_problems.fields(),
            narrowed=screen.narrowed(
                "q", "kind", "urgency", "state", "area", "link", "since", "until"
            ),
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the figures of the address as csv or xlsx."""
        kind = asked.file_kind()
        by, answer = _answer(size=10_000)
        titles = [
            str(BY[by]), pgettext("problem", "提出"), _("未办结"), _("逾期"), _("已办结"),
            _("平均办结天数"),
            _("最长办结天数"), _("按期答复"), _("应答复"), _("上报过"), _("重开过"), _("已评价"),
            _("满意"),
        ]  # fmt: skip
        rows = (_row(by, row) for row in answer.rows)
        content = listed.written(g.actor, "problem_statistics", kind, titles, rows)
        return downloads.made(f"{_('问题统计')}_{clock.today():%Y%m%d}.{kind}", content)


def _answer(size: int = problem_statistics.ROWS_MAX) -> tuple[str, Any]:
    by = request.args.get("by", "month")
    by = by if by in problem_statistics.BY else "month"
    wanted = work_problems.conditions()
    return by, problem_statistics.ask(scope.current(), by, wanted, clock.today(), size=size)


def _charts(by: str, answer: Any) -> tuple[Any, Any] | None:
    """Return two pictures of the first rows: open and over, and the average days to the close."""
    if not answer.rows:
        return None
    rows = answer.rows[-BARS_MAX:] if by == "month" else answer.rows[:BARS_MAX]
    labels = [
        row.key[2:] if by == "month" else str(place) for place, row in enumerate(rows, start=1)
    ]
    numbers = charts.stacked(
        labels,
        [
            (_("已结束"), [row.reported - row.open for row in rows]),
            (_("未办结"), [row.open for row in rows]),
        ],
        _("；").join(f"{_named(by, row)} {row.reported}" for row in rows),
    )
    days = charts.stacked(
        labels,
        [("", [row.days_sum / row.closed if row.closed else 0 for row in rows])],
        _("；").join(f"{_named(by, row)} {_days(row)}" for row in rows),
    )
    return numbers, days


def _named(by: str, row: Any) -> str:
    """Return what a group is called."""
    if row.key is None:
        return _("未指明")
    if by == "kind":
        return problem_words.kind_names().get(row.key, row.key)
    return str(row.name or row.key)


def _days(row: Any) -> str:
    """Return the average days to the close with one decimal, half up."""
    if not row.closed:
        return formats.UNKNOWN
    tenths = (20 * row.days_sum + row.closed) // (2 * row.closed)
    return f"{tenths // 10}.{tenths % 10}"


def _share(part: int, whole: int) -> str:
    """Return a share in whole per cent, half up; a dash where there is no whole."""
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else formats.UNKNOWN


def _link(by: str, row: Any) -> str:
    """Return the list behind a group; a month has no one condition of its own."""
    if row.key is None or by == "month":
        return ""
    name = {"kind": "kind", "area": "area"}.get(by, "q")
    return f"/problems/?{name}={row.key}"


def _row(by: str, row: Any) -> list[listed.Cell]:
    return [
        _named(by, row), row.reported, row.open, row.late, row.closed,
        Decimal(_days(row)) if row.closed else None, row.days_max, row.kept, row.judged,
        row.escalated, row.reopened, row.rated, row.satisfied,
    ]  # fmt: skip


def views() -> list[Screen]:
    """Return the page."""
    return [
        ProblemStatisticsView(
            lazy_gettext("问题统计"), endpoint="problem_statistics", url="/problem-statistics"
        )
    ]
