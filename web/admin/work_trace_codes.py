"""追溯码: the whole way of a code, and how many drug receipts of a month have one (应采尽采)."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, g, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.money import yuan
from models.rules.trace_codes import drug_of, form
from models.rules.words import InstructionState, SheetState, TraceCodes
from models.services.exports import listed
from models.services.views import trace_codes
from web import downloads, scope
from web.admin import asked, screen
from web.admin.screen import Screen
from web.permissions import Page

#: What a scheme's demand does to a drug receipt (file formats §3.2).
_SAYS = {
    TraceCodes.REQUIRE: lazy_gettext(
        "按码结算、按码付款：药品收货没有追溯码，或追溯码与另一笔收货重复的，明细挂起，补正后才结算和付款。"
    ),
    TraceCodes.WARN: lazy_gettext("提示缺码：没有追溯码的照常结算和付款，计入采集率。"),
    TraceCodes.IGNORE: lazy_gettext("不要求追溯码，照常结算和付款。"),
}


class TraceCodesView(Screen):
    """Looking a code up, and the capture rate by hospital."""

    page: ClassVar[Page] = Page.TRACE_CODES

    @expose("/")
    def index(self) -> str:
        """Show a code's lines from order to payment; without a code the month's capture."""
        rows, code = scope.current(), asked.text("code")
        months = asked.months(18)
        period = asked.period(default=months[0] if months else "")
        capture = _capture(period) if period and not code and not rows.enterprise_code else []
        return self.render(
            "zhijie/work/trace_codes.html",
            code=code,
            form=form(code) if code else None,
            drug=drug_of(code) if code else None,
            way=trace_codes.way(rows, code) if code else [],
            capture=capture,
            sums=_sums(capture),
            period=period,
            rate=rate,
            SheetState=SheetState,
            InstructionState=InstructionState,
            asks=[] if code else trace_codes.asked(rows, clock.today()),
            says=_SAYS,
            lookup=[asked.field("code", _("追溯码"), wide=True, placeholder=_("扫描或输入"))],
            fields=[
                *([asked.period_field(months, period) | {"label": _("验收月")}] if months else []),
                *([field] if (field := asked.area_field()) else []),
            ],
            query=request.query_string.decode(),
            narrowed=screen.narrowed("area"),
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the month's capture by hospital as csv or xlsx."""
        months = asked.months(18)
        period = asked.period(default=months[0] if months else "")
        found = [] if scope.current().enterprise_code or not period else _capture(period)
        titles = [
            _("验收月"), _("医疗机构编码"), _("医疗机构"), _("药品收货明细"), _("有追溯码"),
            _("采集率（明细）"), _("药品收货金额（元）"), _("有追溯码金额（元）"),
            _("采集率（金额）"),
        ]  # fmt: skip
        kind = asked.file_kind()
        content = listed.written(
            g.actor, "trace_codes", kind, titles, (_row(period, one) for one in found)
        )
        return downloads.made(f"{_('追溯码采集率')}_{period}_{len(found)}.{kind}", content)


def _capture(period: str) -> list[Any]:
    return trace_codes.capture(scope.current(), period, asked.own_areas())


def rate(part: int, whole: int) -> str:
    """Return a share in percent with two decimals, half up; a dash of nothing."""
    if not whole:
        return "—"
    return f"{Decimal((20_000 * part + whole) // (2 * whole)) / 100:.2f}%"


def _sums(found: list[Any]) -> dict[str, int]:
    return {
        name: sum(getattr(one, name) for one in found)
        for name in ("lines", "coded_lines", "amount_fen", "coded_fen")
    }


def _row(period: str, one: Any) -> list[listed.Cell]:
    return [
        period,
        one.hospital_code,
        one.name,
        one.lines,
        one.coded_lines,
        rate(one.coded_lines, one.lines),
        Decimal(yuan(one.amount_fen)),
        Decimal(yuan(one.coded_fen)),
        rate(one.coded_fen, one.amount_fen),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [TraceCodesView(lazy_gettext("追溯码"), endpoint="trace_codes", url="/trace-codes")]
