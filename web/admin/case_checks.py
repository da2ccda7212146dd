"""The check pages of cases: what is decided is repeated with count and sum before it is done."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models.rules.words import ExceptionKind, InstructionState
from web import formats, words
from web.admin.case_words import ADVICE, STATUSES
from web.admin.screen import Check
from web.people import person

CRUMB = "exceptions.index"


def _crumbs() -> list[tuple[str, str]]:
    return [(_("付款"), ""), (_("异常处理"), url_for(CRUMB)), (_("核对"), "")]


def _seen(case: Any) -> dict[str, Any]:
    return {
        "case": case.id,
        "closed_at": case.closed_at,
        "state": case.order_state,
        "evidence": case.evidence,
    }


def closing(case: Any) -> Check:
    """Close a case with a conclusion and no movement of money."""
    kind = words.word(ExceptionKind(case.kind))
    amount = case.amount_fen if case.amount_fen is not None else case.order_fen
    state = words.word(InstructionState(case.order_state)) if case.order_state else "—"
    notes = [("wait", str(ADVICE[ExceptionKind(case.kind)]))]
    if case.closed_at:
        notes.append(("bad", _("这一异常已由 %(who)s 处理。", who=person(case.closed_by))))
    return Check(
        title=_("核对：处理异常 %(n)s", n=case.id),
        sentence=_("处理只记录结论，不改动付款状态和账目；银行的新证据以回盘或对账单进入。"),
        button=_("记录结论并关闭"),
        seen=_seen(case),
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
        crumbs=_crumbs(),
    )


def asking(case: Any, order: Any, said: Any, status: str, booked_on: date | None) -> Check:
    """Ask a second person to take the evidence of a case as said about an order."""
    meant = (said and said.status) or status
    day = (said and said.booked_on) or booked_on
    notes = [
        ("wait", _("提出后不入账。另一名复核或审批人员同意后，才按银行的说法变更付款状态并记账。"))
    ]
    if order.state in ("rejected", "cancelled"):
        notes.append(
            ("bad", _("这笔付款曾被认定未付。同意后按迟到证据入账；若已关联重付，系统会拒绝。"))
        )
    return Check(
        title=_("核对：按银行说法认定异常 %(n)s", n=case.id),
        sentence=_(
            "银行这一行说的就是付款 %(r)s（%(n)s），请写明依据（凭证号、答复函、电话记录）。",
            r=order.reference,
            n=order.payee_account_name,
        ),
        button=_("提出认定 1 笔 ¥%(s)s", s=formats.money(order.amount_fen)),
        seen={
            **_seen(case),
            "order": order.reference,
            "now": order.state,
            "meant": meant,
            "day": day,
        },
        sum_fen=order.amount_fen,
        figures=[
            (_("账号"), formats.masked(order.payee_account_no)),
            (_("现状态"), words.word(InstructionState(order.state))),
            (_("认定为"), str(STATUSES.get(meant, "—"))),
            (_("入账日"), formats.day(day) if day else "—"),
        ],
        notes=notes,
        reason=_("认定依据（写入审计日志）"),
        possible=case.closed_at is None,
        back=url_for("exceptions.one", case_id=case.id),
        hidden=[
            ("reference", order.reference),
            ("status", status),
            ("booked_on", str(booked_on or "")),
        ],
        crumbs=_crumbs(),
    )


def declining(case: Any, order: Any) -> Check:
    """Say that a suggestion is wrong."""
    return Check(
        title=_("核对：排除异常 %(n)s 的候选", n=case.id),
        sentence=_(
            "这一行不是付款 %(r)s（%(n)s）；以后不再作为候选，异常仍待处理。",
            r=order.reference,
            n=order.payee_account_name,
        ),
        button=_("排除这一候选"),
        seen={**_seen(case), "order": order.reference},
        figures=[
            (_("账号"), formats.masked(order.payee_account_no)),
            (_("金额（元）"), formats.money(order.amount_fen)),
        ],
        reason=_("排除原因（写入审计日志）"),
        back=url_for("exceptions.one", case_id=case.id),
        hidden=[("reference", order.reference)],
        crumbs=_crumbs(),
    )


def together(source: str, name: str, found: Any, booked_on: date | None) -> Check:
    """Ask for all unambiguous suggestions of a file or day at once."""
    count, sum_fen, dayless, sent_on, _areas = found
    notes = [
        ("wait", _("只包含一行对一笔、账号户名金额都相符的；提出后须由另一人同意才入账。")),
    ]
    if dayless:
        notes.append(
            (
                "wait" if booked_on else "bad",
                _("其中 %(n)s 笔银行没有给入账日，按您填写的 %(d)s 登记。", n=dayless, d=booked_on)
                if booked_on
                else _(
                    "其中 %(n)s 笔银行没有给入账日，请返回填写凭证上的入账日（不早于 %(d)s）。",
                    n=dayless,
                    d=sent_on,
                ),
            )
        )
    if not count:
        notes.append(("", _("没有可以成批认定的唯一候选。")))
    return Check(
        title=_("核对：成批认定唯一候选"),
        sentence=_("%(f)s 中一行只对应一笔付款的候选，一次提出。", f=name),
        button=_("提出认定 %(n)s 笔 ¥%(s)s", n=formats.count(count), s=formats.money(sum_fen)),
        seen={"source": source, "count": count, "sum_fen": sum_fen, "booked_on": booked_on},
        sum_fen=sum_fen,
        figures=[
            (_("笔数"), formats.count(count)),
            (_("金额（元）"), formats.money(sum_fen)),
            (_("缺入账日"), formats.count(dayless)),
        ],
        notes=notes,
        reason=_("认定依据（写入审计日志）"),
        possible=bool(count) and not (dayless and booked_on is None),
        back=url_for(CRUMB, source=source),
        hidden=[("source", source), ("booked_on", str(booked_on or ""))],
        crumbs=_crumbs(),
    )


def deciding(bundle: Any, rows: list[Any], *, agree: bool, why_not: str) -> Check:
    """Agree to or refuse what another person asked for."""
    told = {"n": formats.count(bundle.count), "s": formats.money(bundle.sum_fen)}
    return Check(
        title=_("核对：同意认定") if agree else _("核对：退回认定"),
        sentence=_("%(who)s 提出，依据：%(why)s", who=person(bundle.asked_by), why=bundle.reason),
        button=_("同意认定 %(n)s 笔 ¥%(s)s 并入账", **told)
        if agree
        else _("退回 %(n)s 笔 ¥%(s)s", **told),
        seen={"ids": bundle.ids, "states": [(row.reference, row.state) for row in rows]},
        sum_fen=bundle.sum_fen,
        figures=[
            (_("笔数"), told["n"]),
            (_("金额（元）"), told["s"]),
            (_("提出人"), person(bundle.asked_by)),
            (_("本人"), person(bundle.reader)),
        ],
        notes=[("bad", why_not)] if why_not else [],
        after=[
            _("付款状态按银行的说法变更，账目同时登记。"),
            _("结算单、批次随付款变化；异常关闭，两人姓名写入审计日志。"),
        ]
        if agree
        else [_("异常仍待处理，提出人可补充依据再次提出。")],
        reason="" if agree else _("退回原因（写入审计日志）"),
        possible=not why_not,
        danger=not agree,
        back=url_for(CRUMB, waiting=1),
        crumbs=_crumbs(),
    )
