"""结算统计: what was settled and paid, and how long it took, by month, area, party or category."""

from typing import Any, ClassVar

from flask import request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import calendar
from models.rules.words import Category
from models.services.views import choices, late, settled
from models.services.views.settled import Question
from web import charts, formats, scope, words
from web.admin import asked, screen
from web.admin.screen import Screen
from web.permissions import Page

#: dimension → its name.
BY = {
    "month": lazy_gettext("按月份"),
    "area": lazy_gettext("按统筹区"),
    "hospital": lazy_gettext("按医疗机构"),
    "enterprise": lazy_gettext("按医药企业"),
    "category": lazy_gettext("按品类"),
}
#: Bars of a chart that is not about months.
BARS_MAX = 10
#: One month is what most people look at; a year is the most a page adds up.
MONTHS_MAX = 12
#: A chart is drawn in 10,000 yuan.
WAN = 1_000_000


class StatisticsView(Screen):
    """The figures of some months by one dimension, with their picture and table."""

    page: ClassVar[Page] = Page.STATISTICS

    @expose("/")
    def index(self) -> str:
        """Show the figures; of many lines they come in a second request."""
        periods = choices.periods()
        question = _question(periods)
        part = request.args.get("part") == "board"
        at_once = part or "now" in request.args or not late.is_large()
        answer = settled.ask(scope.current(), question) if periods and at_once else None
        area = asked.area_field()
        return self.render(
            "zhijie/work/statistics_board.html" if part else "zhijie/work/statistics.html",
            question=question,
            answer=answer,
            waits=bool(periods) and not at_once,
            by=BY,
            charts=_charts(question, answer),
            named=_named,
            share=_share,
            days=_days,
            narrowed=screen.narrowed("hospital", "enterprise", "area", "category"),
            link=_link,
            fields=[
                _month_field("period", _("月份"), periods, question.last),
                _month_field("from", _("起始月份"), periods, question.first),
                *asked.party_fields(),
                *([area] if area else []),
                asked.field("category", _("品类"), "select", choices=words.choices(Category)),
            ],
        )


def _question(periods: list[str]) -> Question:
    """Return what the address asks; by month the last year, otherwise the last month."""
    by = request.args.get("by", "month")
    by = by if by in settled.BY else "month"
    last = asked.period(default=periods[0] if periods else calendar.period_of(clock.today()))
    earliest = last
    for _step in range(MONTHS_MAX - 1):
        earliest = calendar.previous_period(earliest)
    first = asked.period("from", default=earliest if by == "month" else last)
    category = asked.text("category")
    return Question(
        by=by,
        first=min(max(first, earliest), last),
        last=last,
        areas=asked.areas(),
        hospital=asked.text("hospital"),
        enterprise=asked.text("enterprise"),
        category=category if category in set(Category) else "",
        on=clock.today(),
    )


def _month_field(name: str, label: str, periods: list[str], value: str) -> dict[str, Any]:
    offered = periods if value in periods else [value, *periods]
    return {
        "name": name,
        "label": label,
        "kind": "select",
        "choices": [(one, one) for one in offered],
        "value": value,
    }


def _charts(question: Question, answer: Any) -> tuple[Any, Any] | None:
    """Return two pictures of the first rows: money by paid and not, and the average cycle.

    Rows that are not months are numbered as in the table: names would not fit beside the bars.
    """
    if answer is None or not answer.rows:
        return None
    by_month = question.by == "month"
    rows = answer.rows[-MONTHS_MAX:] if by_month else answer.rows[:BARS_MAX]
    labels = [row.key[2:] if by_month else str(place) for place, row in enumerate(rows, start=1)]
    money = charts.stacked(
        labels,
        [
            (_("已到账"), [max(row.paid_fen, 0) / WAN for row in rows]),
            (_("未到账"), [max(row.net_fen - row.paid_fen, 0) / WAN for row in rows]),
        ],
        _("；").join(f"{_named(row)} {formats.wan(row.net_fen)}" for row in rows),
    )
    days = charts.stacked(
        labels,
        [("", [row.cycle_sum / row.booked if row.booked else 0 for row in rows])],
        _("；").join(f"{_named(row)} {_days(row.cycle_sum, row.booked)}" for row in rows),
    )
    return money, days


def _named(row: Any) -> str:
    """Return what a group is called."""
    if row.name:
        return str(row.name)
    return words.word(Category(row.key)) if row.key in set(Category) else str(row.key)


def _share(part: int, whole: int) -> str:
    """Return a share in per cent with two decimals, half up; a dash where there is no whole."""
    if whole <= 0:
        return formats.UNKNOWN
    value = (2 * 10_000 * part + whole) // (2 * whole)
    return f"{value // 100}.{value % 100:02d}%"


def _days(total: int, count: int) -> str:
    """Return an average of days with one decimal, half up."""
    if not count:
        return formats.UNKNOWN
    tenths = (20 * total + count) // (2 * count)
    return f"{tenths // 10}.{tenths % 10}"


def _link(row: Any, question: Question) -> str:
    """Return the address of the sheets behind a group."""
    kept = {"view": "all", "period": question.last}
    if question.by == "month":
        kept["period"] = row.key
    elif question.by in {"area", "hospital", "enterprise"}:
        kept[question.by] = row.key
    else:
        return ""
    if question.first != question.last and question.by != "month":
        return ""
    return "/sheets/?" + "&".join(f"{name}={value}" for name, value in kept.items())


def views() -> list[Screen]:
    """Return the page."""
    return [StatisticsView(lazy_gettext("结算统计"), endpoint="statistics", url="/statistics")]
