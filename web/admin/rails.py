"""支付通道, 银行日历: caps and hours of payment systems, and days of banks, as dated rows."""

from typing import ClassVar

from flask_babel import lazy_gettext as _

from models.records.rails import BankDay, RailRule
from web.admin.base import MasterView
from web.admin.rows import Ask, Bound
from web.permissions import Page


class RailView(MasterView):
    """支付通道."""

    page: ClassVar[Page] = Page.RULES
    kind = "rail_rules"
    bound = Bound()
    title_column = ""
    column_list = (
        "profile_code",
        "rail",
        "cap_fen",
        "opens",
        "cut_off",
        "valid_from",
        "valid_to",
        "source_note",
    )
    column_default_sort = "profile_code"
    retire_hint = _(
        "银行格式填 * 表示所有银行，某个银行格式自己的行优先。"
        "上限或时间改变时新增一个生效日期更晚的行；"
        "只在银行格式要求按通道拆分或判断截止时间时起作用。"
    )
    asks = (
        Ask("profile_code", label=_("银行格式")),
        Ask("rail"),
        Ask("valid_on", "to", ("valid_from",), label=_("生效日期不晚于")),
    )


class BankDayView(MasterView):
    """银行日历."""

    page: ClassVar[Page] = Page.RULES
    kind = "bank_days"
    bound = Bound()
    title_column = ""
    column_list = ("profile_code", "day", "kind")
    column_default_sort = ("day", True)
    retire_hint = _("只列与工作日历不同的日期；未列出的日期按工作日历判断。")
    asks = (
        Ask("profile_code", label=_("银行格式")),
        Ask("day_from", "from", ("day",), label=_("日期起")),
        Ask("kind"),
    )


def views() -> list[MasterView]:
    """Return the lists of this module in the order of the menu."""
    return [
        RailView(RailRule, _("支付通道"), "rail_rules"),
        BankDayView(BankDay, _("银行日历"), "bank_days"),
    ]
