"""测算数据: what the lines propose as inputs of a round, and tiers of cities, as files."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import calendar
from models.rules.money import yuan
from models.rules.retention_presets import PRESETS
from models.schemas import tables
from models.services.exports import listed
from models.services.retention import proposing
from models.services.views import retention
from web import downloads
from web.admin import asked
from web.admin.screen import Screen
from web.permissions import Page

#: Reasons not to assess a product (医保发〔2024〕31号): offered where somebody must choose one.
EXCLUSIONS = (
    lazy_gettext("重点监控目录调整等政策使需求变化"),
    lazy_gettext("公共卫生事件使需求变化"),
    lazy_gettext("诊疗指南变化使需求变化"),
    lazy_gettext("短缺、急救或季节性用药"),
    lazy_gettext("备供企业产品"),
    lazy_gettext("价格低于中选产品且质量相当的非中选产品"),
)
#: Rows shown; the file has all.
SHOWN = 200


class RetentionInputsView(Screen):
    """A proposal of inputs to look through, correct and import."""

    page: ClassVar[Page] = Page.RETENTION_LISTS
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """Show what the lines propose for a month and round."""
        period, rounds = _period(), retention.rounds()
        code = asked.text("round")
        found = _proposed(period, code)
        return self.render(
            "zhijie/work/retention_inputs.html",
            found=found[:SHOWN],
            count=len(found),
            period=period,
            round_code=code,
            query=request.query_string.decode(),
            presets=PRESETS,
            exclusions=EXCLUSIONS,
            fields=[
                asked.field("period", _("测算月"), placeholder="2026-03") | {"value": period},
                asked.field("round", _("集采批次"), "select", choices=rounds),
                *([field] if (field := asked.area_field()) else []),
            ],
        )

    @expose("/file")
    def file(self) -> Response:
        """Send the proposal with the headers of the import, to be completed and imported."""
        period, code, kind = _period(), asked.text("round"), asked.file_kind("xlsx")
        columns = tables.table("retention_inputs").columns().values()
        rows = [_row(period, code, one) for one in _proposed(period, code)]
        titles = [column.label for column in columns]
        reasons = {len(titles) - 1: [str(one) for one in EXCLUSIONS]}
        content = listed.written(g.actor, "retention_proposal", kind, titles, rows, reasons)
        return downloads.made(f"{_('测算数据建议')}_{period}_{code}_{len(rows)}.{kind}", content)

    @expose("/tiers/<city>")
    def tiers(self, city: str) -> Response:
        """Send the tiers of a city with the headers of the import; the scheme is left open."""
        preset = PRESETS.get(city)
        if preset is None:
            abort(404)
        columns = tables.table("retention_tiers").columns().values()
        today = str(clock.today())
        rows: list[list[listed.Cell]] = [
            ["", today, str(least), str(ratio)] for least, ratio in preset.tiers
        ]
        titles = [column.label for column in columns]
        content = listed.written(g.actor, "retention_tiers", "csv", titles, rows)
        return downloads.made(f"{_('留用档次')}_{preset.name}.csv", content)


def _period() -> str:
    return asked.period(default=calendar.period_of(clock.today()))


def _proposed(period: str, round_code: str) -> list[proposing.Proposed]:
    area = asked.text("area") or None
    return proposing.propose(g.actor, period, round_code, area) if round_code else []


def _row(period: str, round_code: str, one: Any) -> list[listed.Cell]:
    """Return the cells in the order of the import's columns, numbers as they are imported."""
    return [
        period,
        one.hospital_code,
        round_code,
        one.nhsa_code,
        one.base_quantity,
        one.agreed_quantity,
        one.actual_quantity,
        one.price_before_yuan,
        one.award_price_yuan,
        Decimal(yuan(one.non_selected_fen)),
        one.fund_ratio_bp,
        one.insured_share_bp,
        "",
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        RetentionInputsView(
            lazy_gettext("测算数据建议"), endpoint="retention_inputs", url="/retention-inputs"
        )
    ]
