"""What can be done to a round's prepayment: rights, fields, the check page, and the doing."""

from typing import Any, NamedTuple

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.prepaid import RoundPrepayment
from models.rules import calendar
from models.rules.prepaid import Destination, RoundState
from models.rules.words import Role
from models.services import access
from models.services.round_prepayments import deciding, passing, recovering
from web import formats, words
from web.admin import asked
from web.admin.answering import Field
from web.admin.screen import Check


class Act(NamedTuple):
    """One thing that can be done to a prepayment."""

    right: str
    states: frozenset[str]
    label: Any
    grave: bool = False
    #: Only where the money went to the hospital.
    to_hospital: bool = False


ACTS: dict[str, Act] = {
    "approve": Act("round_decide", frozenset({"proposed"}), lazy_gettext("批准预付")),
    "refuse": Act("round_decide", frozenset({"proposed"}), lazy_gettext("不批准"), grave=True),
    "withdraw": Act(
        "round_prepay", frozenset({"proposed", "approved"}), lazy_gettext("撤回"), grave=True
    ),
    "pay": Act("round_prepay", frozenset({"approved"}), lazy_gettext("登记拨付")),
    "recover": Act(
        "round_prepay", frozenset({"paid"}), lazy_gettext("从基金清算中收回"), to_hospital=True
    ),
    "repay": Act("round_prepay", frozenset({"paid"}), lazy_gettext("登记归还"), to_hospital=True),
}


def possible(one: Any) -> list[str]:
    """Return what this reader may do now, as the services will ask again."""
    may, me = access.MAY.get(g.actor.role, frozenset()), g.actor.name
    fits = {
        "approve": me != one.proposed_by,
        "refuse": me != one.proposed_by,
        "pay": me != one.decided_by,
    }
    return [
        name
        for name, act in ACTS.items()
        if act.right in may
        and g.actor.role not in {Role.HOSPITAL, Role.ENTERPRISE}
        and one.state in act.states
        and (not act.to_hospital or one.destination == Destination.HOSPITAL)
        and fits.get(name, True)
    ]


def inputs(name: str) -> list[Field]:
    """Return the fields of an act."""
    today = str(clock.today())
    voucher = Field("voucher_no", _("银行凭证号"), required=True, max=64)
    if name == "approve":
        return [Field("answer", _("说明"), "area")]
    if name == "pay":
        return [voucher, Field("day", _("拨付日期"), "date", required=True, value=today)]
    if name == "recover":
        return []
    if name == "repay":
        return [
            voucher,
            Field("amount", _("金额（元）"), required=True, max=20),
            Field("day", _("入账日期"), "date", required=True, value=today),
        ]
    return [Field("reason", _("原因"), "area", required=True)]


def period() -> str:
    """Return the month whose claw-back is used: the one asked for, else the last ended one."""
    return asked.period(default=calendar.previous_period(calendar.period_of(clock.today())))


def do(name: str, one: Any) -> None:
    """Do to a prepayment what the form says."""
    on, actor, number = clock.today(), g.actor, one.prepayment_no
    day, reason = asked.day("day") or on, request.form.get("reason", "")
    voucher = request.form.get("voucher_no", "")
    if name == "approve":
        answer = request.form.get("answer", "")
        deciding.approve(actor, [number], on, total_fen=one.amount_fen, answer=answer)
    elif name == "refuse":
        deciding.refuse(actor, number, reason, on)
    elif name == "withdraw":
        deciding.withdraw(actor, number, reason, on)
    elif name == "pay":
        deciding.pay_out(actor, number, voucher, day, on)
    elif name == "recover":
        recovering.recover(actor, number, period(), on)
    else:
        recovering.repay(actor, number, voucher, asked.amount("amount") or 0, day, on)


def check(name: str, one: Any) -> Check:
    """Repeat what an act is done to."""
    act, sum_fen, sentence = ACTS[name], one.amount_fen, ""
    figures = [
        (_("医疗机构"), one.hospital_name),
        (_("批次"), f"{one.round_code} {one.round_name or ''}"),
        (_("约定采购金额（元）"), formats.money(one.agreed_fen)),
        (_("预付比例"), f"{one.ratio_bp / 100:.2f}%"),
        (_("已有资金（元）"), formats.money(one.already_fen)),
        (_("去向"), words.word(Destination(one.destination))),
    ]
    fits = True
    if name == "pay":
        sentence = _("银行已付款后登记；转入分簿的作为凭证入账，拨付医院的开始计算转付期限。")
    if name == "recover":
        of = RoundPrepayment.get(RoundPrepayment.prepayment_no == one.prepayment_no)
        stands = recovering.stands(of, period(), clock.today())
        sum_fen, fits = stands.possible_fen, stands.possible_fen > 0
        sentence = _("从 %(p)s 医保基金的预付清算中收回，不超过当月清算金额。", p=period())
        figures += [
            (_("已动用（元）"), formats.money(stands.drawn_fen)),
            (_("已收回（元）"), formats.money(stands.recovered_fen)),
            (_("应收回（元）"), formats.money(stands.due_fen)),
            (_("当月清算可用（元）"), formats.money(stands.clawback_fen)),
        ]
    if name == "repay":
        sum_fen = one.outstanding_fen
        sentence = _("医院归还的款项到账后登记，不超过尚未收回的金额。")
    return Check(
        title=f"{act.label} · {one.prepayment_no}",
        sentence=sentence,
        button=str(act.label),
        seen={"id": one.id, "state": one.state, "amount": sum_fen, "back": one.recovered_fen},
        figures=figures,
        sum_fen=sum_fen,
        notes=[] if fits else [("wait", _("现在没有可收回的金额。"))],
        possible=fits and one.state in act.states,
        back=url_for("round_prepayments.one", number=one.prepayment_no),
        hidden=[("period", period())] if name == "recover" else [],
        crumbs=crumbs(one.prepayment_no),
        danger=act.grave,
    )


def passing_check(one: Any, share: Any, *, down: bool) -> Check:
    """Repeat which part is reported as passed on."""
    label = _("登记向下转付") if down else _("登记转付")
    due_on = share.down_due_on if down else one.pass_on_due_on
    return Check(
        title=f"{label} · {one.prepayment_no}",
        sentence=_("登记后不能修改。"),
        button=label,
        seen={"id": one.id, "enterprise": share.enterprise_code, "passed": share.passed_on},
        figures=[
            (_("医疗机构"), one.hospital_name),
            (_("配送企业"), share.enterprise_name),
            (_("批次"), one.round_code),
            (_("期限"), formats.day(due_on)),
        ],
        sum_fen=share.amount_fen,
        possible=share.passed_on is not None and share.passed_down_on is None
        if down
        else share.passed_on is None,
        back=url_for("round_prepayments.one", number=one.prepayment_no),
        crumbs=crumbs(one.prepayment_no),
    )


def pass_it(one: Any, enterprise_code: str, *, down: bool) -> None:
    """Report a part as passed on, or down, as the form says."""
    on = clock.today()
    voucher, day = request.form.get("voucher_no", ""), asked.day("day") or on
    report = passing.pass_down if down else passing.pass_on
    report(g.actor, one.prepayment_no, enterprise_code, voucher, day, on)


def may_pass(one: Any, share: Any) -> str:
    """Return which report this reader may make of a part: on, down or none."""
    role = g.actor.role
    if "round_pass" not in access.MAY.get(role, frozenset()) or one.state not in {
        RoundState.PAID,
        RoundState.RECOVERED,
    }:
        return ""
    if one.destination != Destination.HOSPITAL:
        return ""
    if share.passed_on is None:
        return "on" if role != Role.ENTERPRISE else ""
    if share.passed_down_on is None and share.down_due_on is not None:
        return "down" if role != Role.HOSPITAL else ""
    return ""


def crumbs(last: str) -> list[tuple[str, str]]:
    """Return the way to a page of prepayments."""
    return [(_("结算"), ""), (_("集采预付"), url_for("round_prepayments.index")), (last, "")]
