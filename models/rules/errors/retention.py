"""Refusals of what is said about retention: a hospital's word, an agency's answer."""

from models.rules.errors import SettlementError


class RetentionUnknown(SettlementError):
    """No such calculation within the user's rows."""

    code = "retention_unknown"
    zh = "找不到 {period} {round} 的结余留用测算，或它不在您的数据范围内。"
    en = "There is no retention of {round} for {period} within your rows."


class RetentionMoved(SettlementError):
    """What is said counts for the figures that were looked at."""

    code = "retention_moved"
    zh = "{period} {round} 的测算结果在您核对期间已更新，没有登记，请重新核对。"
    en = "The retention of {round} for {period} changed while you looked; nothing was kept."


class RetentionClosed(SettlementError):
    """The present state does not take this."""

    code = "retention_closed"
    zh = "{period} {round} 现在不能办理这一步，可能已有人办理，请刷新后查看。"
    en = "The retention of {round} for {period} does not take this step now; reload to see why."


class RetentionReasonMissing(SettlementError):
    """An appeal and its answer say why."""

    code = "retention_reason_missing"
    zh = "请写明理由。"
    en = "Say why."
