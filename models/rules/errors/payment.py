"""Refusals of reviews, payment runs, re-issues and offsets."""

from models.rules.errors import SettlementError


class SheetChanged(SettlementError):
    """A sheet is no longer what was sealed or reviewed."""

    code = "sheet_changed"
    zh = (
        "{count} 张结算单的内容与其封存的摘要不一致（例如 {sheet_no}），不能审批。"
        "请重新结算后再审。"
    )
    en = "{count} sheets differ from their seal (for example {sheet_no}); settle again first."


class SheetOvertaken(SettlementError):
    """A party no longer confirms a line of a draft; reviewing it would pay what is disputed."""

    code = "sheet_overtaken"
    zh = (
        "{count} 张结算单计算后，医院或企业对其中的明细提出异议或撤回了确认"
        "（例如 {sheet_no} 有 {lines} 行，首行 {line_no}），不能复核。"
        "请经办重新计算：有异议的明细转为挂起，其余照常结算。"
    )
    en = (
        "After {count} sheets were calculated a party disputed or withdrew lines of them (for "
        "example {sheet_no}: {lines}, the first {line_no}); settle again, then the rest goes on."
    )


class SelectionChanged(SettlementError):
    """What is about to be done is no longer what was checked."""

    code = "selection_changed"
    zh = "核对期间所选{what}发生了变化，没有执行任何操作。请按现在的内容重新核对。"
    en = "What was chosen changed meanwhile ({what}); nothing was done. Check it again."


class SheetNotReturnable(SettlementError):
    """The sheet cannot go back to draft any more."""

    code = "sheet_not_returnable"
    zh = "结算单 {sheet_no} 不能退回：它尚未送审、已进入付款，或该统筹区已结算后续月份。"
    en = (
        "Sheet {sheet_no} cannot go back: not under review, already paid out,"
        " or a later month is settled."
    )


class ReasonNeeded(SettlementError):
    """A decision that is kept for ever needs its reason."""

    code = "reason_needed"
    zh = "请填写{what}的原因。"
    en = "State the reason: {what}."


class UnknownSheet(SettlementError):
    """No such sheet within the user's rows."""

    code = "unknown_sheet"
    zh = "找不到结算单 {sheets}，或它不在您的数据范围内。"
    en = "There is no sheet {sheets} within your rows."


class AgencyMissing(SettlementError):
    """Nobody pays for the area."""

    code = "agency_missing"
    zh = "统筹区 {area} 及其上级没有经办机构，无法确定付款账户。请先导入经办机构。"
    en = "Neither area {area} nor one above has an agency to pay from; import the agencies first."


class RepeatUnexplained(SettlementError):
    """Orders repeat account, amount and purpose of recent ones, and nobody said why."""

    code = "repeat_unexplained"
    zh = "{count} 笔付款的账户、金额和用途与近期付款相同，请写明为什么不是重复付款。"
    en = "{count} orders repeat account, amount and purpose of recent ones; say why that is right."


class OneHandOnly(SettlementError):
    """The guarded update found another number of rows than were decided."""

    code = "one_hand_only"
    zh = "{what}刚被另一项操作改变，本次操作全部撤销。请刷新后重试。"
    en = "Another operation changed this meanwhile ({what}); nothing was done. Reload and retry."


class FileTotalsDiffer(SettlementError):
    """What was read back from the written file is not what the batch says."""

    code = "file_totals_differ"
    zh = (
        "批次 {batch_no} 的文件复核不符：应为 {lines} 笔 {total_yuan} 元，"
        "从文件读回 {lines_read} 笔 {total_read_yuan} 元。未发送任何付款。"
    )
    en = (
        "The file of batch {batch_no} reads back as {lines_read} orders of {total_read_yuan} yuan"
        " instead of {lines} of {total_yuan}; nothing was sent."
    )


class FileOrderDiffers(SettlementError):
    """An order read back from the written file is not the order that was approved."""

    code = "file_order_differs"
    zh = "银行文件第 {row} 笔读回的{field}与付款 {reference} 不符。未发送任何付款。"
    en = "Order {row} of the bank file reads back with another {field_en} than {reference}."


class OrderTooLarge(SettlementError):
    """One order alone is larger than the bank takes in a file."""

    code = "order_too_large"
    zh = "银行文件模板“{profile}”的大小上限 {max_bytes} 字节装不下一笔付款，请调整模板。"
    en = "Profile {profile} allows {max_bytes} bytes, less than one order needs."


class NotReissuable(SettlementError):
    """A payment may be made again only on two independent proofs."""

    code = "not_reissuable"
    zh = "付款 {reference} 不能重新付款：{reason}"
    en = "Payment {reference} cannot be made again: {reason_en}."


class AlreadyReissued(SettlementError):
    """A payment has at most one successor."""

    code = "already_reissued"
    zh = "付款 {reference} 已经重新付款，不能再付一次。"
    en = "Payment {reference} was made again already."


class UnknownPayment(SettlementError):
    """No such payment within the user's rows."""

    code = "unknown_payment"
    zh = "找不到付款 {reference}，或它不在您的数据范围内。"
    en = "There is no payment {reference} within your rows."


class OffsetClosed(SettlementError):
    """The next month's offset has run."""

    code = "offset_closed"
    zh = "统筹区 {area} 已完成 {later} 的抵扣，不能再计算 {period} 的抵扣。"
    en = "The offset of {later} has run in area {area}; that of {period} is closed."


class UnknownCase(SettlementError):
    """No such case within the user's rows."""

    code = "unknown_case"
    zh = "找不到编号为 {case} 的异常，或它不在您的数据范围内。"
    en = "There is no case {case} within your rows."


class CaseClosed(SettlementError):
    """A case is decided once."""

    code = "case_closed"
    zh = "异常 {case} 已由 {closed_by} 处理，不能再次处理。"
    en = "Case {case} was closed by {closed_by} already."


class AlreadyAsked(SettlementError):
    """A request to make the payment again waits for its second person."""

    code = "already_asked"
    zh = "付款 {reference} 的重付申请 {request_no} 正在等待放行，不能重复申请。"
    en = "Payment {reference} waits for the release of request {request_no} already."


class UnknownRequest(SettlementError):
    """No such request within the user's rows."""

    code = "unknown_request"
    zh = "找不到重付申请 {request_no}，或它不在您的数据范围内。"
    en = "There is no request {request_no} within your rows."


class RequestDecided(SettlementError):
    """A request is decided once."""

    code = "request_decided"
    zh = "重付申请 {request_no} 已由 {decided_by} 决定，不能再次决定。"
    en = "Request {request_no} was decided by {decided_by} already."


class RequestNotReleased(SettlementError):
    """Nobody but the job of a released request makes payments again."""

    code = "request_not_released"
    zh = "重付申请 {request_no} 尚未由另一人放行，没有付款。"
    en = "Request {request_no} was not released by a second person; nothing was paid."


class UnknownInquiry(SettlementError):
    """No such inquiry within the user's rows."""

    code = "unknown_inquiry"
    zh = "找不到编号为 {inquiry} 的银行查询，或它不在您的数据范围内。"
    en = "There is no inquiry {inquiry} within your rows."


class InquiryNotProof(SettlementError):
    """The bank's answer does not prove yet that nothing was paid."""

    code = "inquiry_not_proof"
    zh = "付款 {reference} 还不能按未支付处理：{reason}"
    en = "Payment {reference} is not proved to be unpaid: {reason_en}."


class InquiryRefused(SettlementError):
    """What is to be recorded about an inquiry does not fit."""

    code = "inquiry_refused"
    zh = "付款 {reference} 的查询不能登记：{reason}"
    en = "The inquiry about payment {reference} cannot be recorded: {reason_en}."


class NotSent(SettlementError):
    """Only what was sent and not answered can be marked as unknown."""

    code = "not_sent"
    zh = "付款 {reference} 不是“已发出未确认”，不能标为状态不明。"
    en = "Payment {reference} is not sent and unanswered; it cannot be marked as unknown."


class FileDamaged(SettlementError):
    """The stored bytes are not those that were sent."""

    code = "file_damaged"
    zh = (
        "批次 {batch_no} 保存的文件与发送时的 SHA-256 不一致，不能下载。请停止使用这一批次，"
        "并立即核对账目。"
    )
    en = "The stored file of batch {batch_no} is not what was sent; stop using it."


class ReviewDecided(SettlementError):
    """A review is taken back only until the next person decided."""

    code = "review_decided"
    zh = "结算单 {sheet_no} 已由下一人办理，或不是您最后复核的，不能撤回；请按“退回”办理。"
    en = (
        "Sheet {sheet_no} was decided by the next person or reviewed by another; send it back"
        " instead."
    )
