"""签约情况: contracts of rounds by hospital and product, in time, late or missing."""

from typing import Any, ClassVar

from flask import Response, g, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.reporting import SigningState
from models.services.exports import listed
from models.services.views import signing
from models.services.views.reading import PAGE_ROWS
from web import downloads, formats, scope, words
from web.admin import asked, screen
from web.admin.screen import Screen
from web.permissions import Page

EXPORT_MAX = 200_000


class SigningView(Screen):
    """What is agreed and whether it is signed."""

    page: ClassVar[Page] = Page.PARTICIPATION

    @expose("/")
    def index(self) -> str:
        """List products with an agreed quantity; first the hospitals without any contract."""
        rows, on, number, wanted = scope.current(), clock.today(), asked.page(), _wanted()
        within = signing.where(rows, wanted, on)
        without = signing.without(within, PAGE_ROWS + 1) if not number else []
        counts = signing.LIST.counts(within)
        found = signing.LIST.page(signing.LIST.viewed(within, wanted.view), number=number)
        area = asked.area_field()
        return self.render(
            "zhijie/work/signing.html",
            found=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            counts=counts,
            without=without[:PAGE_ROWS],
            without_more=len(without) > PAGE_ROWS,
            S=SigningState,
            wanted=wanted,
            fields=[
                *([area] if area else []),
                *([] if rows.hospital_code else [asked.field("hospital", _("医疗机构"))]),
                asked.field("round", _("集采批次"), placeholder=_("名称或编码")),
            ],
            query=request.query_string.decode(),
            narrowed=screen.narrowed("area", "hospital", "round", "view"),
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address."""
        kind, wanted, on = asked.file_kind(), _wanted(), clock.today()
        within = signing.LIST.viewed(signing.where(scope.current(), wanted, on), wanted.view)
        titles = [
            _("批次代码"), _("集采批次"), _("医疗机构编码"), _("医疗机构"), _("医保编码"),
            _("产品"), _("配送企业"), _("协议编号"), _("约定采购量"), _("协议约定量"),
            _("签约截止日期"), _("签订日期"), _("状态"),
        ]  # fmt: skip
        found = signing.LIST.page(within, size=EXPORT_MAX)
        content = listed.written(g.actor, "signing", kind, titles, map(_row, found))
        return downloads.made(f"{_('签约情况')}_{on:%Y%m%d}.{kind}", content)


def _wanted() -> signing.Asked:
    view = asked.text("view")
    return signing.Asked(
        areas=asked.areas(),
        hospital=asked.text("hospital"),
        round=asked.text("round"),
        view=view if view in signing.VIEWS else "",
    )


def _row(found: Any) -> list[listed.Cell]:
    contracted = found.contracted_quantity
    return [
        found.round_code,
        found.round_name,
        found.hospital_code,
        found.hospital_name,
        found.nhsa_code,
        found.product_name,
        found.enterprise_name,
        found.contract_no,
        formats.decimal(found.committed_quantity),
        formats.decimal(contracted) if contracted is not None else "",
        str(found.due_on or ""),
        str(found.signed_on or ""),
        words.word(SigningState(found.state)),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [SigningView(lazy_gettext("签约情况"), endpoint="signing", url="/signing")]
