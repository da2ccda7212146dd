"""线索移交: lists of findings for discipline inspection; one prepares, another hands over."""

import io
from decimal import Decimal
from typing import Any, ClassVar

import xlsxwriter
from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.money import yuan
from models.rules.risks import HandoverState, RiskKind
from models.services import access, audit
from models.services.risks import deciding, handing
from models.services.views import handovers, risks
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope, words
from web.admin import asked, risk_words, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page


class HandoversView(Screen):
    """The lists, one of them with its file, and making one."""

    page: ClassVar[Page] = Page.RISK_HANDOVERS

    @expose("/")
    def index(self) -> str:
        """List the handovers."""
        number, view = asked.page(), asked.text("view")
        within = handovers.where(scope.current())
        viewed = handovers.LIST.viewed(handovers.where(scope.current()), view)
        found = handovers.LIST.page(viewed, number=number)
        return self.render(
            "zhijie/work/risk_handovers.html",
            found=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            counts=handovers.LIST.counts(within),
            view=view,
            S=HandoverState,
        )

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Repeat the findings chosen and ask to whom they go; the second request lists them."""
        self.require_act()
        access.require(g.actor, "risk_hand")
        ids = [int(one) for one in request.values.getlist("finding") if one.isdecimal()]
        on, rows, refusal = clock.today(), scope.current(), ""
        chosen = [f for f in (risks.find(rows, one, on) for one in ids[:100]) if f is not None]
        if request.method == "POST":
            try:
                made = handing.prepare(
                    g.actor, [f.id for f in chosen], request.form.get("authority", ""),
                    request.form.get("words", ""), on,
                )  # fmt: skip
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已拟定移交清单，须由另一人批准后移交。"))
                return redirect(url_for("risk_handovers.one", handover=made), 303)
        page = self.render(
            "zhijie/work/risk_handover_new.html",
            chosen=chosen,
            total_fen=sum(f.amount_fen for f in chosen),
            refusal=refusal,
            W=risk_words,
            K=RiskKind,
            chars_max=deciding.TEXT_CHARS_MAX,
        )
        return page, 422 if refusal else 200

    @expose("/<int:handover>", methods=("GET", "POST"))
    def one(self, handover: int) -> ResponseReturnValue:
        """Show a handover; another person than its maker hands it over."""
        found, refusal = _find(handover), ""
        if request.method == "POST":
            self.require_act()
            act, note = request.form.get("act"), request.form.get("note", "")
            try:
                if act == "approve":
                    handing.approve(g.actor, handover, note, clock.today())
                elif act == "withdraw":
                    handing.withdraw(g.actor, handover, note, clock.today())
                else:
                    abort(400)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已移交。") if act == "approve" else _("已撤回，线索保持原状。"))
                return redirect(url_for("risk_handovers.one", handover=handover), 303)
        waits, own = found.state == "prepared", found.prepared_by == g.actor.name
        items, printed = handovers.items(handover), bool(request.args.get("print"))
        if printed:
            _taken(found, len(items))
        page = self.render(
            f"zhijie/work/risk_handover{'_print' if printed else ''}.html",
            x=found,
            items=items,
            total_fen=sum(one.amount_fen for one in items),
            now=clock.now(),
            may_approve=waits and not own and _may("risk_hand_decide"),
            may_withdraw=waits and (_may("risk_hand_decide") or (own and _may("risk_hand"))),
            own=own,
            refusal=refusal,
            W=risk_words,
            K=RiskKind,
            S=HandoverState,
            chars_max=deciding.TEXT_CHARS_MAX,
        )
        return page, 422 if refusal else 200

    @expose("/<int:handover>/file")
    def file(self, handover: int) -> Response:
        """Send the list with its evidence as a workbook; who took it is written down."""
        found = _find(handover)
        items, evidence = handovers.items(handover), handovers.evidence(handover)
        _taken(found, len(items), evidence=len(evidence))
        return downloads.made(f"{found.handover_no}.xlsx", _workbook(found, items, evidence))


def _taken(found: Any, findings: int, **facts: int) -> None:
    """Write down who took a list, as a file or on paper."""
    audit.wrote(
        "risk_handover.taken", actor=g.actor.name, subject=f"risk_handover:{found.id}",
        number=found.handover_no, findings=findings, **facts,
    )  # fmt: skip


def _may(action: str) -> bool:
    return action in access.MAY.get(g.actor.role, frozenset())


def _find(handover: int) -> Any:
    found = handovers.find(scope.current(), handover)
    return found if found is not None else abort(404)


def _workbook(found: Any, items: list[Any], evidence: list[Any]) -> bytes:
    """Return a cover, the findings and their evidence; texts are never run as formulas."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        cover = [
            (_("文号"), found.handover_no),
            (_("状态"), words.word(HandoverState(found.state))),
            (_("移交对象"), found.authority),
            (_("事由"), found.words),
            (_("线索"), str(len(items))),
            (_("涉及金额（元）"), yuan(sum(one.amount_fen for one in items))),
            (_("拟定"), f"{found.prepared_by} {found.prepared_on}"),
            (_("批准"), f"{found.decided_by or '—'} {found.decided_on or ''}"),
        ]
        _sheet(book, _("移交清单"), [_("项目"), _("内容")], cover)
        _sheet(
            book,
            _("线索"),
            [
                _("线索编号"), _("规则"), _("医疗机构"), _("医疗机构编码"), _("医药企业"),
                _("统一社会信用代码"), _("对象"), _("证据"), _("涉及金额（元）"), _("发现日"),
            ],
            [
                (
                    one.id, words.word(RiskKind(one.kind)), one.hospital_name, one.hospital_code,
                    one.enterprise_name, one.enterprise_code, risk_words.about(one),
                    one.evidence_count, Decimal(yuan(one.amount_fen)), str(one.opened_on),
                )
                for one in items
            ],
        )  # fmt: skip
        _sheet(
            book,
            _("证据"),
            [
                _("线索编号"), _("规则"), _("月份"), _("明细编号"), _("验收日"), _("数量"),
                _("实际"), _("对照"), _("涉及金额（元）"),
            ],
            [
                (
                    one.id, words.word(RiskKind(one.kind)), one.period, one.line_no,
                    str(one.accepted_on or ""), one.quantity,
                    risk_words.seen(one.kind, one.measured),
                    risk_words.seen(one.kind, one.expected), Decimal(yuan(one.amount_fen)),
                )
                for one in evidence
            ],
        )  # fmt: skip
    return target.getvalue()


def _sheet(book: Any, name: str, titles: list[str], rows: Any) -> None:
    sheet = book.add_worksheet(name)
    for place, title in enumerate(titles):
        sheet.write_string(0, place, title)
    for line, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, int | Decimal):
                sheet.write_number(line, place, cell)
            elif cell:
                sheet.write_string(line, place, cell)
    sheet.set_column(0, len(titles) - 1, 18)


def views() -> list[Screen]:
    """Return the page."""
    return [
        HandoversView(lazy_gettext("线索移交"), endpoint="risk_handovers", url="/risks/handovers")
    ]
