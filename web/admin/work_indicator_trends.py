"""指标趋势: the twelve months of each indicator of a hospital, an area or a round."""

from typing import Any, ClassVar

from flask import abort, g
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.monitoring import Verdict
from models.services import access
from models.services.views import indicators
from web import charts, indicator_words, scope
from web.admin import asked
from web.admin.screen import Screen
from web.permissions import Page


class IndicatorTrendsView(Screen):
    """One chart and table for each indicator, or the indicators of everything the reader sees."""

    page: ClassVar[Page] = Page.INDICATORS

    @expose("/")
    def index(self) -> str:
        """Show a year of indicators."""
        rows, periods = scope.current(), indicators.periods(scope.current())
        last = asked.period(default=periods[0] if periods else "")
        kind, code, of = _of()
        months = indicators.trend(rows, of, last) if last else []
        if kind == "hospital" and not months and periods:
            abort(404)
        series: dict[tuple[str, str], list[Any]] = {}
        for row in months:
            series.setdefault((row.indicator, row.subject), []).append(row)
        wanted = asked.text("indicator")
        known = {
            indicator: indicator_words.named(indicator, found[0].name)
            for (indicator, _subject), found in series.items()
        }
        shown = {key: found for key, found in series.items() if wanted in ("", key[0])}
        return self.render(
            "zhijie/work/indicator_trends.html",
            kind=kind,
            code=code,
            title=indicators.title_of(kind, code) if code else _("全部"),
            last=last,
            series=[(found, _chart(found)) for found in shown.values()],
            known=known,
            I=indicator_words,
            V=Verdict,
            fields=_fields(periods, last, known),
            hidden={kind: code} if kind == "hospital" and code else {},
        )


def _of() -> tuple[str, str, dict[str, Any]]:
    """Return whose trend the address asks for: kind, code, and the conditions."""
    hospital, round_code, area = asked.text("hospital"), asked.text("round"), asked.text("area")
    of: dict[str, Any] = {"hospital": hospital, "round": round_code, "areas": asked.areas()}
    if hospital:
        return "hospital", hospital, of
    if round_code:
        return "round", round_code, of
    if not area and not g.actor.party_code and g.actor.area_code != access.ALL_AREAS:
        area = g.actor.area_code
    return "area", area, of


def _fields(periods: list[str], last: str, known: dict[str, str]) -> list[dict[str, Any]]:
    area = asked.area_field()
    return [
        asked.period_field(periods, last) | {"label": _("截至月份")},
        asked.field("indicator", _("指标"), "select", choices=list(known.items())),
        *([area] if area else []),
        asked.field("round", _("批次代码")),
    ]


def _chart(found: list[Any]) -> Any:
    """Return the bars of a series in per cent, hatched where a target was missed.

    The table below tells the same.
    """
    told = _("；").join(f"{row.code} {indicator_words.percent(row.value_bp)}" for row in found)
    values = [max(row.value_bp, 0) / 100 for row in found]
    missed = [row.verdict == Verdict.FAIL for row in found]
    good = [0.0 if bad else value for bad, value in zip(missed, values, strict=True)]
    poor = [value if bad else 0.0 for bad, value in zip(missed, values, strict=True)]
    # The third series is the hatched one of every chart.
    series = [("", good), ("", [0.0] * len(values)), ("", poor)]
    return charts.stacked([row.code[2:] for row in found], series, told)


def views() -> list[Screen]:
    """Return the page."""
    title = lazy_gettext("指标趋势")
    return [IndicatorTrendsView(title, endpoint="indicator_trends", url="/indicators/trends")]
