"""What is done to turnover money: from which states, by whom, repeated first, then done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from models import clock
from models.rules import calendar
from models.rules.money import yuan
from models.rules.postings import Account, account
from models.rules.turnover import TurnoverState
from models.rules.words import TurnoverRecovery
from models.services import ledger, turnover
from web import formats, words
from web.admin import answering, asked
from web.admin.answering import Field
from web.admin.screen import Check

_S = TurnoverState


@dataclass(frozen=True)
class Act:
    """Something that can be done to a grant."""

    name: str
    label: str
    action: str
    states: tuple[TurnoverState, ...]
    sentence: str
    done: str
    danger: bool = False
    #: Whether the reader may be who applied: yes, no, or only that person.
    applicant: str = "any"


def acts() -> list[Act]:
    """Return what can be done, in the order of the buttons."""
    return [
        Act("approve", _("批准"), "turnover_decide", (_S.APPLIED,),
            _("批准后由经办人员拨付到医院分簿。批准人与申请人不能是同一人。"),
            _("已批准，等待经办人员拨付。"), applicant="other"),
        Act("refuse", _("退回申请"), "turnover_decide", (_S.APPLIED,),
            _("退回后医院可以重新申请。"), _("已退回申请。"), danger=True, applicant="other"),
        Act("withdraw", _("撤回申请"), "turnover_apply", (_S.APPLIED,),
            _("撤回后可以重新申请。"), _("已撤回申请。"), danger=True, applicant="own"),
        Act("pay", _("登记拨付"), "turnover_pay", (_S.APPROVED,),
            _("按银行凭证登记：该医院分簿增加，周转金记为待收回。登记后不能修改。"),
            _("已登记拨付，分簿余额已增加。")),
        Act("recover", _("收回"), "turnover_pay", (_S.PAID, _S.RECOVERING),
            _("年底前收回：通知医院归还，或从以后月份的医保基金中抵扣。"),
            _("已开始收回。")),
        Act("repay", _("登记归还"), "turnover_pay", (_S.RECOVERING,),
            _("按银行凭证登记归还；从分簿退回的不能超过分簿可用余额。登记后不能修改。"),
            _("已登记归还。")),
        Act("offset", _("改为基金抵扣收回"), "turnover_pay", (_S.RECOVERING,),
            _("撤销归还通知，从所选月份起的医保基金抵扣货款之后的余额中收回。"),
            _("已改为从医保基金抵扣收回。")),
    ]  # fmt: skip


def act(name: str) -> Act | None:
    """Return the act of that name."""
    return next((one for one in acts() if one.name == name), None)


def possible(grant: Any) -> list[Act]:
    """Return what this reader may do to the grant now."""
    return [
        one
        for one in acts()
        if grant.state in one.states and answering.may(one.action) and _fits(one, grant)
    ]


def _fits(one: Act, grant: Any) -> bool:
    if one.applicant == "other" and grant.applied_by == g.actor.name:
        return False
    if one.applicant == "own" and grant.applied_by != g.actor.name:
        return False
    if one.name == "pay" and grant.decided_by == g.actor.name:
        return False
    if one.name == "repay":
        return bool(grant.is_asked)
    if one.name == "offset":
        return grant.recovery == TurnoverRecovery.REPAY and grant.outstanding_fen > 0
    return one.name != "recover" or (
        grant.outstanding_fen > 0
        and not grant.is_asked
        and grant.recovery != TurnoverRecovery.OFFSET
    )


def inputs(name: str, grant: Any) -> list[Field]:
    """Return the fields of something done to a grant."""
    today = str(clock.today())
    voucher = Field("voucher_no", _("银行凭证号"), required=True, max=60)
    booked = Field("booked_on", _("入账日期"), "date", required=True, value=today)
    month = Field(
        "from_period",
        _("自哪个月份的抵扣起"),
        required=True,
        value=calendar.period_of(clock.today()),
        hint=_("例如 2026-12；已经计算过下月抵扣的月份不再改变。"),
    )
    ways = [(str(one), words.word(one)) for one in TurnoverRecovery]
    return {
        "approve": [Field("answer", _("说明"), "area")],
        "refuse": [Field("reason", _("原因"), "area", required=True)],
        "pay": [voucher, booked],
        "recover": [
            Field("way", _("收回方式"), "select", choices=ways, hint=_("不选则按结算方案。")),
            month,
        ],
        "offset": [month],
        "repay": [
            voucher,
            Field("amount", _("归还金额（元）"), required=True, value=yuan(grant.outstanding_fen)),
            booked,
            Field(
                "source",
                _("来源"),
                "select",
                required=True,
                choices=[("subledger", _("从分簿退回")), ("own", _("医院另行缴回"))],
            ),
        ],
    }.get(name, [])


def check(one: Act, grant: Any) -> Check:
    """Repeat what something is done to."""
    return Check(
        title=f"{one.label} · {grant.turnover_no}",
        sentence=one.sentence,
        button=one.label,
        seen={"no": grant.turnover_no, "state": grant.state, "left": grant.outstanding_fen},
        figures=[
            (_("医疗机构"), grant.hospital_name),
            (_("年度"), str(grant.year)),
            (_("周转金（元）"), formats.money(grant.amount_fen)),
            (_("待收回（元）"), formats.money(grant.outstanding_fen)),
            *(_balance(grant) if one.name in ("pay", "repay") else []),
        ],
        sum_fen=grant.amount_fen if one.name in ("approve", "pay") else None,
        danger=one.danger,
        back=url_for("turnover.one", turnover_no=grant.turnover_no),
        crumbs=crumbs(grant.turnover_no),
    )


def _balance(grant: Any) -> list[tuple[str, str]]:
    """Return what the hospital's sub-ledger holds, which a refund may not exceed."""
    held = -ledger.balance_fen(account(Account.PREPAID, grant.hospital_code))
    return [(_("分簿可用余额（元）"), formats.money(held))]


def crumbs(last: str) -> list[tuple[str, str]]:
    """Return the way to a page of turnover money."""
    return [(_("结算"), ""), (_("周转金"), url_for("turnover.index")), (last, "")]


def do(name: str, grant: Any, requests: list[Any]) -> str:
    """Do what the form says; return why the form is not complete, or nothing."""
    on, form, actor, number = clock.today(), request.form, g.actor, grant.turnover_no
    booked_on, amount = asked.day("booked_on"), asked.amount("amount")
    period = asked.period("from_period")
    if name in ("pay", "repay") and booked_on is None:
        return _("请填写入账日期。")
    if name == "repay" and (amount is None or amount <= 0):
        return _("请填写大于 0 的金额（最多两位小数）。")
    if name == "offset" and not period:
        return _("请填写月份，例如 2026-12。")
    # Asked for above wherever they matter.
    booked_day, fen = booked_on or on, amount or 0
    told_way = form.get("way", "")
    way = TurnoverRecovery(told_way) if told_way in set(TurnoverRecovery) else None
    deeds: dict[str, Callable[[], Any]] = {
        "approve": lambda: turnover.approve(actor, [number], on, answer=form.get("answer", "")),
        "refuse": lambda: turnover.refuse(actor, number, form.get("reason", ""), on),
        "withdraw": lambda: turnover.withdraw(actor, number),
        "pay": lambda: turnover.pay_out(actor, number, asked.text("voucher_no"), booked_day, on),
        "recover": lambda: turnover.recover(actor, number, on, way=way, from_period=period or None),
        "offset": lambda: turnover.recover(
            actor, number, on, way=TurnoverRecovery.OFFSET, from_period=period
        ),
        "repay": lambda: turnover.repay(
            actor,
            next(one.request_no for one in requests if one.state == "asked"),
            asked.text("voucher_no"),
            fen,
            booked_day,
            on,
            from_subledger=form.get("source") == "subledger",
        ),
    }
    if name == "repay" and not any(one.state == "asked" for one in requests):
        return _("没有待收的归还通知。")
    deeds[name]()
    return ""
