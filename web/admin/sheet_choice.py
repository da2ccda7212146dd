"""Which sheets a reviewer looks at and may decide: views, conditions, what bars whom."""

from typing import Any

from flask import g
from flask_babel import gettext as _

from models import clock
from models.rules import calendar
from models.rules.states import SHEET, SheetMove, sources
from models.rules.words import Role, SheetState
from models.services import approvals
from models.services.views import choices
from models.services.views.sheets import Asked
from web import words, working_days
from web.admin import asked

#: By sheet: how many lines a party no longer confirms, and the first of them.
Doubts = dict[int, tuple[int, str]]
SOON_WORKING_DAYS = 3
RETURNABLE = sources(SHEET, SheetMove.RETURN)
#: What waits for a role: the states it moves on.
WAITS_FOR = {
    Role.CHECKER: ("draft",),
    Role.APPROVER: ("in_review",),
    Role.MAKER: ("approved", "short", "rejected", "returned"),
}


def soon() -> Any:
    """Return the last day that counts as near."""
    return calendar.add_working_days(clock.today(), SOON_WORKING_DAYS, working_days._kinds())


def mine() -> tuple[str, ...]:
    """Return the states that wait for the reader."""
    return WAITS_FOR.get(Role(g.actor.role), ())


def view_of(args: Any) -> str:
    """Return which of the views is shown; reviewers begin with what waits for them."""
    view = args.get("view", "")
    if view in {"mine", "soon", "held", "back", "all"}:
        return str(view)
    is_reviewer = g.actor.role in {Role.CHECKER, Role.APPROVER}
    return "mine" if is_reviewer and not args else "all"


def conditions(view: str, period: str) -> Asked:
    """Return the conditions of the address; a view adds its own."""
    states = tuple(asked.text("state").split(",")) if asked.text("state") else ()
    if view == "mine" and not states:
        states = mine()
    return Asked(
        period=period,
        areas=asked.areas(),
        hospital=asked.text("hospital"),
        enterprise=asked.text("enterprise"),
        states=tuple(one for one in states if one in set(SheetState)),
        least_fen=asked.amount("least"),
        most_fen=asked.amount("most"),
        due_until=soon() if view == "soon" else None,
        has_held=view == "held",
        returned_by=g.actor.name if view == "back" else "",
    )


def listed() -> tuple[str, str, list[str], Asked]:
    """Return what the address of the list asks for: view, month, settled months, conditions."""
    periods = choices.periods()
    view = view_of(asked.address())
    wanted = asked.period()
    if not wanted and view in {"all", "held"} and not asked.text("state"):
        wanted = periods[0] if periods else ""
    return view, wanted, periods, conditions(view, wanted)


def parted(chosen: list[Any], action: str, level: int) -> tuple[list[Any], list[Any]]:
    """Return the sheets that may be decided, and (sheet, why not) of the others."""
    allowed, barred = [], []
    doubts: Doubts = {}
    if action == "approve" and level == 1:
        doubts = approvals.overtaken([row.id for row in chosen])
    for row in chosen:
        reason = bar(row, action, level) or doubtful(row.id, doubts)
        if reason:
            barred.append((row, reason))
        else:
            allowed.append(row)
    return allowed, barred


def doubtful(sheet_id: int, doubts: Doubts) -> str:
    """Return that later words have overtaken a draft, or nothing."""
    if sheet_id not in doubts:
        return ""
    lines, line_no = doubts[sheet_id]
    return _(
        "计算后有 %(n)s 行明细被提出异议或撤回确认（首行 %(line)s），须由经办重新计算后再复核。",
        n=lines,
        line=line_no,
    )


def doubt_of(sheet: Any) -> str:
    """Return that later words have overtaken the sheet, if it is a draft, or nothing."""
    return doubtful(sheet.id, approvals.overtaken([sheet.id])) if sheet.state == "draft" else ""


def bar(row: Any, action: str, level: int) -> str:
    """Return why the sheet may not be decided in this step, or nothing."""
    if action == "return":
        if row.state not in RETURNABLE:
            return _("状态为“%(s)s”，不能退回。", s=words.word(SheetState(row.state)))
        if row.in_payment:
            return _("已进入付款，不能退回。")
        return _("后续月份已结算，不能退回。") if row.is_closed else ""
    before = "draft" if level == 1 else "in_review"
    if row.state != before:
        return _("状态为“%(s)s”，不在您这一步。", s=words.word(SheetState(row.state)))
    if row.is_maker:
        return _("您是制单人，须由另一人办理。")
    return _("您已复核过，须由另一人审批。") if row.is_reviewer else ""
