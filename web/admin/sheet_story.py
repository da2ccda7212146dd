"""Who made, checked and approved a sheet, its story, and why the reader may decide or not."""

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules import approval
from models.rules.words import InstructionState
from web import formats, words
from web.admin.sheet_choice import RETURNABLE, mine
from web.people import person


def may_review(found: Any, reviews: list[Any]) -> bool:
    """Return whether the reader may review the sheet now."""
    level = approval.level_of(g.actor.role)
    if level is None or found.state not in mine():
        return False
    earlier = [r.reviewer for r in reviews if r.counts and r.approved]
    return approval.may_review(g.actor.name, found.makers, earlier)


def may_return(found: Any) -> bool:
    """Return whether the reader may send the sheet back."""
    return (
        approval.level_of(g.actor.role) is not None
        and found.state in RETURNABLE
        and found.state != "nothing_payable"
    )


def may_withdraw(found: Any, reviews: list[Any]) -> bool:
    """Return whether the reader gave the first review and nobody decided since."""
    live = [r for r in reviews if r.counts and r.approved]
    return (
        found.state == "in_review"
        and [r.level for r in live] == [1]
        and live[0].reviewer == g.actor.name
    )


def why(found: Any, reviews: list[Any]) -> str:
    """Return why the reader may or may not decide, before anybody presses anything."""
    if found.state not in {"draft", "in_review"}:
        return ""
    level = approval.level_of(g.actor.role)
    if g.actor.name in found.makers:
        return _("您是制单人，不能复核或审批这张结算单。")
    if level is None:
        return _("三步须由三个人完成。")
    if any(r.reviewer == g.actor.name and r.counts and r.approved for r in reviews):
        if found.state == "in_review" and found.reviews_needed > 2:
            return _("应付超过方案的三级审核金额，须由另一名审批人终审。")
        return _("您已复核，审批须由另一人完成。")
    if found.state not in mine():
        return (
            _("正等待复核，复核通过后由您审批。") if level != 1 else _("您的一步已完成，等待审批。")
        )
    return (
        _("三步须由三个人完成；您不是制单人，可以复核。")
        if level == 1
        else _("每一步须由不同的人完成；您没有参与以前各步，可以审批。")
    )


def eyes(found: Any, reviews: list[Any], names: dict[str, str]) -> list[Any]:
    """Return who made, who checked, who approves."""
    makers = _("、").join(names.get(name, name) for name in found.makers)
    steps = [(_("制单"), makers, formats.moment(found.settled_at, short=True), "ok")]
    live = {r.level: r for r in reviews if r.counts and r.approved}
    waits = {"draft": 1, "in_review": 3 if 2 in live else 2}.get(found.state)
    last = [(3, _("终审"))] if found.reviews_needed > 2 else []
    for level, title in ((1, _("复核")), (2, _("审批")), *last):
        review = live.get(level)
        if review:
            steps.append((title, review.name, formats.moment(review.reviewed_at, short=True), "ok"))
        elif level == waits:
            steps.append((title, "", _("待处理"), "now"))
        else:
            steps.append((title, "", _("未到"), ""))
    return steps


_CAUSES = {
    "pay": lazy_gettext("付款"),
    "bank_result": lazy_gettext("银行回盘"),
    "bank_silence": lazy_gettext("回盘未列明，按约定"),
    "statement": lazy_gettext("对账单"),
}


def trail(found: Any, reviews: list[Any], moves: list[Any], names: dict[str, str]) -> list[Any]:
    """Return what happened to the sheet, the latest first."""
    makers = _("、").join(names.get(name, name) for name in found.makers)
    events = [
        (
            found.settled_at,
            _("计算生成，%(n)s 行，%(who)s", n=found.lines_count, who=makers),
        )
    ]
    for review in reviews:
        step = {1: _("复核"), 2: _("审批"), 3: _("终审")}[review.level]
        what = _("通过") if review.approved else _("退回：%(why)s", why=review.reason)
        void = "" if review.counts or not review.approved else _("（已失效）")
        events.append(
            (
                review.reviewed_at,
                _(
                    "%(step)s%(what)s，%(who)s%(void)s",
                    step=step,
                    what=what,
                    who=review.name,
                    void=void,
                ),
            )
        )
    for move in moves:
        state = words.word(InstructionState(move.to_state))
        cause = _CAUSES.get(move.cause, move.cause)
        who = person(move.actor)
        events.append(
            (
                move.happened_at,
                _(
                    "%(r)s %(state)s（%(cause)s，%(who)s）",
                    r=move.reference,
                    state=state,
                    cause=cause,
                    who=who,
                ),
            )
        )
    return sorted(events, key=lambda event: event[0], reverse=True)
