"""What can be done to a problem: the buttons, the forms of each, and doing it."""

from dataclasses import dataclass
from typing import Any

from flask import abort, g, request, url_for
from flask_babel import gettext as _

from models import clock
from models.rules.problems import ProblemParty, ProblemResult, ProblemState, Satisfaction
from models.rules.words import Role
from models.services import access, problems
from models.services.problems import desks
from models.services.problems.talking import WORDS_CHARS_MAX
from models.services.views import choices
from models.services.views import problems as views_of
from web import scope, words
from web.admin import answering, problem_words
from web.admin.answering import Field
from web.admin.screen import Check

_S = ProblemState
#: Roles that may have a problem in hand.
HANDLERS = [role for role in Role if "problem_handle" in access.MAY.get(role, frozenset())]


@dataclass(frozen=True)
class Act:
    """Something that can be done: from which states, by the desk or by who reported it."""

    name: str
    label: str
    states: tuple[ProblemState, ...]
    sentence: str
    done: str
    #: The desk in charge; else who reported it.
    desk: bool = True
    #: Done by the button itself, without a form.
    press: bool = False
    danger: bool = False


def acts() -> list[Act]:
    """Return what can be done to problems, in the order of the buttons."""
    open_states = (_S.REPORTED, _S.HANDLING)
    return [
        Act("take", _("受理"), (_S.REPORTED,), "", _("已受理，由您办理。"), press=True),
        Act("answer", _("答复"), open_states, _("答复和办理结果告知提出方；提出方可以确认或重开。"),
            _("已答复，等待提出方确认。")),
        Act("close", _("办结"), (_S.ANSWERED,), "", _("已办结；提出方仍可在期限内重开。"),
            press=True),
        Act("assign", _("分派"), open_states, _("交给本机构的另一人办理。"), _("已分派。")),
        Act("transfer", _("转办"), open_states,
            _("转给下级，或转回所属上级；对方重新受理，本机构仍可以看到和说明。"), _("已转办。")),
        Act("escalate", _("上报上一级"), open_states, "", _("已上报上一级。"), press=True),
        Act("top", _("上报省级（新情况）"), open_states, "", _("已上报最高一级。"), press=True),
        Act("invite", _("请对方说明"), (*open_states, _S.ANSWERED),
            _("所选机构可以看到本问题和各方公开的说明，并能说明情况；内部意见看不到。"),
            _("已请对方说明。")),
        Act("accept", _("确认结果"), (_S.ANSWERED,), _("确认后本问题办结。"),
            _("已确认，感谢评价。"), desk=False),
        Act("rate", _("评价"), (_S.CLOSED,), _("请评价办理结果。"), _("感谢评价。"), desk=False),
        Act("reopen", _("不同意，重开"), (_S.ANSWERED, _S.CLOSED),
            _("重开后由原办理机构继续办理，期限重新计算。"), _("已重开。"), desk=False,
            danger=True),
        Act("withdraw", _("撤回"), open_states, _("撤回后不再办理，记录保留。"), _("已撤回。"),
            desk=False, danger=True),
    ]  # fmt: skip


def act(name: str) -> Act:
    """Return the act of that name; 404 for anything else."""
    return next((one for one in acts() if one.name == name), None) or abort(404)


def possible(problem: Any) -> list[Act]:
    """Return what this reader may do to the problem now."""
    actor = g.actor
    is_agency = desks.side_of(actor)[0] is ProblemParty.AGENCY
    at_desk = (
        answering.may("problem_handle")
        and is_agency
        and access.reaches(actor, problem.desk_area_code)
    )
    reporter = answering.may("problem_say") and desks.is_reporter(actor, problem)
    levels = desks.above(problem.desk_area_code) if at_desk else []
    found = [
        one for one in acts() if problem.state in one.states and (at_desk if one.desk else reporter)
    ]
    hidden = set()
    if not levels:
        hidden |= {"escalate", "top"}
    if len(levels) < 2:
        hidden.add("top")
    if problem.satisfaction:
        hidden.add("rate")
    return [one for one in found if one.name not in hidden]


def inputs(name: str, problem: Any) -> list[Field]:
    """Return the fields of an act's form."""
    reason = Field("words", _("原因"), "area", required=True, max=WORDS_CHARS_MAX)
    if name == "assign":
        found = views_of.handlers(problem.desk_area_code, [str(role) for role in HANDLERS])
        return [Field("to", _("办理人"), "select", required=True, choices=found)]
    if name == "answer":
        return [
            Field("result", _("办理结果"), "select", required=True,
                  choices=words.choices(ProblemResult)),
            Field("words", _("答复"), "area", required=True, max=WORDS_CHARS_MAX),
            answering.file_field(),
        ]  # fmt: skip
    if name == "transfer":
        return [
            Field("desk", _("转给"), "select", required=True, choices=_desks(problem)),
            reason,
        ]
    if name == "invite":
        kinds = [(one.value, str(problem_words.SIDES[one])) for one in
                 (ProblemParty.HOSPITAL, ProblemParty.ENTERPRISE)]  # fmt: skip
        return [
            Field("kind", _("机构类别"), "select", required=True, choices=kinds),
            Field(
                "code", _("机构"), required=True, hint=_("全称、医疗机构编码或统一社会信用代码。")
            ),
        ]
    if name in ("accept", "rate"):
        return [
            Field("satisfaction", _("满意度"), "select", required=True,
                  choices=words.choices(Satisfaction)),
            Field("words", _("说明"), "area", max=WORDS_CHARS_MAX),
        ]  # fmt: skip
    return [reason]


def _desks(problem: Any) -> list[tuple[str, str]]:
    """Return the desks a problem may be passed to: areas of the reader, and those above."""
    found = dict(choices.areas(scope.current()))
    for code in (problem.area_code, *desks.above(problem.area_code)):
        found.setdefault(code, code)
    found.pop(problem.desk_area_code, None)
    return sorted(found.items())


def check(one: Act, problem: Any) -> Check:
    """Repeat what something is done to."""
    return Check(
        title=f"{one.label} · {problem.problem_no}",
        sentence=one.sentence,
        button=one.label,
        seen={"no": problem.problem_no, "state": problem.state, "desk": problem.desk_area_code},
        figures=[
            (_("标题"), problem.title),
            (_("办理机构"), problem.desk_name),
            (_("状态"), words.word(ProblemState(problem.state))),
        ],
        back=url_for("problems.one", number=problem.problem_no),
        crumbs=crumbs(problem.problem_no),
        danger=one.danger,
    )


def do(one: Act, problem: Any) -> None:
    """Do what the button or the form says. Raises what the services refuse."""
    (_of_desk if one.desk else _of_reporter)(one.name, problem.problem_no)


def _of_desk(name: str, number: str) -> None:
    actor, on, form = g.actor, clock.today(), request.form
    said = form.get("words", "")
    match name:
        case "take":
            problems.assign(actor, number, on)
        case "assign":
            problems.assign(actor, number, on, to=form.get("to", ""))
        case "answer":
            result = answering.one_of("result", ProblemResult)
            problems.answer(actor, number, result, said, on, document=answering.document())
        case "close":
            problems.close(actor, number, on)
        case "transfer":
            problems.transfer(actor, number, form.get("desk", ""), said, on)
        case "invite":
            _invite(number)
        case _:
            problems.escalate(actor, number, on, to_top=name == "top")


def _invite(number: str) -> None:
    kind = answering.one_of("kind", ProblemParty)
    if kind is ProblemParty.AGENCY:
        abort(400)
    code = views_of.named(kind.value, request.form.get("code", "").strip())
    problems.invite(g.actor, number, kind, code, clock.today())


def _of_reporter(name: str, number: str) -> None:
    actor, on, said = g.actor, clock.today(), request.form.get("words", "")
    if name == "reopen":
        problems.reopen(actor, number, said, on)
    elif name == "withdraw":
        problems.withdraw(actor, number, said, on)
    else:
        satisfaction = answering.one_of("satisfaction", Satisfaction)
        problems.accept(actor, number, satisfaction, said, on)


def crumbs(last: str) -> list[tuple[str, str]]:
    """Return the way to a page of problems."""
    return [(_("监督"), ""), (_("集采问题"), url_for("problems.index")), (last, "")]
