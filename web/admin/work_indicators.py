"""监测指标: the values of a month by hospital, area and round, and the rows behind each."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.base import db
from models.rules import calendar
from models.rules.job_names import JobName
from models.rules.monitoring import Verdict
from models.rules.words import LineKind
from models.services import access
from models.services.exports import listed
from models.services.monitoring.sums import Item
from models.services.views import indicator_evidence as evidence
from models.services.views import indicators
from models.services.views.listing import Counted
from models.services.views.reading import PAGE_ROWS
from web import downloads, indicator_words, scope, words
from web.admin import asked, screen
from web.admin.screen import Screen
from web.permissions import Page
from web.words_of_indicators import MEASURES

EXPORT_MAX = 200_000
#: Tabs: values of hospitals, of areas, of rounds.
BY = ("hospital", "area", "round")
SIDES = (evidence.NUMERATOR, evidence.DENOMINATOR)


class IndicatorsView(Screen):
    """The values of the last run of a month, and the rows behind each."""

    page: ClassVar[Page] = Page.INDICATORS

    @expose("/")
    def index(self) -> str:
        """Show the values of a month."""
        rows, periods, number = scope.current(), indicators.periods(scope.current()), asked.page()
        wanted, by = _wanted(periods), _by()
        facts: dict[str, Any] = {}
        if by == "hospital":
            within = indicators.where(rows, wanted)
            counts = indicators.LIST.counts(within)
            viewed = indicators.LIST.viewed(indicators.where(rows, wanted), wanted.view)
            found = indicators.LIST.page(viewed, number=number)
            facts = {"more": len(found) > PAGE_ROWS, "counts": counts}
            found = found[:PAGE_ROWS]
        else:
            found = _grouped(by, wanted)
        return self.render(
            "zhijie/work/indicators.html",
            by=by,
            found=found,
            periods=periods,
            wanted=wanted,
            number=number,
            pager=screen.pager_url,
            I=indicator_words,
            V=Verdict,
            next_period=calendar.previous_period(calendar.period_of(clock.today())),
            may_run="monitor" in access.MAY.get(g.actor.role, frozenset()),
            fields=_fields(periods, wanted),
            hidden={name: value for name, value in (("by", by), ("view", wanted.view)) if value},
            narrowed=screen.narrowed("indicator", "hospital", "area", "round", "view"),
            query=request.query_string.decode(),
            **facts,
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address with its names."""
        rows, kind, by = scope.current(), asked.file_kind(), _by()
        wanted = _wanted(indicators.periods(rows))
        if by == "hospital":
            viewed = indicators.LIST.viewed(indicators.where(rows, wanted), wanted.view)
            found = indicators.LIST.page(viewed, size=EXPORT_MAX)
        else:
            found = _grouped(by, wanted)
        titles = [
            _("月份"), _("编码"), _("名称"), _("指标"), _("细分"), _("分子"), _("分母"),
            _("指标值（百分数）"), _("目标（百分数）"), _("结论"),
        ]  # fmt: skip
        content = listed.written(
            g.actor, "indicators", kind, titles, (_exported(wanted.period, by, r) for r in found)
        )
        return downloads.made(f"{_('监测指标')}_{wanted.period}_{len(found)}.{kind}", content)

    @expose("/rows")
    def rows(self) -> str:
        """Show the rows that a numerator or denominator adds up."""
        value, side = _asked_value()
        number = asked.page()
        with db.atomic():
            of = evidence.figure(value, side)
            told = evidence.find(of, limit=PAGE_ROWS + 1, skip=number * PAGE_ROWS)
        return self.render(
            "zhijie/work/indicator_rows.html",
            v=value,
            side=side,
            of=of,
            told=told,
            shown=told.rows[:PAGE_ROWS],
            more=len(told.rows) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            I=indicator_words,
            measures=MEASURES,
            items=Item,
            query=request.query_string.decode(),
        )

    @expose("/rows/export")
    def rows_export(self) -> Response:
        """Send all rows of a numerator or denominator."""
        value, side = _asked_value()
        kind = asked.file_kind()
        with db.atomic():
            of = evidence.figure(value, side)
            told = evidence.find(of, limit=EXPORT_MAX)
            titles = [
                _("编号"), _("日期"), _("订单编号"), _("医保编码"), _("产品"), _("规格"),
                _("医药企业"), _("类型"), _("数量"), _("计入值"),
            ]  # fmt: skip
            cells = (_evidence_cells(row) for row in told.rows)
            content = listed.written(g.actor, "indicator_rows", kind, titles, cells)
        name = indicator_words.named(value.indicator, value.name)
        return downloads.made(f"{name}_{value.period}_{value.hospital_code}.{kind}", content)

    @expose("/run", methods=("POST",))
    def run(self) -> ResponseReturnValue:
        """Queue the calculation of a month for the reader's areas."""
        access.require(g.actor, "monitor")
        period = asked.period()
        if not period:
            abort(404)
        area = None if g.actor.area_code == access.ALL_AREAS else g.actor.area_code
        return self.start(
            JobName.MONITOR,
            {"period": period, "area": area},
            subject=f"period:{period}",
            message=_("正在计算 %(p)s 的监测指标，完成后刷新监测指标页。", p=period),
            period=period,
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        rows = scope.current()
        return indicators.counted(rows, _wanted(indicators.periods(rows)))


def _by() -> str:
    by = asked.text("by")
    return by if by in BY and not (by == "area" and g.actor.party_code) else "hospital"


def _wanted(periods: list[str]) -> indicators.Asked:
    view = asked.text("view")
    return indicators.Asked(
        period=asked.period(default=periods[0] if periods else ""),
        indicator=asked.text("indicator"),
        areas=asked.areas(),
        hospital=asked.text("hospital"),
        round=asked.text("round"),
        view=view if view in indicators.VIEWS else "",
    )


def _grouped(by: str, wanted: indicators.Asked) -> list[Any]:
    rows = scope.current()
    if by == "round":
        return indicators.by_round(rows, wanted)
    own = None if rows.areas is None else sorted(rows.areas)
    return indicators.by_area(rows, wanted, list(wanted.areas) or own)


def _fields(periods: list[str], wanted: indicators.Asked) -> list[dict[str, Any]]:
    area = asked.area_field()
    known = indicators.names(wanted.period).items()
    offered = [(code, indicator_words.named(code, name)) for code, name in known]
    return [
        asked.period_field(periods, wanted.period) | {"label": _("监测月")},
        asked.field("indicator", _("指标"), "select", choices=offered),
        *([area] if area else []),
        *(
            []
            if scope.current().hospital_code
            else [asked.field("hospital", _("医疗机构"), placeholder=_("名称或编码"))]
        ),
        asked.field("round", _("集采批次"), placeholder=_("名称或编码")),
    ]


def _asked_value() -> tuple[Any, str]:
    """Return the value and the side that the address names; what is not the reader's: 404."""
    side = asked.text("side")
    key = (asked.period(), asked.text("hospital"), asked.text("indicator"), asked.text("subject"))
    value = indicators.find(scope.current(), key)
    if value is None or side not in SIDES:
        abort(404)
    return value, side


def _exported(period: str, by: str, row: Any) -> list[listed.Cell]:
    code, name = (
        (row.hospital_code, row.hospital_name) if by == "hospital" else (row.code, row.title)
    )
    verdict = words.word(Verdict(row.verdict)) if row.verdict else ""
    return [
        period, code, name, indicator_words.named(row.indicator, row.name),
        indicator_words.subject(row.subject, row.round_name), row.numerator, row.denominator,
        Decimal(row.value_bp) / 100,
        None if row.target_bp is None else Decimal(row.target_bp) / 100, verdict,
    ]  # fmt: skip


def _evidence_cells(row: Any) -> list[listed.Cell]:
    kind = words.word(LineKind(row.line_kind)) if row.line_kind else ""
    return [
        row.item, str(row.day or ""), row.order_no, row.nhsa_code, row.product_name,
        row.specification, row.enterprise_name, kind, row.quantity, row.value,
    ]  # fmt: skip


def views() -> list[Screen]:
    """Return the page."""
    return [IndicatorsView(lazy_gettext("监测指标"), endpoint="indicators", url="/indicators")]
