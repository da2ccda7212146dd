"""What an empty installation still lacks, in the order in which it is needed."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from models.records.base import db
from models.services.access import Actor
from web.permissions import Page, may_act

#: table that has a row → the address where the first one is made.
STEPS = (
    ("area", "/imports/?kind=areas"),
    ("agency", "/imports/?kind=agencies"),
    ("hospital", "/imports/?kind=hospitals"),
    ("enterprise", "/imports/?kind=enterprises"),
    ("product", "/imports/?kind=products"),
    ("calendar_day", "/imports/?kind=calendar"),
    ("scheme", "/schemes/presets/"),
    ("purchase_line", "/imports/?kind=purchases"),
    ("settlement_sheet", "/sheets/calculate"),
)
_STATEMENT = "SELECT " + ", ".join(f"EXISTS (SELECT FROM {table})" for table, _url in STEPS)
#: Master rows are never deleted: what was done once stays done.
DONE = "zhijie_first_steps_done"


@dataclass(frozen=True)
class Step:
    """One step: done, the next one, or later."""

    name: str
    hint: str
    url: str
    done: bool
    #: The first that is not done; only it has a link.
    current: bool


def steps(actor: Actor) -> list[Step]:
    """Return all steps while one is open, for whoever may take them; else nothing."""
    if actor.party_code or not may_act(actor.role, Page.IMPORTS):
        return []
    if current_app.extensions.get(DONE):
        return []
    done = db.execute_sql(_STATEMENT).fetchone()
    if all(done):
        current_app.extensions[DONE] = True
        return []
    first, words = done.index(False), _words()
    return [Step(*words[table], url, done[n], n == first) for n, (table, url) in enumerate(STEPS)]


def _words() -> dict[str, tuple[str, str]]:
    """Return table → (what to do, why)."""
    told: dict[str, Any] = {
        "area": (_("导入统筹区"), _("省、市、县的树；基金、方案和看得到的范围都按它划分")),
        "agency": (_("导入经办机构"), _("付款的机构和它的付款账户")),
        "hospital": (_("导入医疗机构"), _("从纳入日起由基金代付货款")),
        "enterprise": (_("导入医药企业"), _("收款的企业；收款账户由另一人核验后才能付款")),
        "product": (_("导入产品、批次、中选和协议"), _("先导入产品，其余按同样办法")),
        "calendar_day": (_("导入工作日历"), _("所有按工作日计算的期限都以它为准")),
        "scheme": (_("选定结算方案"), _("从各地预设开始，试算之后由另一人施行")),
        "purchase_line": (_("导入采购明细"), _("然后是双方确认和发票")),
        "settlement_sheet": (_("计算第一张结算单"), _("通过复核和审批之后付款")),
    }
    return told
