"""Data of the risk rules as lists: thresholds, and drugs in short supply."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext

from models.records.risks import RiskRule, ShortSupply
from web.admin.base import MasterView
from web.admin.rows import Ask, Bound
from web.permissions import Page


class RiskRulesView(MasterView):
    """风险规则."""

    page: ClassVar[Page] = Page.RULES
    kind = "risk_rules"
    bound = Bound(area="area_code")
    title_column = ""
    column_list = ("area_code", "rule", "valid_from", "active", "threshold_bp", "minimum_fen")
    column_default_sort = ("valid_from", True)
    retire_hint = lazy_gettext("没有一行的规则按默认阈值；改阈值时导入新的生效日期，旧的保留。")
    asks = (Ask("area_code"), Ask("rule"))


class ShortSupplyView(MasterView):
    """短缺药品."""

    page: ClassVar[Page] = Page.MASTER
    kind = "short_supply"
    bound = Bound()
    title_column = ""
    column_list = ("nhsa_code", "valid_from", "valid_to", "source")
    column_default_sort = ("valid_from", True)
    retire_hint = lazy_gettext("不再短缺的产品填失效日期；旧的保留。")
    asks = (Ask("nhsa_code"),)


def views() -> list[Any]:
    """Return the lists."""
    return [
        RiskRulesView(RiskRule, lazy_gettext("风险规则"), "risk_rules"),
        ShortSupplyView(ShortSupply, lazy_gettext("短缺药品"), "short_supply"),
    ]
