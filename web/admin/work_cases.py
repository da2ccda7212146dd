"""异常处理: the queue of cases, the evidence of one side by side, and closing it with a reason."""

from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.words import ExceptionKind, InstructionState
from models.services import access, exceptions
from models.services.views import cases
from web import formats, scope, words, working_days
from web.admin import asked, screen
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

#: kind → what it means and what a person does about it.
ADVICE = {
    ExceptionKind.UNMATCHED: lazy_gettext(
        "回盘或对账单中的参考号不属于任何付款指令。请向银行核实这笔款项的来源。"
    ),
    ExceptionKind.AMOUNT_DIFFERS: lazy_gettext(
        "银行说的金额与付款指令不同，没有记账。请向银行索取凭证，等更正的回盘。"
    ),
    ExceptionKind.NAME_DIFFERS: lazy_gettext(
        "户名与付款指令不同，没有记账。请核对企业登记的户名与银行凭证。"
    ),
    ExceptionKind.ACCOUNT_DIFFERS: lazy_gettext(
        "账号与付款指令不同，没有记账。请立即向银行核实款项去向。"
    ),
    ExceptionKind.STATUS_UNKNOWN: lazy_gettext(
        "银行的状态文字没有对应的含义，或缺少入账日。请向银行确认后补导回盘。"
    ),
    ExceptionKind.CONTRADICTION: lazy_gettext(
        "银行前后说法矛盾，没有改动已记的账。请凭银行书面答复处理。"
    ),
    ExceptionKind.RETURNED: lazy_gettext("款项已退回。核对收款账户，两份证据齐全后关联重付。"),
    ExceptionKind.DUPLICATE: lazy_gettext("同一笔在一个文件中出现多次。请核对银行文件。"),
    ExceptionKind.FOREIGN: lazy_gettext(
        "这笔付款不属于该银行格式的批次，或尚未发送。请核对是否选错了格式或文件。"
    ),
    ExceptionKind.LATE_EVIDENCE: lazy_gettext(
        "结算单送审之后收到的新证据。请核对后决定是否退回结算单。"
    ),
}


class ExceptionsView(Screen):
    """The queue and one case beside it."""

    page: ClassVar[Page] = Page.EXCEPTIONS

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the queue with its first case."""
        return self._show(None)

    @expose("/<int:case_id>")
    def one(self, case_id: int) -> ResponseReturnValue:
        """Show a case."""
        return self._show(case_id)

    def _show(self, case_id: int | None) -> str:
        rows, closed = scope.current(), bool(request.args.get("closed"))
        kind = asked.text("kind") if asked.text("kind") in set(ExceptionKind) else ""
        queue = cases.queue(rows, kind=kind, closed=closed)
        chosen = case_id or (queue[0].id if queue else None)
        case = cases.find(rows, chosen) if chosen else None
        if case_id and case is None:
            abort(404)
        kinds = cases.kinds(rows)
        return self.render(
            "zhijie/work/exceptions.html",
            queue=queue,
            kinds=kinds,
            kind=kind,
            closed=closed,
            count=sum(one.cases for one in kinds),
            sum_fen=sum(one.sum_fen for one in kinds),
            case=case,
            evidence=cases.evidence(case) if case else {},
            advice=str(ADVICE[ExceptionKind(case.kind)]) if case else "",
            compared=_compared(case, cases.evidence(case)) if case else [],
            may_close=_may_close(),
            age=_age,
        )

    @expose("/<int:case_id>/close", methods=("GET", "POST"))
    def close(self, case_id: int) -> ResponseReturnValue:
        """Repeat what is closed and ask for the reason; the second request closes it."""
        if request.method == "GET":
            return redirect(url_for("exceptions.one", case_id=case_id))
        access.require(g.actor, "close_exception")
        case = cases.find(scope.current(), case_id)
        if case is None:
            abort(404)
        check, refusal = self._close_check(case), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "异常")
                exceptions.close(case_id, g.actor, request.form.get("reason", ""))
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("异常 %(n)s 已处理。说明已写入审计日志。", n=case_id))
                return redirect(url_for("exceptions.index"), 303)
        page = self.check_page(check, refusal=refusal)
        return page, 422 if refusal else 200

    def _close_check(self, case: Any) -> Check:
        kind = words.word(ExceptionKind(case.kind))
        amount = case.amount_fen if case.amount_fen is not None else case.order_fen
        state = words.word(InstructionState(case.order_state)) if case.order_state else "—"
        notes = [("wait", str(ADVICE[ExceptionKind(case.kind)]))]
        if case.closed_at:
            notes.append(("bad", _("这一异常已由 %(who)s 处理。", who=case.closed_by)))
        return Check(
            title=_("核对：处理异常 %(n)s", n=case.id),
            sentence=_("处理只记录结论，不改动付款状态和账目；银行的新证据以回盘或对账单进入。"),
            button=_("记录结论并关闭"),
            seen={
                "case": case.id,
                "closed_at": case.closed_at,
                "state": case.order_state,
                "evidence": case.evidence,
            },
            figures=[
                (_("类型"), kind),
                (_("企业"), case.enterprise_name or "—"),
                (_("金额（元）"), formats.money(amount)),
                (_("付款状态"), state),
            ],
            notes=notes,
            reason=_("处理说明（写入审计日志）"),
            possible=case.closed_at is None,
            back=url_for("exceptions.one", case_id=case.id),
            crumbs=[(_("付款"), ""), (_("异常处理"), url_for("exceptions.index")), (_("核对"), "")],
        )


def _may_close() -> bool:
    return "close_exception" in access.MAY.get(g.actor.role, frozenset())


def _age(case: Any) -> tuple[str, bool]:
    """Return how long a case has been open in words, and whether that is too long."""
    if case.opened_on == clock.today():
        return _("今天 %(t)s", t=formats.moment(case.opened_at)[11:]), False
    days = working_days.left(case.opened_on)
    told = _("%(n)s 个工作日", n=-days) if days is not None else _("4 个月以上")
    return f"{formats.day(case.opened_on, short=True)} · {told}", True


def _compared(case: Any, evidence: dict[str, Any]) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Return the rows of the three-way comparison: label and (text, differs) of each side."""
    answer, entry, facts = evidence.get("answer"), evidence.get("entry"), case.facts or {}
    order = case if case.reference else None
    sides = [
        (
            _("户名"),
            order and order.payee_account_name,
            (answer and answer.account_name) or facts.get("account_name"),
            (entry and entry.counter_name) or facts.get("counter_name"),
        ),
        (
            _("账号"),
            order and formats.masked(order.payee_account_no),
            (answer and answer.account_no and formats.masked(answer.account_no)),
            (entry and entry.counter_account and formats.masked(entry.counter_account)),
        ),
        (
            _("金额（元）"),
            order and formats.money(order.order_fen),
            answer and answer.amount_fen is not None and formats.money(answer.amount_fen),
            entry and formats.money(abs(entry.amount_fen)),
        ),
        (
            _("日期"),
            order and formats.day(order.sent_on),
            answer and answer.booked_on and formats.day(answer.booked_on),
            entry and formats.day(entry.booked_on),
        ),
        (
            _("银行说明"),
            None,
            answer and f"{answer.status_text} {answer.bank_reason or ''}".strip(),
            (entry and entry.purpose) or facts.get("purpose"),
        ),
    ]
    return [(label, _cells(values, label == _("日期"))) for label, *values in sides]


def _cells(values: list[Any], may_differ: bool) -> list[tuple[str, bool]]:  # noqa: FBT001
    first = values[0]
    return [
        (str(value or "—"), bool(place and first and value and value != first and not may_differ))
        for place, value in enumerate(values)
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [ExceptionsView(lazy_gettext("异常处理"), endpoint="exceptions", url="/exceptions")]
