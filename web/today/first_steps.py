"""What an empty installation still lacks, in the order in which it is needed."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from models.records.base import db
from models.services import access
from models.services.access import Actor
from web.permissions import Page, may_act

#: Three people, so that nobody reviews what he made.
_PEOPLE = (
    "(SELECT count(DISTINCT role) = 3 FROM app_user"
    " WHERE active AND role IN ('maker', 'checker', 'approver'))"
)


@dataclass(frozen=True)
class _Kind:
    """A step: how it is seen to be done, where it is done, and with which right."""

    key: str
    done: str
    url: str
    right: str


def _rows(table: str, kind: str) -> _Kind:
    return _Kind(table, f"EXISTS (SELECT FROM {table})", f"/imports/?kind={kind}", f"import:{kind}")


STEPS = (
    _Kind("people", _PEOPLE, "/users/", "create_user"),
    _rows("area", "areas"),
    _rows("agency", "agencies"),
    _rows("hospital", "hospitals"),
    _rows("enterprise", "enterprises"),
    _rows("product", "products"),
    _rows("calendar_day", "calendar"),
    _Kind("scheme", "EXISTS (SELECT FROM scheme)", "/schemes/presets/", "scheme_draft"),
    _rows("purchase_line", "purchases"),
    _Kind("sheet", "EXISTS (SELECT FROM settlement_sheet)", "/sheets/calculate", "settle"),
)
_STATEMENT = "SELECT " + ", ".join(kind.done for kind in STEPS)
#: Master rows are never deleted: what was done once stays done.
DONE = "zhijie_first_steps_done"


@dataclass(frozen=True)
class Step:
    """One step: done, the next one, or later."""

    name: str
    hint: str
    #: Empty where another role does it.
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
    return [
        Step(*words[kind.key], kind.url if _may(actor, kind.right) else "", done[n], n == first)
        for n, kind in enumerate(STEPS)
    ]


def _may(actor: Actor, right: str) -> bool:
    name, _colon, table = right.partition(":")
    if table:
        return access.may_import(actor.role, table)
    return name in access.MAY.get(actor.role, frozenset())


def _words() -> dict[str, tuple[str, str]]:
    """Return table → (what to do, why)."""
    told: dict[str, Any] = {
        "people": (_("建立经办、复核和审批人员"), _("三个人：制单人不能复核，复核人不能审批")),
        "area": (_("导入统筹区"), _("省、市、县的树；基金、方案和看得到的范围都按它划分")),
        "agency": (_("导入经办机构"), _("付款的机构和它的付款账户")),
        "hospital": (_("导入医疗机构"), _("从纳入日起由基金代付货款")),
        "enterprise": (_("导入医药企业"), _("收款的企业；收款账户由另一人核验后才能付款")),
        "product": (_("导入产品、批次、中选和协议"), _("先导入产品，其余按同样办法")),
        "calendar_day": (_("导入工作日历"), _("所有按工作日计算的期限都以它为准")),
        "scheme": (_("选定结算方案"), _("从各地预设开始，试算之后由另一人施行")),
        "purchase_line": (_("导入采购明细"), _("然后是双方确认和发票")),
        "sheet": (_("计算第一张结算单"), _("通过复核和审批之后付款")),
    }
    return told
