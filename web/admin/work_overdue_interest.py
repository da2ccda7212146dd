"""利息计算书: what late payment costs an enterprise or a hospital, part by part."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from models import clock
from models.records.base import db
from models.rules.errors.exports import TooManyRows
from models.rules.money import yuan
from models.rules.words import EnterpriseSize, Lane
from models.services import access
from models.services.exports import listed
from models.services.views import claim, late_lines
from web import downloads, scope, words
from web.admin import asked, screen
from web.admin.screen import Screen
from web.permissions import Page


class InterestView(Screen):
    """The claim of an institution as of a day."""

    page: ClassVar[Page] = Page.OVERDUE
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the claim that the address asks for; without an institution ask for one.

        Every receipt of the institution is judged: over many lines by a second request.
        """
        on = asked.on_or(clock.today())
        (hospital, enterprise), number = _parties(), asked.page()
        printing = bool(request.args.get("print"))
        board, found = request.args.get("part") == "board", None
        at_once = board or printing or bool(request.args.get("now")) or not late_lines.is_large()
        if (hospital.code or enterprise.code) and at_once:
            found = claim.find(
                _areas(),
                on,
                hospital_code=hospital.code,
                enterprise_code=enterprise.code,
                count=claim.PAPER_PARTS_MAX if printing else claim.PAGE_PARTS,
                skip=0 if printing else number * claim.PAGE_PARTS,
            )
        facts = {
            "on": on,
            "claim": found,
            "hospital": hospital,
            "enterprise": enterprise,
            "place": _place(),
            "now": clock.now(),
        }
        if printing and found:
            return self.render("zhijie/work/interest_print.html", **facts)
        return self.render(
            f"zhijie/work/interest{'_board' if board and found else ''}.html",
            **facts,
            number=number,
            pages=-(-found.count // claim.PAGE_PARTS) if found else 0,
            pager=screen.pager_url,
            fields=[
                asked.field("on", _("截至"), "date") | {"value": str(on)},
                *asked.party_fields(),
            ],
            narrowed=screen.narrowed("hospital", "enterprise"),
        )

    @expose("/file")
    def file(self) -> Response:
        """Send the claim as XLSX or CSV, with the rule of each due day and rate."""
        access.require(g.actor, "export")
        on, (hospital, enterprise) = asked.on_or(clock.today()), _parties()
        if not (hospital.code or enterprise.code):
            abort(404)
        with db.atomic():
            found = claim.find(
                _areas(),
                on,
                hospital_code=hospital.code,
                enterprise_code=enterprise.code,
                count=claim.FILE_PARTS_MAX,
            )
            if found.count > claim.FILE_PARTS_MAX:
                raise TooManyRows(rows=found.count, rows_max=claim.FILE_PARTS_MAX)
            kind = "csv" if request.args.get("format") == "csv" else "xlsx"
            what = f"interest_claim:{hospital.code or ''}:{enterprise.code or ''}:{on}"
            content = listed.written(g.actor, what, kind, _titles(), map(_cells, found.parts))
        name = f"{_('利息计算书')}_{enterprise.code or hospital.code}_{on:%Y%m%d}.{kind}"
        return downloads.made(name, content)


def _areas() -> Sequence[str]:
    """Return the reader's areas; the lines of a seat may lie in any."""
    return access.areas(access.SYSTEM if g.actor.party_code else g.actor, None)


def _parties() -> tuple[claim.Party, claim.Party]:
    """Return hospital and enterprise of the claim: the seat's own, or what was typed."""
    rows = scope.current()
    return (
        claim.hospital(
            None if rows.enterprise_code else rows, rows.hospital_code or asked.text("hospital")
        ),
        claim.enterprise(rows.enterprise_code or asked.text("enterprise")),
    )


def _titles() -> list[str]:
    return [
        _("明细编号"), _("部分"), _("医疗机构编码"), _("医疗机构"), _("统一社会信用代码"),
        _("医药企业"), _("产品"), _("通道"), _("协议编号"), _("签订时企业规模"),
        _("规模告知日期"), _("验收日"), _("到期日"), _("到期日依据"), _("金额（元）"), _("付款日"),
        _("天数"), _("利率依据"), _("利息（元）"),
    ]  # fmt: skip


def _cells(part: claim.Part) -> list[listed.Cell]:
    row, place = part.row, _place()
    return [
        row.line_no,
        row.part,
        row.hospital_code,
        row.hospital_name,
        row.enterprise_code,
        row.enterprise_name,
        row.product_name,
        words.word(Lane(row.lane)),
        row.contract_no,
        words.word(EnterpriseSize(row.enterprise_size)),
        _day(row.declared_on),
        _day(row.accepted_on),
        _day(row.due_on),
        part.due_words[place],
        Decimal(yuan(row.amount_fen)),
        _day(row.paid_on) or _("未付"),
        row.days,
        part.rate_words[place],
        Decimal(yuan(row.interest_fen)),
    ]


def _place() -> int:
    """Return which of two languages the reader reads: 0 Chinese, 1 English."""
    locale = get_locale()
    return int(locale is not None and locale.language == "en")


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else ""


def views() -> list[Screen]:
    """Return the page."""
    return [InterestView(lazy_gettext("利息计算书"), endpoint="interest", url="/interest")]
