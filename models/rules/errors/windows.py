"""Refusals about confirmation windows and disputes."""

from models.rules.errors import SettlementError


class NothingAwaited(SettlementError):
    """No line fits: answered meanwhile, or not this party's to answer."""

    code = "nothing_awaited"
    zh = "没有符合条件的待确认明细：可能已表态，或不在您的数据范围内。"
    en = "No such line waits for a confirmation: it was answered, or lies outside your rows."


class TooManyAwaited(SettlementError):
    """More lines than one answer on a page takes."""

    code = "too_many_awaited"
    zh = "一次最多答复 {limit} 行，所选为 {count} 行。请缩小范围，或下载确认文件后按文件导入。"
    en = "One answer takes at most {limit} lines, {count} were chosen; narrow, or use a file."


class WhyNeeded(SettlementError):
    """A dispute says why."""

    code = "why_needed"
    zh = "提出异议或撤销确认须填写原因。"
    en = "A dispute or a revocation needs its reason."


class NotAutomatic(SettlementError):
    """Only an automatic confirmation that still stands can be revoked."""

    code = "not_automatic"
    zh = "明细 {line_no} 没有可撤销的自动确认：可能已撤销，或已有贵方自己的表态。"
    en = "Line {line_no} has no automatic confirmation to revoke any more."


class RevocationOver(SettlementError):
    """The scheme names a last day for revoking."""

    code = "revocation_over"
    zh = "明细 {line_no} 的自动确认只能在 {until_on} 之前（含当日）撤销。"
    en = "The automatic confirmation of line {line_no} could be revoked until {until_on}."


class RevocationTooLate(SettlementError):
    """The line is on a sheet that people review or the fund paid."""

    code = "revocation_too_late"
    zh = (
        "明细 {line_no} 已在结算单 {sheet_no} 上进入审核，不能撤销；"
        "请联系经办机构退回结算单，或办理退货、调价。"
    )
    en = "Line {line_no} is on sheet {sheet_no} under review; have the sheet returned first."


class UnknownDispute(SettlementError):
    """No such dispute within the user's rows."""

    code = "unknown_dispute"
    zh = "找不到异议 {dispute_id}，或它不在您的数据范围内。"
    en = "There is no dispute {dispute_id} within your rows."


class DisputeClosed(SettlementError):
    """What is settled is settled."""

    code = "dispute_closed"
    zh = "明细 {line_no} 的异议已了结，不能再登记意见。"
    en = "The dispute about line {line_no} is closed."


class WordOnSheet(SettlementError):
    """What a sheet was made of is not unsaid."""

    code = "word_on_sheet"
    zh = "明细 {line_no} 已在结算单 {sheet_no} 上，不能撤回答复；请登记异议，或联系经办机构。"
    en = "Line {line_no} is on sheet {sheet_no}; the answer stays. Dispute it or ask the agency."


class WordPassed(SettlementError):
    """A later word counts, so there is nothing to take back."""

    code = "word_passed"
    zh = "明细 {line_no} 之后又有新的答复，这次答复不再起作用，不必撤回。"
    en = "A later word about line {line_no} counts; this answer has no effect any more."
