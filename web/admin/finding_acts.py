"""What is done about findings on the page: who may, the form, and the evidence as a sentence."""

from decimal import Decimal
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from models import clock
from models.rules.money import yuan
from models.rules.participation import (
    WITH_DAY,
    WITH_WORDS,
    FindingKind,
    FindingMove,
    FindingState,
    target,
)
from models.rules.words import Role
from models.services.exports import listed
from models.services.participation import acting
from models.services.participation.acting import Step
from models.services.views import participation
from web import formats, scope, words
from web.admin import answering, asked
from web.admin.screen import Check

#: In the order of the buttons.
ALL = (
    FindingMove.REMIND,
    FindingMove.ASK,
    FindingMove.RECTIFY,
    FindingMove.ANSWER,
    FindingMove.SETTLE,
)
#: What several findings may take at once on the list.
TOGETHER = ALL
#: Findings whose evidence is purchase lines.
BY_USE = (
    FindingKind.ABSENT,
    FindingKind.UNREPORTED,
    FindingKind.UNDER_REPORTED,
    FindingKind.OVER_REPORTED,
)
#: Names repeated before anything is done.
SHOWN = 10


def may(move: FindingMove) -> bool:
    """Return whether the reader's role does such a thing."""
    return answering.may(acting.ACTIONS[move]) and (
        (move is FindingMove.ANSWER) == (g.actor.role == Role.HOSPITAL)
    )


def fits(state: str, move: FindingMove) -> bool:
    """Return whether a finding in a state takes the move."""
    return target(FindingState(state), move) is not None


def states_offered() -> list[tuple[str, str]]:
    """Return the choices of where findings stand."""
    return [
        ("live", _("未办结")),
        ("waiting", _("待医院答复")),
        ("overdue", _("过期未答复")),
        ("answered", _("已答复待办结")),
        ("ended", _("已办结或消除")),
        ("all", _("全部")),
    ]


def evidence(found: Any) -> str:
    """Return the figures a finding rests on as one sentence."""
    told, kind = found.facts, FindingKind(found.kind)
    span = {"a": told.get("use_from"), "b": told.get("use_to"), "d": told.get("due_on")}
    if kind is FindingKind.ABSENT:
        return _(
            "%(a)s 至 %(b)s 使用批次内产品 %(n)s 个、%(y)s 元，截至 %(d)s 没有任何报量",
            n=told["products"], y=yuan(told["used_fen"]), **span,
        )  # fmt: skip
    if kind in BY_USE:
        sentence = _(
            "%(a)s 至 %(b)s 使用 %(u)s，报量 %(r)s",
            u=_number(told["used"]), r=_number(told["reported"]), **span,
        )  # fmt: skip
        if told.get("limit_bp"):
            sentence += _("，界限为使用量的 %(p)s%%", p=f"{told['limit_bp'] / 100:g}")
        return sentence
    if kind is FindingKind.NO_CONTRACT:
        return _("有约定采购量的产品 %(n)s 个，截至 %(d)s 没有一份协议", n=told["products"], **span)
    if kind is FindingKind.UNSIGNED:
        return _("约定采购量 %(q)s，截至 %(d)s 没有协议", q=_number(told["committed"]), **span)
    return _("应于 %(d)s 前签约，%(s)s 签订", s=told["signed_on"], **span)


def _number(text: str) -> str:
    return str(formats.decimal(Decimal(text)))


def chosen() -> list[Any]:
    """Return the findings the request names, of the reader's rows."""
    numbers = [n for n in request.values.getlist("finding", type=int) if n is not None]
    return (
        participation.chosen(scope.current(), numbers[: acting.FINDINGS_MAX], clock.today())
        if numbers
        else []
    )


def check(move: FindingMove, found: list[Any]) -> Check:
    """Return what is repeated before something is done."""
    hospitals = list(dict.fromkeys(one.hospital_name for one in found))
    label = str(words.word(move))
    shown = _("、").join(hospitals[:SHOWN]) + (_(" 等") if len(hospitals) > SHOWN else "")
    fitting = [one for one in found if fits(one.state, move)]
    notes = [("", shown)]
    if len(fitting) < len(found):
        notes.append(("bad", _("其中 %(n)s 项现在不能办理这一步。", n=len(found) - len(fitting))))
    if len(found) == 1:
        notes.append(("", evidence(found[0])))
    after = {
        FindingMove.REMIND: [_("医院收到一封邮件，列出这些问题")],
        FindingMove.ASK: [_("医院收到邮件，在期限前说明"), _("过期未说明的列入今日待办")],
        FindingMove.RECTIFY: [_("医院收到邮件，在期限前整改并答复"), _("过期的列入今日待办")],
        FindingMove.ANSWER: [_("由经办机构另一人办结，或再次要求说明")],
        FindingMove.SETTLE: [_("不再列入未办结；以后的数据不重新打开")],
    }[move]
    return Check(
        title=_("核对：%(act)s", act=label),
        sentence=_("对选中的参与问题%(act)s。", act=label),
        button=_("%(act)s %(n)s 项", act=label, n=len(found)),
        seen={"move": move.value, "findings": [(one.id, one.state) for one in found]},
        figures=[
            (_("问题"), _("%(n)s 项", n=len(found))),
            (_("医疗机构"), _("%(n)s 家", n=len(hospitals))),
        ],
        notes=notes,
        after=after,
        possible=len(fitting) == len(found),
        back=back(found),
        hidden=[("finding", str(one.id)) for one in found],
        crumbs=[(_("监督"), ""), (_("参与问题"), url_for("participation.index")), (label, "")],
    )


def back(found: list[Any]) -> str:
    """Return where one came from: the one finding, or the list."""
    if len(found) == 1:
        return url_for("participation.one", number=found[0].id)
    return url_for("participation.index")


def inputs(move: FindingMove) -> list[answering.Field]:
    """Return the fields of the form."""
    found = []
    if move in WITH_DAY:
        found.append(answering.Field("due_on", _("期限"), "date", required=True))
    found.append(
        answering.Field(
            "words", _("说明"), "area", required=move in WITH_WORDS, max=acting.WORDS_CHARS_MAX
        )
    )
    return [*found, answering.file_field()]


def do(move: FindingMove, found: list[Any]) -> int:
    """Do it and return about how many."""
    step = Step(
        move,
        request.form.get("words", ""),
        asked.day("due_on") if move in WITH_DAY else None,
        answering.document(),
    )
    return acting.act(g.actor, [one.id for one in found], step, on=clock.today())


def line_row(line: Any) -> list[listed.Cell]:
    """Return a line of evidence for a file."""
    return [
        line.line_no,
        str(line.accepted_on),
        line.nhsa_code,
        line.product_name,
        line.enterprise_name,
        str(formats.decimal(line.quantity)),
        Decimal(yuan(line.amount_fen)),
    ]
