"""The check pages of asking hospitals to top up: one of them, or all that lack money."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from web import formats
from web.admin.screen import Check

#: Hospitals listed on the check page; the totals are of all.
SHOWN = 20


def top_up(ledger: Any) -> Check:
    """Repeat what one hospital lacks."""
    open_fen = ledger.open_fen or 0
    lacking = ledger.missing_fen - open_fen
    notes = []
    if lacking <= 0:
        notes = [("", _("没有尚未通知的缺口。"))]
    return Check(
        title=_("发出补足通知"),
        sentence=_(
            "医院在期限前把款项转入专用账户，凭证导入后自动办结；等待的结算单下次付款时支付。"
        ),
        button=_("发出通知 ¥%(s)s", s=formats.money(max(lacking, 0))),
        seen={"hospital": ledger.hospital_code, "missing": ledger.missing_fen, "open": open_fen},
        figures=[
            (_("医疗机构"), ledger.hospital_name),
            (_("等待补足"), _("%(n)s 张", n=ledger.short_sheets)),
            (_("可用余额（元）"), formats.money(ledger.available_fen)),
            (_("缺口（元）"), formats.money(ledger.missing_fen)),
            (_("已通知未收（元）"), formats.money(open_fen)),
        ],
        sum_fen=max(lacking, 0),
        notes=notes,
        after=[_("邮件告知医院"), _("逾期列入待办"), _("补足后重新生成付款批次")],
        possible=lacking > 0,
        back=url_for("subledgers.one", hospital_code=ledger.hospital_code),
        crumbs=crumbs(ledger.hospital_name),
    )


def top_ups(found: list[Any]) -> Check:
    """Repeat what every hospital lacks that was not asked for yet."""
    total = sum(one.missing_fen - (one.open_fen or 0) for one in found)
    return Check(
        title=_("向有缺口的医院发出补足通知"),
        sentence=_("每家医院各发一份，金额为尚未通知的缺口；期限相同。"),
        button=_("通知 %(n)s 家 ¥%(s)s", n=len(found), s=formats.money(total)),
        seen={"found": [(one.hospital_code, one.missing_fen, one.open_fen) for one in found]},
        figures=[
            (_("医院"), _("%(n)s 家", n=len(found))),
            (_("缺口合计（元）"), formats.money(sum(one.missing_fen for one in found))),
            (_("已通知未收（元）"), formats.money(sum(one.open_fen or 0 for one in found))),
        ],
        sum_fen=total,
        notes=[
            ("", f"{one.hospital_name} {formats.money(one.missing_fen - (one.open_fen or 0))}")
            for one in found[:SHOWN]
        ]
        or [("", _("没有尚未通知的缺口。"))],
        after=[_("邮件告知医院"), _("逾期列入待办"), _("补足后重新生成付款批次")],
        possible=bool(found),
        back=url_for("subledgers.index", view="missing"),
        crumbs=crumbs(_("补足通知")),
    )


def crumbs(last: str) -> list[tuple[str, str]]:
    """Return the way to a page of sub-ledgers."""
    return [(_("结算"), ""), (_("分簿"), url_for("subledgers.index")), (last, "")]
