"""Refusals of what people answer to lateness: acknowledgements, excuses and measures."""

from models.rules.errors import SettlementError


class NothingLate(SettlementError):
    """No line of the institution fits: paid meanwhile, or not its own to act on."""

    code = "nothing_late"
    zh = "{party} 没有符合条件的逾期明细：可能已付款，或不由该机构负责。"
    en = "{party} has no such overdue line: it was paid, or another party must act on it."


class TooManyLines(SettlementError):
    """More lines than one answer takes."""

    code = "too_many_lines"
    zh = "一次最多办理 {limit} 行，所选为 {count} 行，请缩小范围。"
    en = "One answer takes at most {limit} lines, {count} were chosen; choose fewer."


class UnknownParty(SettlementError):
    """No such institution within the user's rows."""

    code = "unknown_party"
    zh = "找不到机构 {party}，或它不在您的数据范围内。"
    en = "There is no institution {party} within your rows."


class FieldMissing(SettlementError):
    """Something must be filled in."""

    code = "field_missing"
    zh = "请填写“{what}”。"
    en = "Fill in: {what_en}."


class DayRefused(SettlementError):
    """A day that cannot be meant."""

    code = "day_refused"
    zh = "“{what}”不能早于 {earliest}。"
    en = "{what_en} may not be before {earliest}."


class LastDayNeeded(SettlementError):
    """Some reasons end by themselves, so they name a last day."""

    code = "last_day_needed"
    zh = "以“{reason}”为由的免催须填写截止日。"
    en = "An excuse for this reason ({reason_en}) needs its last day."


class ExcuseLive(SettlementError):
    """A line has one excuse at a time."""

    code = "excuse_live"
    zh = (
        "{count} 行已在免催期内或已有免催申请（如 {line_no}，申请 {request_no}），"
        "请先结束或等待决定。"
    )
    en = "{count} lines are excused or asked for already ({line_no} by {request_no})."


class UnknownExcuse(SettlementError):
    """No such request within the user's rows."""

    code = "unknown_excuse"
    zh = "找不到免催申请 {request_no}，或它不在您的数据范围内。"
    en = "There is no excuse {request_no} within your rows."


class ExcuseDecided(SettlementError):
    """A request is decided once."""

    code = "excuse_decided"
    zh = "免催申请 {request_no} 已被处理，不能再次处理。请刷新后查看。"
    en = "Excuse {request_no} was dealt with already; reload to see how."


class ExcuseOver(SettlementError):
    """What is over cannot be granted."""

    code = "excuse_over"
    zh = "免催申请 {request_no} 的截止日 {until_on} 已过，不能同意，请退回后重新申请。"
    en = "The last day of excuse {request_no} is over ({until_on}); refuse it and ask again."


class OwnInstitution(SettlementError):
    """Nobody excuses the own institution."""

    code = "own_institution"
    zh = "{actor} 不能决定本机构负责的逾期：经办机构自己的逾期由监管人员决定。"
    en = "{actor} may not excuse the own institution; a supervisor decides that."


class NoStepRecorded(SettlementError):
    """A measure rests on recorded steps."""

    code = "no_step_recorded"
    zh = "{party} 的逾期明细还没有登记过催办等级，没有采取措施的依据。请先发送提醒。"
    en = "No step of the ladder is recorded for {party} yet, so there is no evidence; remind first."


class SuspensionNotReached(SettlementError):
    """The ladder names when a suspension is due."""

    code = "suspension_not_reached"
    zh = "{party} 没有达到“暂停拨付”等级的逾期明细，不能提出暂停拨付。"
    en = "No line of {party} has reached the step that suspends."


class SuspensionLive(SettlementError):
    """One suspension of an institution at a time."""

    code = "suspension_live"
    zh = "{party} 已有待决定或生效中的暂停拨付（{measure_no}）。"
    en = "A suspension of {party} is proposed or in force already ({measure_no})."


class UnknownMeasure(SettlementError):
    """No such measure within the user's rows."""

    code = "unknown_measure"
    zh = "找不到措施 {measure_no}，或它不在您的数据范围内。"
    en = "There is no measure {measure_no} within your rows."


class MeasureMoved(SettlementError):
    """The measure is past the point where this can be done."""

    code = "measure_moved"
    zh = "{measure_no} 现在不能“{what}”：已被他人处理，或不在相应状态。请刷新后查看。"
    en = "{measure_no} cannot be {what_en} now; reload to see its state."


class DocumentRefused(SettlementError):
    """Documents are PDF or pictures of a bearable size."""

    code = "document_refused"
    zh = "附件须为 PDF、JPG 或 PNG，不超过 {mb} MB。"
    en = "A document must be PDF, JPG or PNG of at most {mb} MB."
