"""Refusals about closing months and about what is closed."""

from models.rules.errors import SettlementError


class MonthClosed(SettlementError):
    """The month of that area is closed: it takes no settlement, return, offset or booking."""

    code = "month_closed"
    zh = "{area} 的 {period} 已关账，不能再办理或记账到该月。请在以后月份更正，并注明原单据。"
    en = "{period} of {area} is closed; correct it in a later month that refers to it."


class CloseNotReady(SettlementError):
    """Points of the checklist keep the month open."""

    code = "close_not_ready"
    zh = "{period} 还不能关账，尚有 {count} 项未办结。请在核对清单中逐项办理。"
    en = "{period} cannot be closed yet: {count} points of the checklist are open."


class CloseNoteNeeded(SettlementError):
    """What is carried on needs a word of who closes."""

    code = "close_note_needed"
    zh = "{period} 有 {count} 项转入以后月份，请说明理由。"
    en = "{count} points of {period} are carried on; say why."


class CloseProposed(SettlementError):
    """Another proposal for the month and area waits."""

    code = "close_proposed"
    zh = "{period} 已有一项待决定的关账申请（{close_no}），请先决定或撤回。"
    en = "Proposal {close_no} to close {period} waits; decide or withdraw it first."


class CloseChanged(SettlementError):
    """What is there now is not what the persons saw."""

    code = "close_changed"
    zh = "{period} 的数字或核对事项在核对期间发生变化，没有关账。请重新核对。"
    en = "Figures or points of {period} changed meanwhile; nothing was closed. Look again."


class NothingToClose(SettlementError):
    """Every area asked for is closed already."""

    code = "nothing_to_close"
    zh = "所选统筹区的 {period} 都已关账。"
    en = "{period} is closed already in every area asked for."


class UnknownClose(SettlementError):
    """No such proposal within the user's rows, or it was decided."""

    code = "unknown_close"
    zh = "关账申请 {close_no} 不存在、不在您的数据范围内，或已经办结。"
    en = "There is no open proposal {close_no} within your rows."
