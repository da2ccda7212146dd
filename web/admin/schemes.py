"""How areas settle: schemes, calendar, ladder, LPR and retention tiers."""

from typing import ClassVar

from flask_babel import lazy_gettext as _

from models.records.catalogue import CalendarDay
from models.records.parties import Area
from models.records.schemes import LadderStep, LprRate, RetentionTier, Scheme
from web.admin.base import MasterView
from web.admin.rows import Ask, Bound
from web.permissions import Page

_NEW_VERSION = _("改变规则请新增一个生效日期更晚的版本；已生效的版本只更正错误，每次改动都留痕。")


class SchemeView(MasterView):
    """结算方案 as rows: looked through and exported here, changed by drafts of two people."""

    page: ClassVar[Page] = Page.RULES
    in_menu: ClassVar[bool] = False
    kind = "schemes"
    can_create = False
    can_edit = False
    bound = Bound()
    title_column = "scheme_code"
    column_list = (
        "scheme_code",
        "valid_from",
        "valid_to",
        "area_code",
        "funding",
        "payment_per",
        "deduct_month",
        "due_days",
        "legal_basis",
    )
    column_default_sort = "scheme_code"
    names: ClassVar = {"area_code": (Area, Area.area_code, Area.name)}
    asks = (
        Ask("scheme_code"),
        Ask("area_code"),
        Ask("funding"),
        Ask("valid_on", "to", ("valid_from",), label=_("生效日期不晚于")),
    )


class CalendarView(MasterView):
    """工作日历."""

    page: ClassVar[Page] = Page.RULES
    kind = "calendar"
    bound = Bound()
    title_column = "day"
    column_list = ("day", "kind")
    column_default_sort = ("day", True)
    retire_hint = _("未列出的日期按星期几判断。")
    asks = (
        Ask("day_from", "from", ("day",), label=_("日期起")),
        Ask("day_to", "to", ("day",), label=_("日期止")),
        Ask("kind"),
    )


class LadderView(MasterView):
    """催办阶梯."""

    page: ClassVar[Page] = Page.RULES
    kind = "ladder"
    bound = Bound()
    column_list = (
        "scheme_code",
        "valid_from",
        "step",
        "name",
        "after_days",
        "action",
        "repeat_days",
    )
    column_default_sort = "scheme_code"
    retire_hint = _NEW_VERSION
    asks = (Ask("scheme_code"), Ask("action"))


class LprView(MasterView):
    """贷款市场报价利率."""

    page: ClassVar[Page] = Page.RULES
    kind = "lpr"
    bound = Bound()
    title_column = "valid_from"
    column_list = ("valid_from", "one_year_bp")
    column_default_sort = ("valid_from", True)


class RetentionTierView(MasterView):
    """留用档次."""

    page: ClassVar[Page] = Page.RULES
    kind = "retention_tiers"
    bound = Bound()
    title_column = "scheme_code"
    column_list = ("scheme_code", "valid_from", "min_score", "ratio_bp")
    column_default_sort = "scheme_code"
    retire_hint = _NEW_VERSION
    asks = (Ask("scheme_code"),)


def views() -> list[MasterView]:
    """Return the lists of this module in the order of the menu."""
    return [
        SchemeView(Scheme, _("方案数据"), "scheme_rows"),
        CalendarView(CalendarDay, _("工作日历"), "calendar"),
        LadderView(LadderStep, _("催办阶梯"), "ladder"),
        LprView(LprRate, _("贷款市场报价利率"), "lpr"),
        RetentionTierView(RetentionTier, _("留用档次"), "retention_tiers"),
    ]
