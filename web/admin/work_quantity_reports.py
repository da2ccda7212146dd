"""报量: hospitals write what they will need and submit it with the letter; one level up reviews."""

from datetime import date
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.reporting import WRITABLE, ReportMove, ReportState, target
from models.rules.words import Role
from models.services import access
from models.services.exports import listed
from models.services.reporting import deciding, writing
from models.services.reporting.writing import Line
from models.services.views import reports
from models.services.views.reading import PAGE_ROWS
from web import downloads, formats, scope, words
from web.admin import answering, asked, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

EXPORT_MAX = 200_000


class QuantityReportsView(Screen):
    """The reports of the reader's hospitals."""

    page: ClassVar[Page] = Page.QUANTITY_REPORTS

    @expose("/")
    def index(self) -> str:
        """List the reports; a hospital first sees what it may begin."""
        rows, number, wanted = scope.current(), asked.page(), _wanted()
        found = reports.LIST.page(
            reports.LIST.viewed(reports.where(rows, wanted), wanted.view), number=number
        )
        begin = reports.to_begin(g.actor.party_code, clock.today()) if _may_report() else []
        area = asked.area_field()
        return self.render(
            "zhijie/work/quantity_reports.html",
            found=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            counts=reports.LIST.counts(reports.where(rows, wanted)),
            states=list(ReportState),
            wanted=wanted,
            begin=begin,
            may_review=answering.may("report_review"),
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
        """Send every line of the reports of the address."""
        kind, wanted = asked.file_kind(), _wanted()
        within = reports.LIST.viewed(reports.where(scope.current(), wanted), wanted.view)
        titles = [
            _("批次代码"), _("集采批次"), _("医疗机构编码"), _("医疗机构"), _("医保编码"),
            _("产品"), _("规格"), _("报量"), _("说明"), _("状态"), _("承诺函日期"),
        ]  # fmt: skip
        found = reports.listed_lines(within, EXPORT_MAX)
        content = listed.written(g.actor, "quantity_reports", kind, titles, map(_row, found))
        return downloads.made(f"{_('报量')}_{clock.today():%Y%m%d}.{kind}", content)

    @expose("/new", methods=("POST",))
    def new(self) -> ResponseReturnValue:
        """Begin the report of a round."""
        self.require_act()
        try:
            number = writing.begin(
                g.actor,
                g.actor.party_code or "",
                request.form.get("round", ""),
                unified=bool(request.form.get("unified")),
                on=clock.today(),
            )
        except SettlementError as error:
            screen.refused(sentence_of(error))
            return redirect(url_for("quantity_reports.index"), 303)
        screen.done(_("已按使用量列出各产品，请核对数量并上传承诺函。"))
        return redirect(url_for("quantity_reports.one", number=number), 303)

    @expose("/<int:number>", methods=("GET", "POST"))
    def one(self, number: int) -> ResponseReturnValue:
        """Show a report with its lines; the hospital writes and submits, one level up decides."""
        found, refusal = _find(number), ""
        if request.method == "POST":
            self.require_act()
            try:
                screen.done(_act(number, request.form.get("act", "")))
            except SettlementError as error:
                refusal, found = sentence_of(error), _find(number)
            else:
                return redirect(url_for("quantity_reports.one", number=number), 303)
        lines = reports.lines(found)
        page = self.render(
            "zhijie/work/quantity_report.html",
            r=found,
            lines=lines[: reports.LINES_SHOWN],
            more=len(lines) > reports.LINES_SHOWN,
            covered=reports.covered(found),
            story=reports.story(number),
            state=ReportState(found.state),
            moves=ReportMove,
            may_write=_may_report() and found.state in WRITABLE,
            may_take_back=_may_report() and _possible(found, ReportMove.TAKE_BACK),
            may_review=_is_above(found) and _possible(found, ReportMove.REVIEW),
            may_give_back=_is_above(found) and _possible(found, ReportMove.GIVE_BACK),
            refusal=refusal,
            typed=request.form,
        )
        return page, 422 if refusal else 200

    @expose("/<int:number>/letter/<int:file_id>")
    def letter(self, number: int, file_id: int) -> Response:
        """Send the signed letter, of now or of an earlier submission."""
        return (
            downloads.send(file_id)
            if reports.letter(scope.current(), number, file_id)
            else abort(404)
        )


def _act(number: int, act: str) -> str:
    """Do what the form says and return what to tell."""
    on = clock.today()
    if act in ("write", "submit"):
        writing.write(
            g.actor,
            number,
            _lines(),
            document=answering.document("letter"),
            signed_on=_signed_on(),
            on=on,
        )
        if act == "write":
            return _("已保存，尚未提交。")
        deciding.submit(g.actor, number, on=on)
        return _("已提交，等待上级审核；审核前可以撤回。")
    if act == ReportMove.TAKE_BACK:
        deciding.take_back(g.actor, number, on=on)
        return _("已撤回，可以继续填报。")
    if act == ReportMove.REVIEW:
        deciding.review(g.actor, number, on=on)
        return _("已审核，约定采购量已按报量写入。")
    if act != ReportMove.GIVE_BACK:
        abort(400)
    deciding.give_back(g.actor, number, request.form.get("words", ""), on=on)
    return _("已退回，由医院更正后重新提交。")


def _lines() -> list[Line]:
    """Return the lines of the form; a line added names its product."""
    found = [
        Line(hospital, code, quantity, reason)
        for hospital, code, quantity, reason in zip(
            request.form.getlist("hospital"),
            request.form.getlist("code"),
            request.form.getlist("quantity"),
            request.form.getlist("reason"),
            strict=True,
        )
    ]
    return [line for line in found if line.nhsa_code.strip()]


def _signed_on() -> date | None:
    """Return the day of the letter; a day that is none is refused as one after today."""
    typed = request.form.get("signed_on", "")
    return asked.day("signed_on") or (date.max if typed else None)


def _may_report() -> bool:
    return g.actor.role == Role.HOSPITAL and answering.may("report_quantity")


def _is_above(found: Any) -> bool:
    return answering.may("report_review") and access.reaches(g.actor, found.above_code)


def _possible(found: Any, move: ReportMove) -> bool:
    return target(ReportState(found.state), move) is not None


def _find(number: int) -> Any:
    found = reports.find(scope.current(), number)
    return found if found is not None else abort(404)


def _wanted() -> reports.Asked:
    view = asked.text("view")
    return reports.Asked(
        areas=asked.areas(),
        hospital=asked.text("hospital"),
        round=asked.text("round"),
        view=view if view in set(ReportState) else "",
    )


def _row(found: Any) -> list[listed.Cell]:
    return [
        found.round_code,
        found.round_name,
        found.hospital_code,
        found.hospital_name,
        found.nhsa_code,
        found.product_name,
        found.specification,
        formats.decimal(found.reported_quantity),
        found.reason,
        words.word(ReportState(found.state)),
        str(found.letter_signed_on or ""),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        QuantityReportsView(
            lazy_gettext("报量"), endpoint="quantity_reports", url="/quantity-reports"
        )
    ]
