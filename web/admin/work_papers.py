"""通报与报告: weekly looks, reminders, bulletins, reports; drafted, reviewed, sent, withdrawn."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.papers import CadenceRule
from models.rules import cadence, paper_content
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.papers import PaperKind, PaperState, RectificationState
from models.services import access
from models.services.exports import listed
from models.services.papers import moving
from models.services.views import papers
from models.services.views.listing import Counted
from models.services.views.papers import Asked
from models.services.views.reading import PAGE_ROWS
from web import charts, downloads, scope, words
from web.admin import answering, asked, paper_words, screen
from web.admin.base import MasterView
from web.admin.rows import Bound
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

#: Rows of a table on the page; the documents have more, the workbook all.
SHOWN_ROWS = 30


class PapersView(Screen):
    """The list of papers, one of them, drafting one and what becomes of it."""

    page: ClassVar[Page] = Page.PAPERS

    @expose("/")
    def index(self) -> str:
        """List the papers, the latest first."""
        rows, wanted, number = scope.current(), _asked(), asked.page()
        found = papers.page(rows, wanted, number=number)
        area = asked.area_field()
        return self.render(
            "zhijie/work/papers.html",
            papers=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            counts=papers.counts(rows),
            wanted=wanted,
            fields=[
                asked.field("kind", _("文书"), "select", choices=words.choices(PaperKind)),
                asked.field("state", _("状态"), "select", choices=words.choices(PaperState)),
                *([area] if area else []),
            ],
            query=request.query_string.decode(),
            narrowed=screen.narrowed("kind", "state", "area", "view"),
            may_draft=answering.may("paper"),
            spans=paper_words.spans() if answering.may("paper") else [],
            areas=asked.area_field(),
            is_seat=answering.is_seat(),
            LISTING=paper_words.LISTING,
            K=PaperKind,
            S=PaperState,
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return papers.counted(scope.current(), _asked())

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind = asked.file_kind()
        found = papers.page(scope.current(), _asked(), size=papers.EXPORT_MAX)
        titles = [
            _("编号"), _("文书"), _("期间"), _("统筹区"), _("版本"), _("状态"), _("约谈名单"),
            _("起草人"), _("起草日"), _("复核人"), _("发送人"), _("发送日"), _("报送期限"),
            _("终止原因"),
        ]  # fmt: skip
        content = listed.written(g.actor, "papers", kind, titles, map(_row, found))
        name = f"{_('通报与报告')}_{clock.today():%Y%m%d}_{len(found)}.{kind}"
        return downloads.made(name, content)

    @expose("/draft", methods=("POST",))
    def draft(self) -> ResponseReturnValue:
        """Queue the drafting of a paper; an open version of it makes room."""
        access.require(g.actor, "paper")
        told, _colon, key = request.form.get("span", "").partition(":")
        area = request.form.get("area", "") or _own_area()
        if told not in set(PaperKind) or not area:
            abort(400)
        try:
            cadence.span(PaperKind(told), key)
            access.areas(g.actor, area)
        except SettlementError as error:
            screen.refused(sentence_of(error))
            return redirect(url_for("papers.index"), 303)
        return self.start(
            JobName.PAPER,
            {"kind": told, "span": key, "area": area},
            subject=f"area:{area}",
            message=_("正在起草，完成后请另一人复核。"),
        )

    @expose("/<int:number>")
    def one(self, number: int) -> str:
        """Show what a paper says; a seat's reminder tells only what was said of it."""
        paper, rows = _find(number), scope.current()
        whole = not rows.hospital_code or paper.kind == PaperKind.BULLETIN
        content = paper_content.read(paper.content)
        return self.render(
            "zhijie/work/paper.html",
            p=paper,
            content=content if whole else None,
            lines=_lines(content) if whole else [],
            shown=paper_content.shown,
            shown_rows=SHOWN_ROWS,
            own=papers.of_hospitals(rows, number) if rows.hospital_code else [],
            rectifications=papers.rectifications(rows, number),
            acts=[] if rows.hospital_code else paper_words.possible(paper),
            is_seat=bool(rows.hospital_code),
            K=PaperKind,
            S=PaperState,
            R=RectificationState,
        )

    @expose("/<int:number>/file.<kind>")
    def file(self, number: int, kind: str) -> Response:
        """Send the document; seats get bulletins only."""
        paper = _find(number)
        file_id = {"docx": paper.docx_file_id, "xlsx": paper.xlsx_file_id}.get(kind)
        if file_id is None or (scope.current().hospital_code and paper.kind != PaperKind.BULLETIN):
            abort(404)
        return downloads.send(file_id)

    @expose("/<int:number>/<act>", methods=("GET", "POST"))
    def act(self, number: int, act: str) -> ResponseReturnValue:
        """Show the form of something done to a paper; the second request does it."""
        self.require_act()
        one = next((found for found in paper_words.paper_acts() if found.name == act), None)
        if one is None:
            abort(404)
        access.require(g.actor, one.action)
        paper = _find(number)
        check, refusal = paper_words.check_of(paper, one), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "文书")
                _do(act, paper)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(one.done)
                return redirect(url_for("papers.one", number=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=paper_words.inputs_of(act),
        )
        return page, 422 if refusal else 200


class CadenceRulesView(MasterView):
    """监测规则."""

    page: ClassVar[Page] = Page.MASTER
    kind = "cadence_rules"
    bound = Bound(area="area_code")
    title_column = "area_code"
    column_list = (
        "area_code",
        "valid_from",
        "valid_to",
        "kinds",
        "progress_gap_bp",
        "lagging_products",
        "participation_findings",
        "rectify_days",
    )
    column_default_sort = "area_code"


def _do(act: str, paper: Any) -> None:
    reason = request.form.get("reason", "")
    if act == "review":
        moving.review(g.actor, paper.id, paper.content_hash)
    elif act == "send":
        moving.send(g.actor, paper.id, paper.content_hash, clock.today())
    elif act == "return":
        moving.give_back(g.actor, paper.id, reason)
    elif act == "withdraw":
        moving.withdraw(g.actor, paper.id, reason, clock.today())
    else:
        moving.drop(g.actor, paper.id, reason)


def _find(number: int) -> Any:
    found = papers.find(scope.current(), number)
    return found if found is not None else abort(404)


def _own_area() -> str:
    """Return the reader's own area; the topmost one where the reader sees everything."""
    if g.actor.area_code != access.ALL_AREAS:
        return str(g.actor.area_code)
    found = access.areas(g.actor, None)
    return found[0] if found else ""


def _lines(content: paper_content.Content) -> list[tuple[str, Any]]:
    """Return the ways through the months as pictures, one for each indicator."""
    return [
        (name, charts.line([label[2:] for label in chart.labels], values, name))
        for section in content.sections
        for chart in section.charts
        if chart.form == "line"
        for name, values in chart.series
    ]


def _asked() -> Asked:
    view = asked.text("view")
    return Asked(
        view=view if view in papers.VIEWS else "",
        kind=asked.text("kind"),
        state=asked.text("state"),
        area=asked.text("area"),
    )


def _row(paper: Any) -> list[listed.Cell]:
    return [
        paper.paper_no,
        words.word(PaperKind(paper.kind)),
        paper.span,
        paper.area_name,
        paper.version,
        words.word(PaperState(paper.state)),
        paper.called,
        paper.made_by,
        str(paper.made_on),
        paper.reviewed_by,
        paper.sent_by,
        str(paper.sent_on or ""),
        str(paper.due_on or ""),
        paper.end_reason,
    ]


def views() -> list[Any]:
    """Return the pages."""
    return [
        PapersView(lazy_gettext("通报与报告"), endpoint="papers", url="/papers"),
        CadenceRulesView(CadenceRule, lazy_gettext("监测规则"), "cadence_rules"),
    ]
