"""What is done to a list of deductions: from which states, by whom, repeated first, then done."""

from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from models.rules.deductions import LINES_MAX, DeductionKind, DeductionState
from models.services import deductions
from models.services.views import choices
from models.services.views import deductions as view
from web import formats, scope, words
from web.admin import answering, asked
from web.admin.answering import Field
from web.admin.screen import Check

_S = DeductionState
#: Enough for LINES_MAX lines.
TEXT_CHARS_MAX = 200_000


@dataclass(frozen=True)
class Act:
    """Something that can be done to a list."""

    name: str
    label: str
    #: Any of these rights is enough.
    rights: tuple[str, ...]
    state: DeductionState
    sentence: str
    done: str
    danger: bool = False
    #: Not by who proposed it.
    second: bool = False


def acts() -> list[Act]:
    """Return what can be done, in the order of the buttons."""
    return [
        Act("accept", _("确认扣款"), ("deduct_decide",), _S.PROPOSED,
            _("确认后各院金额计入月度医保基金的质量保证金，计算抵扣时从可用基金中扣除。"),
            _("已计入月度医保基金。"), second=True),
        Act("withdraw", _("撤回建议"), ("deduct", "deduct_decide"), _S.PROPOSED,
            _("撤回后不计入基金，可以重新提出。"), _("已撤回。"), danger=True),
        Act("revoke", _("撤销扣款"), ("deduct_decide",), _S.ACCEPTED,
            _("抵扣使用这个月的基金之前，可以把金额从月度医保基金中退出。"),
            _("已从月度医保基金中退出。"), danger=True),
    ]  # fmt: skip


def act(name: str) -> Act | None:
    """Return the act of that name."""
    return next((one for one in acts() if one.name == name), None)


def fits(one: Act, found: Any) -> bool:
    """Return whether the reader may do this to the list as it stands."""
    if found.state != one.state or not any(map(answering.may, one.rights)):
        return False
    return not (one.second and found.proposed_by == g.actor.name)


def possible(found: Any) -> list[Act]:
    """Return what this reader may do to the list now."""
    return [one for one in acts() if fits(one, found)]


def inputs(one: Act) -> list[Field]:
    """Return the fields of something done to a list."""
    return [Field("reason", _("原因"), "area", required=True)] if one.danger else []


def crumbs(*here: str) -> list[tuple[str, str]]:
    """Return the way here."""
    above = [(_("结算"), ""), (_("基金抵扣"), "/offsets/")]
    if not here:
        return [*above, (_("扣款"), "")]
    return [*above, (_("扣款"), "/deductions/"), (here[0], "")]


def check(one: Act, found: Any) -> Check:
    """Repeat what something is done to."""
    return Check(
        title=f"{one.label} · {found.list_no}",
        sentence=one.sentence,
        button=f"{one.label} {_('%(n)s 家', n=found.hospitals)} ¥{formats.money(found.total_fen)}",
        seen={
            "no": found.list_no, "state": found.state, "hospitals": found.hospitals,
            "total": found.total_fen,
        },
        sum_fen=found.total_fen,
        figures=[
            (_("基金月份"), found.period),
            (_("种类"), str(words.word(DeductionKind(found.kind)))),
            (_("医疗机构"), _("%(n)s 家", n=found.hospitals)),
        ],
        danger=one.danger,
        possible=fits(one, found),
        back=url_for("deductions.one", number=found.id),
        crumbs=crumbs(found.list_no),
    )  # fmt: skip


def proposing() -> Check:
    """Return the page on which a list is proposed."""
    return Check(
        title=_("提出扣款"),
        sentence=_(
            "逐院填写金额和原因，由另一人确认后计入月度医保基金；没有固定公式，依据须写明。"
        ),
        button=_("提出扣款建议"),
        seen={"new": True},
        figures=[
            (_("%(p)s 已有基金", p=one.period), _("%(n)s 家", n=formats.count(one.hospitals)))
            for one in view.funds(scope.current())
        ]
        or [(_("已有基金"), _("%(n)s 家", n=0))],
        after=[
            _("另一人核对各院金额和基金，确认或撤回。"),
            _("确认后计入月度医保基金的质量保证金。"),
            _("计算抵扣时从可用基金中扣除，医院在抵扣单上看到。"),
        ],
        back=url_for("deductions.index"),
        crumbs=crumbs(_("提出扣款")),
    )


def fields() -> list[Field]:
    """Return the fields of a new list."""
    areas = choices.areas(scope.current())
    return [
        Field("period", _("基金月份"), required=True, hint=_("格式 2026-03"), max=7,
              value=asked.period()),
        Field("kind", _("种类"), "select", required=True, choices=words.choices(DeductionKind)),
        *([Field("area", _("统筹区"), "select", choices=areas)] if len(areas) > 1 else []),
        Field("basis", _("依据"), required=True, hint=_("文件、协议条款或考核结果")),
        Field("lines", _("各院扣款"), "area", required=True, max=TEXT_CHARS_MAX,
              hint=_(
                  "每行一家：医疗机构编码、金额（元）、原因，用逗号或制表符分开，"
                  "可从表格粘贴，至多 %(n)s 行", n=LINES_MAX)),
    ]  # fmt: skip


def do(one: Act, found: Any) -> str:
    """Do it and return what is told afterwards."""
    reason = request.form.get("reason", "")
    if one.name == "accept":
        deductions.accept(g.actor, found.id, count=found.hospitals, total_fen=found.total_fen)
    elif one.name == "withdraw":
        deductions.withdraw(g.actor, found.id, reason)
    else:
        deductions.revoke(g.actor, found.id, reason)
    return one.done
