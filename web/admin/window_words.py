"""What follows from advice on a dispute, the usual reasons of one, and how long a window is."""

from typing import Any

from flask_babel import lazy_gettext

from models.rules import windows as rules
from models.rules.words import ConfirmUnit

SIDES = {
    "hospital": lazy_gettext("医院"),
    "enterprise": lazy_gettext("企业"),
    "agency": lazy_gettext("经办机构"),
}
#: What each advice asks of whom.
NEXT = {
    rules.Advice.CONFIRM: lazy_gettext("提出异议的一方按明细金额确认。"),
    rules.Advice.VOID: lazy_gettext("经办作废该明细，以新编号重报。"),
    rules.Advice.GOODS_RETURN: lazy_gettext("先确认本明细，退货另报一行，当期或下期冲减。"),
    rules.Advice.ADJUST: lazy_gettext("先确认本明细，差额以调价明细冲减。"),
}
REASONS = (
    lazy_gettext("数量不符"),
    lazy_gettext("单价不符"),
    lazy_gettext("未收到货"),
    lazy_gettext("拟退货"),
    lazy_gettext("发票不符"),
    lazy_gettext("其他"),
)


def length(window: Any, lang: str) -> str:
    """Return how long a window is, in the reader's language."""
    zh, en = rules.sentence(window.days, ConfirmUnit(window.unit))
    return en if lang == "en" else zh


def reasons() -> list[tuple[str, str]]:
    """Return the usual reasons of a dispute, for a select."""
    return [(str(one), str(one)) for one in REASONS]
