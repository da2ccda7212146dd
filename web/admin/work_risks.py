"""风险线索: what the price and trace-code rules saw, its evidence, and what becomes of it."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.rules.risks import RISK, SHOWN_TO_SEAT, RiskKind, RiskMove, RiskState
from models.services import access
from models.services.exports import listed
from models.services.risks import deciding
from models.services.views import risks
from models.services.views.listing import Counted
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope, words
from web.admin import asked, risk_words, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page


class RisksView(Screen):
    """The list of findings and one of them."""

    page: ClassVar[Page] = Page.RISKS

    @expose("/")
    def index(self) -> str:
        """List the findings, the latest evidence first."""
        rows, number, wanted = scope.current(), asked.page(), _asked()
        found = risks.page(rows, wanted, number=number)
        area = asked.area_field()
        return self.render(
            "zhijie/work/risks.html",
            findings=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=risks.totals(rows, wanted),
            standard=_tabs(risks.counts(rows, wanted)),
            wanted=wanted,
            fields=[
                asked.field("kind", _("规则"), "select", choices=words.choices(RiskKind)),
                asked.field("q", _("机构"), placeholder=_("名称或编码")),
                asked.field("product", _("产品或对象"), placeholder=_("名称、编码或追溯码")),
                *([area] if area else []),
            ],
            query=request.query_string.decode(),
            may_look=_may("risk"),
            may_hand=_may("risk_hand"),
            months=asked.months(18),
            narrowed=screen.narrowed("view", "kind", "q", "product", "area"),
            **_shared(),
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return risks.counted(scope.current(), _asked())

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind = asked.file_kind()
        found = risks.page(scope.current(), _asked(), size=risks.EXPORT_MAX)
        titles = [
            _("线索编号"), _("规则"), _("医疗机构"), _("医疗机构编码"), _("医药企业"), _("对象"),
            _("证据"), _("涉及金额（元）"), _("发现日"), _("最近证据"), _("重新核查次数"),
            _("说明期限"), _("整改期限"), _("状态"),
        ]  # fmt: skip
        content = listed.written(g.actor, "risks", kind, titles, map(_row, found))
        name = f"{_('风险线索')}_{clock.today():%Y%m%d}_{len(found)}.{kind}"
        return downloads.made(name, content)

    @expose("/look", methods=("POST",))
    def look(self) -> ResponseReturnValue:
        """Queue a run of the rules over a month."""
        self.require_act()
        access.require(g.actor, "risk")
        period = asked.period() or None
        area = g.actor.area_code
        return self.start(
            JobName.RISKS,
            {"period": period, "area": None if area == access.ALL_AREAS else area},
            subject=f"period:{period or ''}",
            message=_("正在逐条规则核查，完成后在风险线索中查看。"),
        )

    @expose("/<int:finding>", methods=("GET", "POST"))
    def one(self, finding: int) -> ResponseReturnValue:
        """Show a finding with its evidence; the second request takes a step with it."""
        on, refusal = clock.today(), ""
        found = risks.find(scope.current(), finding, on)
        if found is None:
            abort(404)
        if request.method == "POST":
            self.require_act()
            move = request.form.get("move", "")
            if move not in deciding.TAKES:
                abort(400)
            try:
                deciding.decide(
                    g.actor, finding, RiskMove(move), request.form.get("note", ""), on,
                    by_on=asked.day("by_on"),
                )  # fmt: skip
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已办理：%(what)s。", what=risk_words.BUTTONS[RiskMove(move)]))
                return redirect(url_for("risks.one", finding=finding), 303)
        evidence = risks.evidence(finding)
        page = self.render(
            "zhijie/work/risk.html",
            f=found,
            evidence=evidence,
            events=[] if g.actor.party_code else risks.events(finding),
            said=[e for e in risks.events(finding) if e.move in {"ask", "answer", "rectify"}],
            moves=_moves(found),
            dated=deciding.DAYS,
            note=request.form.get("note", ""),
            by_on=request.form.get("by_on", ""),
            refusal=refusal,
            chars_max=deciding.TEXT_CHARS_MAX,
            may_hand=_may("risk_hand") and risk_words.may_be_handed(found.state),
            on=on,
            **_shared(),
        )
        return page, 422 if refusal else 200


def _may(action: str) -> bool:
    return action in access.MAY.get(g.actor.role, frozenset())


def _moves(found: Any) -> list[RiskMove]:
    """Return the steps this reader may take now."""
    state = RiskState(found.state)
    return [m for m, right in deciding.TAKES.items() if (state, m) in RISK and _may(right)]


def state_of(found: Any) -> RiskState:
    """Return the state as this reader is shown it."""
    state = RiskState(found.state)
    return SHOWN_TO_SEAT[state] if g.actor.party_code else state


def _shared() -> dict[str, Any]:
    return {"K": RiskKind, "W": risk_words, "state_of": state_of, "is_seat": g.actor.party_code}


def _tabs(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """Return (view, word, count) of the views this reader has."""
    said = {
        "open": _("待核查"), "asked": _("待机构说明"), "answered": _("已说明，待核"),
        "rectifying": _("整改中"), "late": _("已过期限"), "closed": _("已结案"),
        "handed_over": _("已移交"),
    }  # fmt: skip
    return [("", _("全部"), counts["all"])] + [
        (view, said[view], number) for view, number in counts.items() if view in said
    ]


def _asked() -> risks.Asked:
    kind = asked.text("kind")
    return risks.Asked(
        on=clock.today(),
        view=asked.text("view"),
        kind=kind if kind in set(RiskKind) else "",
        party=asked.text("q"),
        product=asked.text("product"),
        areas=asked.areas(),
    )


def _row(found: Any) -> list[listed.Cell]:
    return [
        found.id,
        words.word(RiskKind(found.kind)),
        found.hospital_name,
        found.hospital_code,
        found.enterprise_name,
        risk_words.about(found),
        found.evidence_count,
        Decimal(yuan(found.amount_fen)),
        str(found.opened_on),
        str(found.last_evidence_on),
        found.reopened_count,
        str(found.answer_by_on or ""),
        str(found.rectify_by_on or ""),
        words.word(state_of(found)),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [RisksView(lazy_gettext("风险线索"), endpoint="risks", url="/risks")]
