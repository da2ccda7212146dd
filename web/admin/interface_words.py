"""Words of the interface for other systems: whose a key is, what it may do, what happened."""

from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.api_keys import KEY_ROLES, PROBLEMS, Reading
from models.rules.webhooks import DeliveryState
from models.rules.words import InstructionState, Role, SheetState
from models.schemas import tables
from models.services import access
from models.services.api.institutions import SEATS
from web import words
from web.admin import asked
from web.admin.columns import translated

READINGS = {
    Reading.LINES: lazy_gettext("采购明细"),
    Reading.SHEETS: lazy_gettext("结算单"),
    Reading.PAYMENTS: lazy_gettext("付款"),
    Reading.HOLDS: lazy_gettext("挂起明细"),
    Reading.OVERDUE: lazy_gettext("逾期明细"),
    Reading.PROBLEMS: lazy_gettext("集采问题"),
}
#: Word and tone of a delivery.
DELIVERIES = {
    DeliveryState.WAITING: (lazy_gettext("等待投递"), "wait"),
    DeliveryState.SENDING: (lazy_gettext("投递中"), "wait"),
    DeliveryState.DELIVERED: (lazy_gettext("已送达"), "done"),
    DeliveryState.DEAD: (lazy_gettext("投递失败"), "bad"),
    DeliveryState.DROPPED: (lazy_gettext("已放弃"), "rest"),
}


def permission(name: str) -> str:
    """Return a permission as people read it."""
    verb, _colon, what = name.partition(":")
    if verb == "read":
        return str(READINGS[Reading(what)])
    if what == PROBLEMS:
        return _("提出集采问题")
    return str(translated(tables.BY_KIND[what].about.title))


def event(kind: str) -> str:
    """Return an event as people read it."""
    of, _dot, state = kind.partition(".")
    if of == "sheet":
        return f"{_('结算单')} · {words.word(SheetState(state))}"
    if of == "payment":
        return f"{_('付款')} · {words.word(InstructionState(state))}"
    return _("测试")


def institution() -> dict[str, Any] | None:
    """Return whose key or webhook is to be made: a seat's own, else as the address says."""
    if g.actor.role in SEATS:
        return {"role": g.actor.role, "area_code": g.actor.area_code, "party": g.actor.party_code}
    role, code = asked.text("role"), asked.text("code")
    if role not in KEY_ROLES:
        return None
    if role in SEATS:
        return {"role": role, "area_code": access.ALL_AREAS, "party": code} if code else None
    return {"role": role, "area_code": code or access.ALL_AREAS, "party": None}


def institution_fields() -> list[dict[str, Any]]:
    """Return the question whose key or webhook it shall be."""
    named = {
        Role.MAKER: _("经办机构、采购平台（可发送数据）"),
        Role.AUDITOR: _("经办机构（只读）"),
        Role.HOSPITAL: _("医疗机构"),
        Role.ENTERPRISE: _("医药企业"),
    }
    choices = [(role.value, named[role]) for role in KEY_ROLES]
    return [
        asked.field("role", _("哪类系统"), "select", choices=choices),
        asked.field("code", _("统筹区或机构代码"), placeholder=_("统筹区留空为全部")),
    ]


def typed(*names: str) -> dict[str, Any]:
    """Return what was typed into a form."""
    return {name: request.form.get(name, "").strip() for name in names}
