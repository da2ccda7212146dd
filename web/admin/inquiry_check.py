"""The check page of an inquiry: the bank's answer and the closed days before money is given up."""

from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from models.rules.words import InquiryAnswer, InstructionState
from models.services.payment_proofs import Proofs
from web import formats, words
from web.admin import proof_words
from web.admin.screen import Check
from web.people import person


def confirming(inquiry: Any, proofs: Proofs) -> Check:
    """Return what the second person confirms, and what stands against it."""
    own = inquiry.recorded_by == g.actor.name
    notes = [
        ("bad" if own else "wait", _("答复由 %(who)s 登记。", who=person(inquiry.recorded_by)))
    ]
    if own:
        notes.append(("bad", _("您是登记人，须由另一人核定。")))
    if not proofs.never_debited:
        notes.append(
            (
                "bad",
                _(
                    "这些日子的对账单尚未结平：%(d)s。",
                    d=_("、").join(map(str, proofs.days_open)) or "—",
                ),
            )
            if proofs.no_debit
            else ("bad", _("对账单上有这笔扣款。"))
        )
    return Check(
        title=_("核对：按未支付处理"),
        sentence=_("银行答复从未收到，且发送日和之后两个完整银行工作日的对账单没有这笔扣款。"),
        button=_("按未支付处理 1 笔 ¥%(s)s", s=formats.money(inquiry.amount_fen)),
        seen={
            "inquiry": inquiry.id,
            "state": inquiry.state,
            "proved": proofs.never_debited,
            "amount_fen": inquiry.amount_fen,
        },
        figures=[
            (_("参考号"), inquiry.reference),
            (_("银行答复"), str(proof_words.ANSWERS[InquiryAnswer(inquiry.answer)])),
            (_("答复日"), formats.day(inquiry.answered_on)),
            (_("付款状态"), words.word(InstructionState(inquiry.state))),
        ],
        sum_fen=inquiry.amount_fen,
        notes=[*notes, ("", inquiry.words)],
        after=[
            _("付款转为已撤销，结算单重新待付"),
            _("经办申请关联重付，再由另一人放行"),
            _("以后若有相反的证据，列入异常，不动账"),
        ],
        possible=proofs.never_debited
        and not own
        and inquiry.confirmed_by is None
        and inquiry.answer == InquiryAnswer.NOT_RECEIVED
        and inquiry.state == InstructionState.UNKNOWN,
        back=url_for("payments.one", reference=inquiry.reference),
        crumbs=[
            (_("付款"), ""),
            (_("付款明细"), url_for("payments.index")),
            (inquiry.reference, url_for("payments.one", reference=inquiry.reference)),
            (_("核对"), ""),
        ],
    )
