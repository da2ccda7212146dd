"""Refusals about papers on the execution of procurement and what hospitals must put right."""

from models.rules.errors import SettlementError


class BadSpan(SettlementError):
    """The span is not written as its kind asks."""

    code = "bad_span"
    zh = "期间 {span} 写法不对：周 2026-W47、月 2026-11、季度 2026-Q4、半年 2026-H2、年度 2026。"
    en = "{span} is no span: a week is 2026-W47, a month 2026-11, then 2026-Q4, 2026-H2, 2026."


class SpanNotOver(SettlementError):
    """A paper is about time that has passed."""

    code = "span_not_over"
    zh = "{span} 尚未结束，不能起草。"
    en = "{span} is not over yet: nothing can be drafted about it."


class NothingMeasured(SettlementError):
    """Without indicators there is nothing to say."""

    code = "nothing_measured"
    zh = "{months} 没有该统筹区的监测指标，请先计算指标。"
    en = "There are no indicators of {months} for this area; calculate them first."


class PaperByItsMaker(SettlementError):
    """Another person than the one who drafted it reviews a paper."""

    code = "paper_by_its_maker"
    zh = "{paper} 须由起草人以外的人复核。"
    en = "{paper} must be reviewed by another person than the one who drafted it."


class PaperMoved(SettlementError):
    """The paper is no longer in the state the person saw."""

    code = "paper_moved"
    zh = "{paper} 的状态已经变化，请刷新后再办理。"
    en = "{paper} has moved on meanwhile; look at it again first."


class UnknownPaper(SettlementError):
    """There is no such paper for the reader."""

    code = "unknown_paper"
    zh = "没有这份文书，或不在您的范围内。"
    en = "There is no such paper within your rows."


class UnknownRectification(SettlementError):
    """There is no such rectification for the reader."""

    code = "unknown_rectification"
    zh = "没有这项整改，或不在您的范围内。"
    en = "There is no such rectification within your rows."


class RectificationMoved(SettlementError):
    """The rectification is no longer in the state the person saw."""

    code = "rectification_moved"
    zh = "{number} 的状态已经变化，请刷新后再办理。"
    en = "{number} has moved on meanwhile; look at it again first."
