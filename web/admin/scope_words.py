"""Every reason to be out of scope in words: what it says of the line, and how it would come in."""

from typing import Any

from flask_babel import lazy_gettext as _

from models.rules.scope import Outside

#: reason → (what it says, what would change it).
OUTSIDE: dict[Outside, tuple[Any, Any]] = {
    Outside.OFFLINE: (
        _("不在招采子系统上采购。"),
        _("改为网上采购；只对以后的采购起作用。"),
    ),
    Outside.NO_SCHEME: (
        _("验收日所在统筹区没有生效的结算方案。"),
        _("为该统筹区或其上级制定结算方案。"),
    ),
    Outside.NOT_JOINED: (
        _("医疗机构尚未纳入直接结算。"),
        _("在“医疗机构”中填写纳入日期。"),
    ),
    Outside.JOINED_LATER: (
        _("验收日早于医疗机构的纳入日期。"),
        _("由医疗机构自行付款，不追溯。"),
    ),
    Outside.OWNERSHIP: (
        _("医疗机构的性质不在结算方案所列之内。"),
        _("方案另有规定时修改“机构性质”。"),
    ),
    Outside.LEVEL: (
        _("医疗机构的等级低于结算方案的最低等级。"),
        _("方案另有规定时修改“最低等级”。"),
    ),
    Outside.DRUGS_LATER: (
        _("验收日早于药品的起始日期。"),
        _("起始日期之后的验收自动纳入。"),
    ),
    Outside.CONSUMABLES_LATER: (
        _("验收日早于耗材的起始日期。"),
        _("起始日期之后的验收自动纳入。"),
    ),
    Outside.PRODUCT_OUT: (
        _("产品在方案产品名单中列为不纳入。"),
        _("在“方案产品名单”中结束该行，或新增“纳入”。"),
    ),
    Outside.ROUND_OUT: (
        _("集采批次在方案批次名单中列为不纳入。"),
        _("在“方案批次名单”中结束该行，或新增“纳入”。"),
    ),
    Outside.ABOVE_SELECTED: (
        _("非中选产品，单价高于同名同类产品的最低中选价。"),
        _("单价不高于中选价的采购自动纳入。"),
    ),
    Outside.CATEGORY: (
        _("类别不在结算方案的结算范围内。"),
        _("方案扩大“结算范围”，或把产品、批次列为“纳入”。"),
    ),
}


def of(judged: Any) -> str:
    """Return why a judged line is out of scope and what would bring it in; empty for others."""
    if judged is None or judged.outside is None:
        return ""
    reason, change = OUTSIDE[Outside(judged.outside)]
    return f"{reason}{change}"
