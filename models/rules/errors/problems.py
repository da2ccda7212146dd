"""Refusals about reported problems (集采问题直报)."""

from models.rules.errors import SettlementError


class UnknownProblem(SettlementError):
    """No such problem among what the reader sees."""

    code = "unknown_problem"
    zh = "找不到问题 {problem_no}，或它不在您的数据范围内。"
    en = "There is no problem {problem_no} within your rows."


class UnknownProblemKind(SettlementError):
    """Kinds are rows; this one does not count today."""

    code = "unknown_problem_kind"
    zh = "没有问题类别 {kind}，或它今天不适用。"
    en = "There is no kind of problem {kind} in force today."


class ProblemMoved(SettlementError):
    """It is not in a state from which that can be done."""

    code = "problem_moved"
    zh = "问题 {problem_no} 已不能{what}，请刷新后查看。"
    en = "Problem {problem_no} cannot be {what_en} any more; reload to see how it stands."


class NotAtThisDesk(SettlementError):
    """Another agency is in charge of it."""

    code = "not_at_this_desk"
    zh = "问题 {problem_no} 由统筹区 {area} 的经办机构办理，您可以说明，不能代为办理。"
    en = "The agency of area {area} is in charge of problem {problem_no}; you may speak in it only."


class NotTheReporter(SettlementError):
    """Only who reported it agrees, reopens or withdraws."""

    code = "not_the_reporter"
    zh = "问题 {problem_no} 只能由提出方{what}。"
    en = "Only who reported problem {problem_no} may do that ({what_en})."


class NowhereUp(SettlementError):
    """The province is the last level."""

    code = "nowhere_up"
    zh = "问题 {problem_no} 已在最高一级办理，不能再上报。"
    en = "Problem {problem_no} is at the highest level already."


class DeskRefused(SettlementError):
    """It is passed within the areas above and below alone."""

    code = "desk_refused"
    zh = "不能转交统筹区 {area}：只能转给本区下级或所属上级。"
    en = "It cannot go to area {area}: only areas below yours or above where it happened."


class HandlerRefused(SettlementError):
    """Who handles it must be able to."""

    code = "handler_refused"
    zh = "{name} 不能办理这个问题：须是有办理权限、管理该统筹区的在用账号。"
    en = "{name} cannot handle it: an active user with the right and the area is needed."


class LinkRefused(SettlementError):
    """What a problem is about exists and is the reporter's to see."""

    code = "link_refused"
    zh = "关联的{what} {number} 不存在，或不在您的数据范围内。"
    en = "The {what_en} {number} does not exist or lies outside your rows."


class TooManyLinks(SettlementError):
    """A problem about more than that is another problem."""

    code = "too_many_links"
    zh = "一个问题最多关联 {limit} 项，本次有 {count} 项。"
    en = "A problem is about {limit} things at most; there are {count}."


class ProblemPartyRefused(SettlementError):
    """The hospital or enterprise named must exist and fit what it is about."""

    code = "problem_party_refused"
    zh = "{what} {number} 不存在，或与关联的明细、结算单不符。"
    en = "{what_en} {number} does not exist, or does not fit the linked line or sheet."


class ReopenOver(SettlementError):
    """After that a new problem is reported."""

    code = "reopen_over"
    zh = "问题 {problem_no} 办结已超过 {days} 个工作日，不能重开，请另行提出。"
    en = "Problem {problem_no} was closed more than {days} working days ago; report a new one."


class ProblemOver(SettlementError):
    """Nothing is said in what is over."""

    code = "problem_over"
    zh = "问题 {problem_no} 已结束，不能再说明；如未解决，请由提出方重开。"
    en = "Problem {problem_no} is over; who reported it may reopen it."
