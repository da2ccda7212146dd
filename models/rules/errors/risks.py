"""Refusals about risk findings and their handover."""

from models.rules.errors import SettlementError


class UnknownFinding(SettlementError):
    """No such finding within the user's rows."""

    code = "unknown_finding"
    zh = "找不到线索 {finding}，或它不在您的数据范围内。"
    en = "There is no finding {finding} within your rows."


class FindingMoved(SettlementError):
    """It is in a state that does not allow this."""

    code = "finding_moved"
    zh = "线索 {finding} 的状态已变，不能这样办理；可能已有他人办理，请刷新后再看。"
    en = "Finding {finding} has moved on: this cannot be done. Somebody else may have acted."


class WordsNeeded(SettlementError):
    """Every decision says why."""

    code = "risk_words_needed"
    zh = "请写明理由或说明。"
    en = "Say why: a reason or an explanation is needed."


class DayNeeded(SettlementError):
    """A deadline that lies ahead is needed."""

    code = "risk_day_needed"
    zh = "请填写期限，不早于 {earliest}。"
    en = "Fill in the last day, {earliest} or later."


class NothingToHand(SettlementError):
    """A handover has findings, and each is in one live handover at most."""

    code = "nothing_to_hand"
    zh = "没有可以移交的线索：所选线索已结案、已移交或已在另一份待批准的移交清单中。"
    en = "No finding can be handed over: those chosen are closed, handed over, or listed already."


class UnknownHandover(SettlementError):
    """No such handover within the user's rows."""

    code = "unknown_handover"
    zh = "找不到移交清单 {handover}，或它不在您的数据范围内。"
    en = "There is no handover {handover} within your rows."


class HandoverDecided(SettlementError):
    """Somebody decided about it before."""

    code = "handover_decided"
    zh = "移交清单 {handover} 已经办理过，请刷新后再看。"
    en = "Handover {handover} was decided before."
