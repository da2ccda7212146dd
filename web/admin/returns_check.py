"""The check pages of a payment made again: what is asked for, and what is released."""

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from models.services.payment_proofs import Proofs
from web import formats
from web.admin.screen import Check


def asking(lines: list[Any], proofs: dict[str, Proofs], profile: str, left: int) -> Check:
    """Return the check page of the maker; `left` payments of the choice cannot be asked for."""
    kept: dict[str, Any] = request.args.to_dict()
    total_fen = sum(one.amount_fen for one in lines)
    notes = _notes(lines, proofs, is_asking=True)
    if left:
        notes.append(
            ("", _("条件中另有 %(n)s 笔现在不能申请，原因见下表，不在本次申请内。", n=left))
        )
    if not profile:
        notes.append(("bad", _("请先选择银行格式。")))
    complete = bool(lines) and all(
        proofs[one.reference].complete and not proofs[one.reference].open_request for one in lines
    )
    return Check(
        title=_("核对：申请关联重付"),
        sentence=_("每一笔都要有两份独立的证据；原付款保留不变，新付款与它相连，付同一批结算单。"),
        button=_("申请重付 %(n)s 笔 ¥%(s)s", n=len(lines), s=formats.money(total_fen)),
        seen={**_seen(lines, proofs), "profile": profile, "left": left},
        figures=[
            (_("付款"), _("%(n)s 笔", n=formats.count(len(lines)))),
            (_("账户已更正"), _("%(n)s 笔", n=_corrected(lines, proofs))),
        ],
        sum_fen=total_fen,
        notes=notes,
        after=[
            _("复核或审批人员核对后放行；申请人不能自己放行"),
            _("后台再核一次证据，生成新批次和银行文件"),
            _("下载文件到网银提交，等银行结果"),
        ],
        possible=complete and bool(profile),
        back=url_for("returns.index", **kept),
        hidden=[("all", "1")]
        if request.form.get("all")
        else [("reference", one.reference) for one in lines],
        reason=_("重付原因（写入申请与审计日志）"),
        crumbs=[(_("付款"), ""), (_("退票与重付"), url_for("returns.index")), (_("核对"), "")],
    )


def releasing(wanted: Any, lines: list[Any], proofs: dict[str, Proofs]) -> Check:
    """Return the check page of the second person."""
    notes = _notes(lines, proofs, is_asking=False)
    own = wanted.asked_by == g.actor.name
    if own:
        notes.append(("bad", _("您是申请人，须由另一人放行。")))
    if wanted.decided_by:
        notes.append(("bad", _("这一申请已由 %(who)s 决定。", who=wanted.decided_name)))
    return Check(
        title=_("核对：放行重付申请 %(n)s", n=wanted.request_no),
        sentence=_("申请人 %(who)s：%(why)s", who=wanted.asked_name, why=wanted.reason),
        button=_("放行重付 %(n)s 笔 ¥%(s)s", n=wanted.orders, s=formats.money(wanted.sum_fen)),
        seen={
            **_seen(lines, proofs),
            "request": wanted.request_no,
            "decided_by": wanted.decided_by,
            "orders": wanted.orders,
            "sum_fen": wanted.sum_fen,
        },
        figures=[
            (_("付款"), _("%(n)s 笔", n=formats.count(wanted.orders))),
            (_("账户已更正"), _("%(n)s 笔", n=_corrected(lines, proofs))),
            (_("银行格式"), wanted.profile_code),
            (_("申请人"), wanted.asked_name),
        ],
        sum_fen=wanted.sum_fen,
        notes=notes,
        after=[
            _("后台再核一次证据，生成新批次，写出银行文件并读回核对"),
            _("新旧付款相互关联，一笔付款只能重付一次"),
            _("下载文件到网银提交；没有消息不会再付"),
        ],
        possible=not own
        and wanted.decided_by is None
        and all(proofs[one.reference].complete for one in lines),
        back=url_for("returns.one", request_no=wanted.request_no),
        crumbs=[(_("付款"), ""), (_("退票与重付"), url_for("returns.index")), (_("放行"), "")],
    )


def _seen(lines: list[Any], proofs: dict[str, Proofs]) -> dict[str, Any]:
    return {
        "lines": [
            (
                one.reference,
                one.state,
                one.amount_fen,
                one.account_now,
                one.account_name_now,
                one.cnaps_code_now,
                proofs[one.reference].complete,
            )
            for one in lines
        ]
    }


def _notes(
    lines: list[Any], proofs: dict[str, Proofs], *, is_asking: bool
) -> list[tuple[str, str]]:
    """Return what stops the payments, and what deserves a second look."""
    notes: list[tuple[str, str]] = []
    if not lines:
        notes.append(("", _("请先在列表中选择证据齐全的付款。")))
    for one in lines:
        proof = proofs[one.reference]
        if not proof.complete:
            notes.append(("bad", _("%(r)s 的重付条件不齐全，见下表。", r=one.reference)))
        elif is_asking and proof.open_request:
            told = _("%(r)s 已在申请 %(n)s 中。", r=one.reference, n=proof.open_request)
            notes.append(("bad", told))
    same = [one for one in lines if not proofs[one.reference].account_corrected]
    if same:
        notes.append(
            (
                "wait",
                _("%(n)s 笔的收款账户与被退回或拒绝时相同，请确认原因已经消除。", n=len(same)),
            )
        )
    return notes


def _corrected(lines: list[Any], proofs: dict[str, Proofs]) -> int:
    return sum(proofs[one.reference].account_corrected for one in lines)
