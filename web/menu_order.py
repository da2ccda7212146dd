"""The order of the side menu: groups in the order of work, their items, and the pages of each."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Item:
    """One entry: the endpoints of its pages, the first of which it leads to.

    `name` is said to whoever may open the first page; to others, and where it is empty, the item
    has the name of the page it leads to.
    """

    pages: tuple[str, ...]
    name: Any = ""


@dataclass(frozen=True)
class Group:
    """A heading with its items; the last two are folded."""

    title: Any
    items: tuple[Item, ...]
    folded: bool = False


def _item(*pages: str, name: Any = "") -> Item:
    return Item(pages, name)


_DATA = (
    _item("purchases", "deliveries", "orders", "delivery_notes", "trace_codes"),
    _item("confirmations", "disputes"),
    _item("invoices"),
    _item("holds"),
)
_SETTLEMENT = (
    _item("sheets", "close"),
    _item(
        "offsets",
        "shortfalls",
        "subledgers",
        "money_requests",
        "turnover",
        "round_prepayments",
        "closings",
        "deductions",
        name=_("抵扣与分簿"),
    ),
)
_PAYMENT = (
    _item("batches", "payments", "own_payments"),
    _item("results", "statements", name=_("回盘与对账")),
    _item("exceptions", "decisions", "returns"),
    _item("unconfirmed"),
    _item("my_payments"),
)
_OVERSIGHT = (
    _item("overdue", "overdue_ranking", "overdue_publication", "interest", "mails", "bounces"),
    _item(
        "promises",
        "excuses",
        "measures",
        "papers",
        "rectifications",
        "cadence_rules",
        name=_("约谈、通报与整改"),
    ),
    _item(
        "indicators",
        "indicator_trends",
        "indicator_versions",
        "retention",
        "retention_lists",
        "retention_inputs",
    ),
    _item(
        "quantity_reports",
        "signing",
        "participation",
        "reported_quantities",
        "grades",
        "grade_points",
        name=_("报量、签约与分级"),
    ),
    _item(
        "statistics", "coverage", "outside", "identity", "ledger", "reports", name=_("统计与核对")
    ),
    _item(
        "problems",
        "problem_statistics",
        "risks",
        "risk_handovers",
        "problem_kinds",
        "risk_rules",
        "prescriptions",
        name=_("问题与风险线索"),
    ),
)
_MASTER = (
    _item(
        "hospitals",
        "enterprises",
        "areas",
        "agencies",
        "contacts",
        "mandates",
        name=_("医院与企业"),
    ),
    _item("accounts", "hospital_accounts", name=_("账户变更")),
    _item(
        "products",
        "rounds",
        "awards",
        "contracts",
        "round_terms",
        "round_products",
        "short_supply",
        name=_("产品与协议"),
    ),
    _item(
        "schemes",
        "scheme_products",
        "scheme_rounds",
        "ladder",
        "lpr",
        "retention_tiers",
        "grade_items",
        "grade_tiers",
        "indicator_definitions",
        "fund_reserves",
        "calendar",
        "bank_days",
    ),
    _item("profiles", "rail_rules", "bank_branches", name=_("银行格式与通道")),
)
_SYSTEM = (
    _item("imports"),
    _item("jobs", "status"),
    _item("audit", "users", "api_keys", "webhooks", name=_("审计与用户")),
)

GROUPS = (
    Group("", (_item("admin"),)),
    Group(_("数据"), _DATA),
    Group(_("结算"), _SETTLEMENT),
    Group(_("付款"), _PAYMENT),
    Group(_("监督"), _OVERSIGHT),
    Group(_("基础数据"), _MASTER, folded=True),
    Group(_("系统与审计"), _SYSTEM, folded=True),
)

#: Every endpoint that has its place.
PLACED = frozenset(page for group in GROUPS for item in group.items for page in item.pages)
