"""The check pages of many prepayments at once: proposing a round's, approving what was proposed."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models.rules.prepaid import Destination
from web import formats
from web.admin.prepaid_round_forms import crumbs
from web.admin.screen import Check

#: Proposals listed on the check page; the totals are of all.
SHOWN = 200


@dataclass(frozen=True)
class Shown:
    """How one hospital's amount comes about, as a row of the check page; amounts in fen."""

    hospital_name: str
    agreed_fen: int
    ratio: str
    gross_fen: int
    already_fen: int
    amount_fen: int
    destination: Destination


def rows(found: list[Any]) -> list[Shown]:
    """Return the first of what would be proposed, or was, as rows."""
    return [
        Shown(
            one.hospital_name,
            one.agreed_fen,
            f"{(one.terms.ratio_bp if hasattr(one, 'terms') else one.ratio_bp) / 100:.2f}%",
            one.gross_fen,
            one.already_fen,
            one.amount_fen,
            Destination(one.terms.destination if hasattr(one, "terms") else one.destination),
        )
        for one in found[:SHOWN]
    ]


def proposing(round_code: str, area: str | None, found: list[Any]) -> Check:
    """Repeat what would be proposed of a round, hospital by hospital."""
    total = sum(one.amount_fen for one in found)
    notes = []
    if not round_code:
        notes = [("", _("请先选择批次。"))]
    elif not found:
        notes = [
            ("wait", _("没有可预付的医院：方案没有规定比例、没有生效的协议，或已预付、已有资金。"))
        ]
    return Check(
        title=_("计算集采预付"),
        sentence=_(
            "预付 = 约定采购量 × 中选价 × 预付比例 − 分簿中已有的医保预付，不重复安排资金。"
        ),
        button=_("提出 %(n)s 家 ¥%(s)s", n=len(found), s=formats.money(total)),
        seen={
            "round": round_code,
            "area": area,
            "found": [(one.hospital_code, one.amount_fen) for one in found],
        },
        figures=[
            (_("批次"), round_code or "—"),
            (_("医院"), _("%(n)s 家", n=len(found))),
            (_("约定采购金额（元）"), formats.money(sum(one.agreed_fen for one in found))),
            (_("按比例（元）"), formats.money(sum(one.gross_fen for one in found))),
            (_("已有资金（元）"), formats.money(sum(one.already_fen for one in found))),
        ],
        sum_fen=total,
        notes=notes,
        after=[_("由另一人批准"), _("逐家登记拨付凭证"), _("医院和配送企业登记转付，逾期列出")],
        possible=bool(found),
        back=url_for("round_prepayments.index"),
        hidden=[("round", round_code), ("area", area or "")],
        crumbs=crumbs(_("计算")),
    )


def approving(round_code: str, found: list[Any]) -> Check:
    """Repeat what others proposed."""
    total = sum(one.amount_fen for one in found)
    return Check(
        title=_("批准集采预付"),
        sentence=_("批准前重新计算每一家；协议、价格或已有资金变化的不能批准。"),
        button=_("批准 %(n)s 家 ¥%(s)s", n=len(found), s=formats.money(total)),
        seen={"found": [(one.prepayment_no, one.amount_fen) for one in found]},
        figures=[
            (_("批次"), round_code or _("全部")),
            (_("医院"), _("%(n)s 家", n=len(found))),
        ],
        sum_fen=total,
        after=[_("经办逐家登记拨付凭证")],
        possible=bool(found),
        back=url_for("round_prepayments.index", round=round_code),
        hidden=[("round", round_code)],
        crumbs=crumbs(_("批准")),
    )
