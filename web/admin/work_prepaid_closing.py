"""分簿销户: the close-out of a sub-ledger, step by step, by at least two people."""

from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.prepaid import ClosingState
from models.services import access
from models.services.prepaid import closing_steps, closings
from models.services.prepaid.closing_steps import BEFORE_REFUND, Step, StepName
from models.services.views import closings as reading
from models.services.views import subledgers
from models.services.views.reading import PAGE_ROWS
from web import formats, scope
from web.admin import asked, prepaid_words, screen
from web.admin.answering import Field
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

#: What can be done to a close-out: right, states, label, whether it is grave.
ACTS: dict[str, tuple[str, frozenset[str], Any, bool]] = {
    "agree": ("subledger_decide", frozenset({"asked"}), lazy_gettext("同意销户"), False),
    "refuse": ("subledger_decide", frozenset({"asked"}), lazy_gettext("不同意"), True),
    "withdraw": ("subledger_close", frozenset({"asked"}), lazy_gettext("撤回申请"), True),
    "interest": ("subledger_close", frozenset({"running"}), lazy_gettext("登记利息退还"), False),
    "principal": ("subledger_close", frozenset({"running"}), lazy_gettext("登记余额退还"), False),
    "close": ("subledger_decide", frozenset({"running"}), lazy_gettext("确认销户"), False),
    "stop": ("subledger_decide", frozenset({"running"}), lazy_gettext("终止销户"), True),
    "reopen": ("subledger_decide", frozenset({"closed"}), lazy_gettext("重新启用"), True),
}
REFUNDS = frozenset({"interest", "principal"})


class ClosingsView(Screen):
    """The close-outs, one with its steps, asking for one and acting on one."""

    page: ClassVar[Page] = Page.SUBLEDGERS

    @expose("/")
    def index(self) -> str:
        """List the close-outs."""
        rows, on, number, view = scope.current(), clock.today(), asked.page(), asked.text("view")
        found = reading.page(rows, on, view=view, number=number)
        return self.render(
            "zhijie/work/closings.html",
            closings=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            counts=reading.counts(rows, on),
            view=view,
            ClosingState=ClosingState,
        )

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Repeat how a sub-ledger stands and ask for its close-out."""
        self.require_act()
        access.require(g.actor, "subledger_close")
        on = clock.today()
        ledger = subledgers.find(scope.current(), asked.text("hospital"), on) or abort(404)
        check, refusal = _new_check(ledger), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "分簿")
                number = closings.ask(
                    g.actor,
                    ledger.hospital_code,
                    request.form.get("reason", ""),
                    asked.day("finish_on") or on,
                    on,
                )
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已提出销户申请 %(n)s，须由另一人同意。", n=number))
                return redirect(url_for("closings.one", closing_no=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            action=request.full_path,
            inputs=[
                Field("reason", _("原因"), "area", required=True),
                Field("finish_on", _("办结期限"), "date", required=True),
            ],
        )
        return page, 422 if refusal else 200

    @expose("/<closing_no>")
    def one(self, closing_no: str) -> str:
        """Show a close-out: what is done, what is left, and who did what."""
        found = _find(closing_no)
        steps = closing_steps.steps(found.hospital_code)
        return self.render(
            "zhijie/work/closing.html",
            c=found,
            steps=steps,
            step_words=prepaid_words.STEPS,
            story=[] if scope.current().hospital_code else reading.story(
                f"subledger_closing:{closing_no}"
            ),
            acts=[(name, str(ACTS[name][2]), ACTS[name][3]) for name in _possible(found, steps)],
            ledger=subledgers.find(scope.current(), found.hospital_code, clock.today()),
            ClosingState=ClosingState,
            StepName=StepName,
        )  # fmt: skip

    @expose("/<closing_no>/<act>", methods=("GET", "POST"))
    def act(self, closing_no: str, act: str) -> ResponseReturnValue:
        """Repeat what an act means; the second request does it."""
        self.require_act()
        if act not in ACTS:
            abort(404)
        access.require(g.actor, ACTS[act][0])
        found = _find(closing_no)
        check, refusal = _act_check(act, found), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "分簿")
                _do(act, closing_no)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已办理：%(what)s。", what=ACTS[act][2]))
                return redirect(url_for("closings.one", closing_no=closing_no), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=_inputs(act),
        )
        return page, 422 if refusal else 200


def _find(closing_no: str) -> Any:
    found = reading.find(scope.current(), closing_no, clock.today())
    return found if found is not None else abort(404)


def _possible(found: Any, steps: list[Step]) -> list[str]:
    """Return what this reader may do now, as the services will ask again."""
    may, me = access.MAY.get(g.actor.role, frozenset()), g.actor.name
    by_name = {one.name: one for one in steps}
    ready = all(by_name[name].done for name in BEFORE_REFUND)
    fits = {
        "agree": me != found.asked_by,
        "refuse": me != found.asked_by,
        "withdraw": me == found.asked_by,
        "interest": ready and not by_name[StepName.INTEREST].done,
        "principal": ready and not by_name[StepName.PRINCIPAL].done,
        "close": all(one.done for one in steps) and me not in {found.asked_by, found.refunded_by},
        "stop": True,
        "reopen": me != found.ended_by,
    }
    return [
        name
        for name, (right, states, _label, _grave) in ACTS.items()
        if right in may and found.state in states and fits[name]
    ]


def _inputs(act: str) -> list[Field]:
    if act in REFUNDS:
        return [
            Field("voucher_no", _("银行凭证号"), required=True, max=64),
            Field("booked_on", _("入账日期"), "date", required=True, value=str(clock.today())),
        ]
    if act == "agree":
        return [Field("answer", _("说明"), "area")]
    if act == "close":
        return []
    return [Field("reason", _("原因"), "area", required=True)]


def _do(act: str, closing_no: str) -> None:
    on, actor, reason = clock.today(), g.actor, request.form.get("reason", "")
    if act in REFUNDS:
        part, booked_on = StepName(act), asked.day("booked_on") or on
        closings.refund(actor, closing_no, part, request.form.get("voucher_no", ""), booked_on, on)
    elif act == "agree":
        closings.agree(actor, closing_no, on, answer=request.form.get("answer", ""))
    elif act == "close":
        closings.close(actor, closing_no, on)
    else:
        by_name = {
            "refuse": closings.refuse,
            "withdraw": closings.withdraw,
            "stop": closings.stop,
            "reopen": closings.reopen,
        }
        by_name[act](actor, closing_no, reason, on)


def _new_check(ledger: Any) -> Check:
    return Check(
        title=_("申请分簿销户"),
        sentence=_("同意后逐步清理：付清结算单、付款到账、退还利息和余额，余额为零后销户。"),
        button=_("提出销户申请"),
        seen={"hospital": ledger.hospital_code, "closing": ledger.closing_no or ""},
        figures=[
            (_("医疗机构"), ledger.hospital_name),
            (_("账面余额（元）"), formats.money(ledger.booked_fen)),
            (_("冻结（元）"), formats.money(ledger.held_fen)),
            (_("其中利息（元）"), formats.money(ledger.interest_fen)),
            (_("等待补足"), _("%(n)s 张", n=ledger.short_sheets)),
        ],
        sum_fen=ledger.available_fen,
        after=[
            _("由另一名复核或审批人员同意，并记下医院的绑定账户"),
            _("清理期间不再接收新的预付"),
            _("全部步骤完成后由未经手的人确认销户"),
        ],
        possible=ledger.closing not in {"asked", "running", "closed"},
        back=url_for("subledgers.one", hospital_code=ledger.hospital_code),
        crumbs=_crumbs(ledger.hospital_name),
    )


def _act_check(act: str, found: Any) -> Check:
    steps = {one.name: one for one in closing_steps.steps(found.hospital_code)}
    sum_fen = steps[StepName(act)].left_fen if act in REFUNDS else None
    sentence = {
        "agree": _("同意后开始清理；医院登记的收款账户作为绑定账户记入，退款只能到该账户。"),
        "interest": _("银行已把利息退到绑定账户后登记，金额为分簿剩余利息。"),
        "principal": _("银行已把余额退到绑定账户后登记，金额为扣除利息后的全部余额。"),
        "close": _("余额为零，所有步骤已完成；销户后该分簿不再接收任何凭证。"),
        "stop": _("终止后分簿照常使用；已退还的款项不变。"),
        "reopen": _("重新启用后可以再次接收预付和补足。"),
    }.get(act, "")
    figures = [
        (_("医疗机构"), found.hospital_name),
        (_("销户编号"), found.closing_no),
        (_("办结期限"), str(found.finish_on)),
    ]
    if act in REFUNDS:
        figures.append(
            (
                _("绑定账户"),
                f"{found.refund_account_name} · {found.refund_bank_name} …{found.refund_tail}",
            )
        )
    return Check(
        title=str(ACTS[act][2]),
        sentence=sentence,
        button=str(ACTS[act][2]),
        seen={"id": found.id, "state": found.state, "left": [s.left_fen for s in steps.values()]},
        figures=figures,
        sum_fen=sum_fen,
        notes=[("", found.reason)],
        possible=found.state in ACTS[act][1] and (act not in REFUNDS or bool(sum_fen)),
        back=url_for("closings.one", closing_no=found.closing_no),
        crumbs=_crumbs(found.closing_no),
        danger=ACTS[act][3],
    )


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [
        (_("结算"), ""),
        (_("分簿"), url_for("subledgers.index")),
        (_("销户"), url_for("closings.index")),
        (last, ""),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [ClosingsView(lazy_gettext("分簿销户"), endpoint="closings", url="/subledger-closings")]
