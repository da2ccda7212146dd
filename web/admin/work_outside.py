"""范围外: what the fund does not pay, with the reason; by hospital, and line by line."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.money import yuan
from models.rules.scope import Outside
from models.rules.words import Category, LineKind, Platform
from models.services.exports import listed
from models.services.views import coverage, outside
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope, words
from web.admin import asked, scope_words, screen
from web.admin.screen import Screen
from web.permissions import Page

EXPORT_MAX = 200_000


class OutsideView(Screen):
    """The list by hospital, category and reason, and the lines of one hospital."""

    page: ClassVar[Page] = Page.COVERAGE
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """List what is out of scope by hospital, category and reason."""
        periods, number = coverage.figured(), asked.page()
        wanted = _wanted(asked.period(default=periods[0] if periods else ""))
        found = outside.page(scope.current(), wanted, number=number) if wanted.period else []
        return self.render(
            "zhijie/work/outside.html",
            rows_found=found[:PAGE_ROWS],
            totals=outside.totals(scope.current(), wanted) if found else None,
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            wanted=wanted,
            run=coverage.run_of(wanted.period),
            C=Category,
            O=Outside,
            outside=scope_words.OUTSIDE,
            fields=_fields(periods, wanted),
            narrowed=screen.narrowed("area", "hospital", "reason", "category"),
            query=request.query_string.decode(),
        )

    @expose("/<hospital_code>")
    def lines(self, hospital_code: str) -> ResponseReturnValue:
        """List the lines of a hospital and month that are out of scope, judged now."""
        of = outside.hospital(scope.current(), hospital_code)
        wanted = _wanted(asked.period())
        if of is None or not wanted.period:
            abort(404)
        kind = asked.file_kind(default="")
        if kind:
            return _lines_file(of, wanted, kind)
        number = asked.page()
        totals, found = outside.lines(of, wanted, number=number)
        return self.render(
            "zhijie/work/outside_lines.html",
            of=of,
            lines=found[:PAGE_ROWS],
            totals=totals,
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            wanted=wanted,
            C=Category,
            O=Outside,
            outside=scope_words.OUTSIDE,
            fields=_fields([wanted.period], wanted, of_hospital=True),
            narrowed=screen.narrowed("reason", "category"),
            query=request.query_string.decode(),
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the sums of a month that are out of scope."""
        wanted, kind = _wanted(asked.period()), asked.file_kind()
        if not wanted.period:
            abort(404)
        found = outside.page(scope.current(), wanted, size=EXPORT_MAX)
        titles = [
            _("医疗机构编码"), _("医疗机构"), _("类别"), _("范围外原因"), _("明细"),
            _("金额（元）"),
        ]  # fmt: skip
        cells = (
            [r.hospital_code, r.hospital_name, words.word(Category(r.category)),
             words.word(Outside(r.outside)), r.lines, Decimal(yuan(r.amount_fen))]
            for r in found
        )  # fmt: skip
        content = listed.written(g.actor, "coverage_outside", kind, titles, cells)
        return downloads.made(f"{_('范围外')}_{wanted.period}.{kind}", content)


def _wanted(period: str) -> outside.Asked:
    reason, category = asked.text("reason"), asked.text("category")
    return outside.Asked(
        period=period,
        areas=asked.areas(),
        hospital=asked.text("hospital"),
        reason=reason if reason in set(Outside) else "",
        category=category if category in set(Category) else "",
    )


def _fields(
    periods: list[str], wanted: outside.Asked, *, of_hospital: bool = False
) -> list[dict[str, Any]]:
    area = None if of_hospital else asked.area_field()
    seat = scope.current().hospital_code or of_hospital
    return [
        asked.period_field(periods, wanted.period),
        *([area] if area else []),
        *([] if seat else [asked.field("hospital", _("医疗机构"))]),
        asked.field("reason", _("原因"), "select", choices=words.choices(Outside)),
        asked.field("category", _("类别"), "select", choices=words.choices(Category)),
    ]


def _lines_file(of: Any, wanted: outside.Asked, kind: str) -> Response:
    """Return the lines of a hospital and month as a file."""
    _totals, found = outside.lines(of, wanted, size=EXPORT_MAX)
    titles = [
        _("明细编号"), _("明细类型"), _("验收日期"), _("产品"), _("医保编码"), _("企业"),
        _("采购渠道"), _("类别"), _("范围外原因"), _("单价"), _("金额（元）"),
    ]  # fmt: skip
    cells = (
        [r.line_no, words.word(LineKind(r.line_kind)), str(r.accepted_on), r.product_name,
         r.nhsa_code, r.enterprise_name, words.word(Platform(r.platform)),
         words.word(Category(r.category)), words.word(Outside(r.outside)),
         r.unit_price_yuan, Decimal(yuan(r.amount_fen))]
        for r in found
    )  # fmt: skip
    subject = f"coverage_outside:{of.hospital_code}"
    content = listed.written(g.actor, subject, kind, titles, cells)
    return downloads.made(f"{_('范围外')}_{of.hospital_code}_{wanted.period}.{kind}", content)


def views() -> list[Screen]:
    """Return the page."""
    return [OutsideView(lazy_gettext("范围外"), endpoint="outside", url="/coverage/outside")]
