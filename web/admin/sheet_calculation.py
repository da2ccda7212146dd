"""What the check page before a settlement says."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models import clock
from models.rules import calendar
from web import formats
from web.admin.screen import Check


def calculation(period: str, area: str | None, found: Any) -> Check:
    """Return the check page of a settlement: what it would find, keep and calculate anew."""
    last = calendar.last_day(period)
    notes = []
    if clock.today() <= last:
        notes.append(("bad", _("%(p)s 尚未结束，%(d)s 之后才能计算。", p=period, d=last)))
    if found.later:
        notes.append(("bad", _("已结算后续月份 %(p)s，本月不能再计算。", p=found.later)))
    if found.fixed:
        notes.append(
            ("", _("%(n)s 张已送审或付款，保持不变；它们的新明细进入下期。", n=found.fixed))
        )
    if found.drafts:
        notes.append(("wait", _("%(n)s 张待复核的结算单将按最新资料重新计算。", n=found.drafts)))
    possible = not found.later and clock.today() > last
    return Check(
        title=_("计算 %(p)s 结算单", p=period),
        sentence=_("按结算方案判定每一行的通道与挂起，可结算的按医院和企业生成结算单。"),
        button=_("计算 %(p)s 结算单", p=period),
        seen={
            "period": period,
            "area": area,
            "lines": found.lines,
            "sum_fen": found.sum_fen,
            "drafts": found.drafts,
            "fixed": found.fixed,
            "settled_at": found.settled_at,
        },
        figures=[
            (_("本月验收明细"), _("%(n)s 行", n=formats.count(found.lines))),
            (_("明细金额（元）"), formats.money(found.sum_fen)),
            (_("上期挂起，重新判定"), _("%(n)s 行", n=formats.count(found.held_before))),
            (_("重新计算的草稿"), _("%(n)s 张", n=formats.count(found.drafts))),
        ],
        notes=notes,
        after=[
            _("后台计算，可以离开；完成后显示张数、挂起行数和应付合计"),
            _("复核、审批须由另外两人完成，您是制单人"),
            _("挂起的明细列入“挂起明细”，解除后进入下一期"),
        ],
        possible=possible,
        back=url_for("sheets.index"),
        hidden=[("period", period), ("area", area or "")],
        crumbs=[(_("结算"), ""), (_("结算单"), url_for("sheets.index")), (_("计算"), "")],
    )
