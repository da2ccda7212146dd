"""How the risk rules and the steps with a finding are said to people."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.money import yuan
from models.rules.risks import HANDABLE, RiskKind, RiskMove, RiskState
from web import formats

#: Rule → what it saw, in one sentence.
SAYS: dict[RiskKind, Any] = {
    RiskKind.ABOVE_AWARD: lazy_gettext("收货单价高于当日、当地的中选价。"),
    RiskKind.ABOVE_CONTRACT: lazy_gettext("收货单价高于购销协议的价格。"),
    RiskKind.ABOVE_LIST: lazy_gettext("收货单价高于产品的挂网价。"),
    RiskKind.SHORT_SUPPLY_PRICE: lazy_gettext(
        "短缺药品的收货单价明显高于此前 12 个月各院平均价的中位数。"
    ),
    RiskKind.NEW_DELIVERY_AREA: lazy_gettext(
        "企业在这个统筹区此前 12 个月没有供货，当月开始供货，金额达到核查标准。"
    ),
    RiskKind.SUDDEN_QUANTITY: lazy_gettext("当月采购数量明显高于此前 12 个月的月均数量。"),
    RiskKind.DEPARTMENT_OVERUSE: lazy_gettext("科室处方中非中选产品的数量占比超过上限。"),
    RiskKind.PRESCRIBER_OVERUSE: lazy_gettext("开方人处方中非中选产品的数量占比超过上限。"),
    RiskKind.CODE_REUSED: lazy_gettext("同一个追溯码出现在不止一行收货上。"),
    RiskKind.CODE_TWICE: lazy_gettext("同一个追溯码在一行收货上出现两次。"),
    RiskKind.CODE_FORM: lazy_gettext("收货的追溯码不是 20 位数字，可能无法核验。"),
}
PRICES = frozenset(
    {
        RiskKind.ABOVE_AWARD,
        RiskKind.ABOVE_CONTRACT,
        RiskKind.ABOVE_LIST,
        RiskKind.SHORT_SUPPLY_PRICE,
    }
)
SHARES = frozenset({RiskKind.DEPARTMENT_OVERUSE, RiskKind.PRESCRIBER_OVERUSE})

#: Move → button.
BUTTONS: dict[RiskMove, Any] = {
    RiskMove.ASK: lazy_gettext("请机构说明"),
    RiskMove.ANSWER: lazy_gettext("提交说明"),
    RiskMove.EXPLAIN: lazy_gettext("认可说明"),
    RiskMove.DISMISS: lazy_gettext("排除线索"),
    RiskMove.RECTIFY: lazy_gettext("责令整改"),
    RiskMove.FINISH: lazy_gettext("确认整改完成"),
}
#: What stands in the story of a finding.
HAPPENED: dict[str, Any] = {
    "open": lazy_gettext("规则发现"),
    "add": lazy_gettext("又有新证据"),
    RiskMove.REOPEN.value: lazy_gettext("新证据，重新核查"),
    RiskMove.HAND_OVER.value: lazy_gettext("移交"),
    **{move.value: words for move, words in BUTTONS.items()},
}


def seen(kind: str, value: Any) -> str:
    """Return what was measured or expected in the unit of its rule."""
    if value is None:
        return "—"
    if RiskKind(kind) in SHARES:
        return f"{value / 100:.2f}%"
    return formats.decimal(value)


def about(finding: Any) -> str:
    """Return what a finding is about beside its hospital: product, round, subject."""
    parts = [finding.product_name, finding.round_name]
    if finding.subject:
        parts.append(finding.subject)
    return " · ".join(part for part in parts if part) or _("全院")


def told(event: Any) -> str:
    """Return the facts of an event: how much new evidence, or by which day."""
    facts = event.facts
    if "evidence" in facts:
        return _(
            "%(p)s，证据 %(n)s 项，%(s)s 元",
            p=facts["period"],
            n=facts["evidence"],
            s=yuan(int(facts["amount_fen"])),
        )
    return _("期限 %(d)s", d=facts["by_on"]) if "by_on" in facts else ""


def may_be_handed(state: str) -> bool:
    """Return whether a finding in this state can be put on a list."""
    return RiskState(state) in HANDABLE
