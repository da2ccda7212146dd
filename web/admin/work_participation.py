"""参与情况: who used but did not report, reported too little, did not join or sign; follow-up."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.participation import FindingKind, FindingMove, FindingState
from models.services.exports import listed
from models.services.views import participation
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope, words
from web.admin import answering, asked, finding_acts, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

EXPORT_MAX = 100_000


class ParticipationView(Screen):
    """The findings of the reader's hospitals by kind."""

    page: ClassVar[Page] = Page.PARTICIPATION

    @expose("/")
    def index(self) -> str:
        """List the findings; chosen ones are reminded, asked about or set right together."""
        rows, on, number, wanted = scope.current(), clock.today(), asked.page(), _wanted()
        within = participation.where(rows, wanted, on)
        counts = participation.LIST.counts(within)
        found = participation.LIST.page(
            participation.LIST.viewed(within, wanted.view), number=number
        )
        area = asked.area_field()
        return self.render(
            "zhijie/work/participation.html",
            found=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            counts=counts,
            kinds=list(FindingKind),
            K=FindingKind,
            S=FindingState,
            wanted=wanted,
            run=participation.last_run(),
            evidence=finding_acts.evidence,
            acts=[move for move in finding_acts.TOGETHER if finding_acts.may(move)],
            may_run=answering.may("participation") and self.may_act(),
            fields=[
                *([area] if area else []),
                *([] if rows.hospital_code else [asked.field("hospital", _("医疗机构"))]),
                asked.field("round", _("集采批次"), placeholder=_("名称或编码")),
                {
                    **asked.field(
                        "state", _("办理"), "select", choices=finding_acts.states_offered()
                    ),
                    "value": wanted.state,
                },
            ],
            query=request.query_string.decode(),
            narrowed=screen.narrowed("area", "hospital", "round", "view", "state"),
        )

    @expose("/run", methods=("POST",))
    def run(self) -> ResponseReturnValue:
        """Queue a comparison of every round in its term."""
        self.require_act()
        return self.start(
            JobName.PARTICIPATION,
            {},
            subject="rounds",
            message=_("正在比较报量、签约和使用量，完成后刷新本页。"),
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the findings of the address."""
        kind, wanted, on = asked.file_kind(), _wanted(), clock.today()
        within = participation.where(scope.current(), wanted, on)
        found = participation.LIST.page(
            participation.LIST.viewed(within, wanted.view), size=EXPORT_MAX
        )
        titles = [
            _("问题"), _("医疗机构编码"), _("医疗机构"), _("集采批次"), _("医保编码"), _("产品"),
            _("依据"), _("首次发现"), _("状态"), _("期限"), _("最近的说明"),
        ]  # fmt: skip
        content = listed.written(g.actor, "participation", kind, titles, map(_row, found))
        return downloads.made(f"{_('参与问题')}_{on:%Y%m%d}.{kind}", content)

    @expose("/<int:number>")
    def one(self, number: int) -> str:
        """Show a finding with the lines it rests on and what was done about it."""
        found, at = _find(number), asked.page()
        lines = (
            participation.evidence(found, number=at, size=PAGE_ROWS)
            if found.kind in finding_acts.BY_USE
            else []
        )
        return self.render(
            "zhijie/work/finding.html",
            f=found,
            kind=FindingKind(found.kind),
            state=FindingState(found.state),
            evidence=finding_acts.evidence,
            lines=lines[:PAGE_ROWS],
            more=len(lines) > PAGE_ROWS,
            number=at,
            pager=screen.pager_url,
            steps=participation.steps(number),
            M=FindingMove,
            acts=[
                move
                for move in finding_acts.ALL
                if finding_acts.may(move) and finding_acts.fits(found.state, move)
            ],
        )

    @expose("/<int:number>/lines")
    def lines(self, number: int) -> Response:
        """Send the purchase lines a finding rests on."""
        found, kind = _find(number), asked.file_kind()
        titles = [
            _("明细编号"), _("验收入库日期"), _("医保编码"), _("产品"), _("医药企业"), _("数量"),
            _("金额（元）"),
        ]  # fmt: skip
        rows = participation.evidence(found, size=EXPORT_MAX)
        content = listed.written(
            g.actor, "participation_lines", kind, titles, map(finding_acts.line_row, rows)
        )
        return downloads.made(f"{_('参与问题依据')}_{number}.{kind}", content)

    @expose("/<int:number>/file/<int:file_id>")
    def file(self, number: int, file_id: int) -> Response:
        """Send a document of a step."""
        _find(number)
        known = {step.file_id for step in participation.steps(number)}
        return downloads.send(file_id) if file_id in known else abort(404)

    @expose("/act/<move>", methods=("GET", "POST"))
    def act(self, move: str) -> ResponseReturnValue:
        """Repeat what is done about which findings; the second request does it."""
        self.require_act()
        if move not in set(FindingMove) or not finding_acts.may(FindingMove(move)):
            abort(404)
        step, refusal = FindingMove(move), ""
        chosen = finding_acts.chosen()
        if not chosen:
            screen.refused(_("请选择要办理的问题。"))
            return redirect(url_for("participation.index"), 303)
        check = finding_acts.check(step, chosen)
        if screen.is_confirmed():
            try:
                self.confirmed(check, "参与问题")
                count = finding_acts.do(step, chosen)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已办理 %(n)s 项。", n=count))
                return redirect(finding_acts.back(chosen), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=finding_acts.inputs(step),
        )
        return page, 422 if refusal else 200


def _find(number: int) -> Any:
    found = participation.find(scope.current(), number, clock.today())
    return found if found is not None else abort(404)


def _wanted() -> participation.Asked:
    view, state = asked.text("view"), asked.text("state")
    return participation.Asked(
        areas=asked.areas(),
        hospital=asked.text("hospital"),
        round=asked.text("round"),
        view=view if view in participation.KINDS else "",
        state=state if state in {*participation.STATES, "all"} else "live",
    )


def _row(found: Any) -> list[listed.Cell]:
    return [
        words.word(FindingKind(found.kind)),
        found.hospital_code,
        found.hospital_name,
        found.round_name,
        found.nhsa_code,
        found.product_name,
        finding_acts.evidence(found),
        str(found.found_on),
        words.word(FindingState(found.state)),
        str(found.due_on or ""),
        found.last_words,
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        ParticipationView(lazy_gettext("参与问题"), endpoint="participation", url="/participation")
    ]
