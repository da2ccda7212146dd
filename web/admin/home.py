"""今日待办: what waits for this reader today, where the month stands, and two pictures of it."""

from typing import Any, ClassVar

from flask import abort, g, request
from flask_admin import AdminIndexView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import calendar
from web import charts, formats, working_days
from web.admin.pages import Guarded
from web.permissions import Page, may_read
from web.today import first_steps, progress, punctual, tasks

NAME = lazy_gettext("今日待办")
MONTHS = 6
BAR_WIDTH = 1000
BAR_GAP = 3


def _periods(last: str) -> list[str]:
    found = [last]
    while len(found) < MONTHS:
        found.insert(0, calendar.previous_period(found[0]))
    return found


def _shares(stages: list[progress.Stage]) -> list[tuple[str, str, str]]:
    """Return (class, x, width) of the parts of the share bar."""
    shown = [stage for stage in stages if stage.sum_fen > 0]
    whole = sum(stage.sum_fen for stage in shown)
    room = BAR_WIDTH - BAR_GAP * (len(shown) - 1)
    parts, x = [], 0
    for stage in shown:
        width = room * stage.sum_fen // whole
        parts.append((stage.style, str(x), str(max(width, 1))))
        x += width + BAR_GAP
    return parts


def _share_words(stages: list[progress.Stage]) -> str:
    whole = sum(max(stage.sum_fen, 0) for stage in stages) or 1
    return _("，").join(
        f"{stage.name} {1000 * max(stage.sum_fen, 0) // whole / 10:.1f}%" for stage in stages
    )


def _chart(months: list[tuple[str, int, int, int]]) -> Any:
    """Return the stacked bars of the last months in 万元."""
    names = [_("已到账"), _("处理中"), _("挂起")]
    columns = list(zip(*(row[1:] for row in months), strict=True))
    told = _("；").join(
        f"{period} "
        + _("、").join(f"{n} {formats.wan(v)}" for n, v in zip(names, row, strict=True))
        for period, *row in months
    )
    return charts.stacked(
        [_("%(n)s月", n=int(row[0][5:])) for row in months],
        [
            (name, [fen // 1_000_000 for fen in column])
            for name, column in zip(names, columns, strict=True)
        ],
        _("近六个月直接结算金额，单位万元：%(told)s", told=told),
    )


def _rates(months: list[punctual.Month]) -> Any:
    """Return a bar for each month of which something fell due: how much of it was in time."""
    told = _("，").join(
        f"{month.period} {formats.UNKNOWN if month.percent is None else month.percent}"
        for month in months
    )
    rated = [month for month in months if month.percent is not None]
    return charts.stacked(
        [_("%(n)s月", n=int(month.period[5:])) for month in rated],
        [(_("按时结算率"), [month.percent or 0 for month in rated])],
        _("近六个月按时结算率，单位 %%：%(told)s", told=told),
    )


class HomeView(Guarded, AdminIndexView):
    """The first page after sign-in."""

    page: ClassVar[Page] = Page.TODAY

    @expose("/")
    def index(self) -> str:
        """Show tasks, stages and charts of the reader's rows."""
        actor, period = g.actor, progress.latest_period()
        if request.args.get("part") == "punctual":
            return self._punctual(period)
        facts: dict[str, Any] = {"stages": [], "months": []}
        if period and may_read(actor.role, Page.SHEETS):
            periods = _periods(period)
            found = progress.sums(actor, calendar.previous_period(periods[0]))
            stages, months = progress.stages(found, period), progress.months(found, periods)
            facts = {
                "stages": stages,
                "total_fen": sum(stage.sum_fen for stage in stages),
                "shares": _shares(stages),
                "share_words": _share_words(stages),
                "months": months,
                "chart": _chart(months),
            }
        day, listed = clock.today(), tasks.tasks(actor, period)
        return self.render(
            "zhijie/home.html",
            period=period,
            next_period=calendar.previous_period(calendar.period_of(day)),
            tasks=listed,
            next_due_on=tasks.next_due_on(actor)
            if not listed and may_read(actor.role, Page.OVERDUE)
            else None,
            steps=first_steps.steps(actor),
            day=day,
            working=working_days.is_working(day),
            **facts,
        )

    def _punctual(self, period: str | None) -> str:
        """Show the picture that comes by a second request: it looks at all payments of months."""
        if not period or not may_read(g.actor.role, Page.SHEETS):
            abort(404)
        periods = _periods(period)
        months = punctual.months(g.actor, periods, calendar.previous_period(periods[0]))
        has_any = any(month.due_fen for month in months)
        return self.render(
            "zhijie/home_punctual.html", rates=months, rate=_rates(months) if has_any else ""
        )
