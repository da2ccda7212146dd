"""处方点评: what departments and prescribers prescribed, as the rules about overuse read it."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, g, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.money import yuan
from models.services.exports import listed
from models.services.views import prescriptions
from models.services.views.listing import Counted
from models.services.views.reading import PAGE_ROWS
from web import downloads, formats, scope
from web.admin import asked, screen
from web.admin.screen import Screen
from web.permissions import Page


class PrescriptionsView(Screen):
    """The list of what was prescribed."""

    page: ClassVar[Page] = Page.INDICATORS

    @expose("/")
    def index(self) -> str:
        """List what the address asks for, the latest month first."""
        rows, number, wanted = scope.current(), asked.page(), _asked()
        found = prescriptions.page(rows, wanted, number=number)
        area = asked.area_field()
        return self.render(
            "zhijie/work/prescriptions.html",
            found=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=prescriptions.totals(rows, wanted),
            query=request.query_string.decode(),
            fields=[
                asked.field("period", _("月份"), placeholder="2026-03"),
                *([] if rows.hospital_code else [asked.field("hospital", _("医疗机构"))]),
                asked.field("department", _("科室")),
                asked.field("product", _("产品")),
                *([area] if area else []),
            ],
            narrowed=screen.narrowed("period", "hospital", "department", "product", "area"),
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return prescriptions.counted(scope.current(), _asked())

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind = asked.file_kind()
        found = prescriptions.page(scope.current(), _asked(), size=prescriptions.EXPORT_MAX)
        titles = [
            _("月份"), _("医疗机构编码"), _("医疗机构"), _("科室"), _("开方人编码"), _("产品编码"),
            _("产品"), _("规格"), _("数量"), _("金额（元）"),
        ]  # fmt: skip
        rows = map(_row, found[: prescriptions.EXPORT_MAX])
        content = listed.written(g.actor, "prescriptions", kind, titles, rows)
        return downloads.made(f"{_('处方点评')}_{len(found)}.{kind}", content)


def _asked() -> prescriptions.Asked:
    return prescriptions.Asked(
        period=asked.period(),
        hospital=asked.text("hospital"),
        department=asked.text("department"),
        product=asked.text("product"),
        areas=asked.areas(),
    )


def _row(one: Any) -> list[listed.Cell]:
    return [
        one.period, one.hospital_code, one.hospital_name, one.department, one.prescriber,
        one.nhsa_code, one.product_name, one.specification, str(formats.decimal(one.quantity)),
        Decimal(yuan(one.amount_fen)),
    ]  # fmt: skip


def views() -> list[Screen]:
    """Return the page."""
    return [
        PrescriptionsView(lazy_gettext("处方点评"), endpoint="prescriptions", url="/prescriptions")
    ]
