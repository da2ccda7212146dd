"""Refusals of lists of deductions from the monthly fund."""

from models.rules.errors import SettlementError


class BadDeductionLine(SettlementError):
    """A line is not code, yuan and reason."""

    code = "deduction_line_bad"
    zh = "第 {line} 行不对：每行依次写医疗机构编码、金额（元，大于零）和原因。"
    en = "Line {line} is wrong: write hospital code, yuan (above zero) and reason."


class DeductionLines(SettlementError):
    """A list has lines, and not too many."""

    code = "deduction_lines"
    zh = "一份扣款建议有 1 至 {most} 行，现有 {count} 行。"
    en = "A list has 1 to {most} lines; this has {count}."


class DeductionTwice(SettlementError):
    """A hospital stands in a list once."""

    code = "deduction_twice"
    zh = "医疗机构 {hospital} 出现了两次，请合并为一行。"
    en = "Hospital {hospital} is listed twice; make it one line."


class DeductionHospitals(SettlementError):
    """Hospitals are unknown or out of reach."""

    code = "deduction_hospitals"
    zh = "找不到医疗机构 {hospitals}，或它不在所选统筹区内。"
    en = "There is no hospital {hospitals}, or it is not in the area."


class DeductionFundMissing(SettlementError):
    """There is no monthly fund to take it from."""

    code = "deduction_fund_missing"
    zh = "{period} 没有导入医疗机构 {hospitals} 的月度医保基金，请先导入。"
    en = "No monthly fund of {hospitals} was imported for {period}; import it first."


class DeductionFundUsed(SettlementError):
    """An offset read this fund already."""

    code = "deduction_fund_used"
    zh = "{period} 的医保基金已用于医疗机构 {hospitals} 的抵扣，扣款请列入以后的月份。"
    en = "An offset of {hospitals} used the fund of {period}; deduct in a later month."


class DeductionFundChanged(SettlementError):
    """The fund was imported anew since, so nothing may be taken out of it by machine."""

    code = "deduction_fund_changed"
    zh = "医疗机构 {hospitals} 的月度医保基金后来重新导入过，请核对后重新导入，不能自动撤回。"
    en = "The fund of {hospitals} was imported anew; correct it by import, not by revoking."


class DeductionUnknown(SettlementError):
    """No such list within the user's rows."""

    code = "deduction_unknown"
    zh = "找不到这份扣款建议，或它不在您的数据范围内。"
    en = "There is no such list within your rows."


class DeductionMoved(SettlementError):
    """The present state does not take this."""

    code = "deduction_moved"
    zh = "扣款建议 {list_no} 现在不能办理这一步，可能已有人办理，请刷新后查看。"
    en = "List {list_no} does not take this step now; somebody may have been first."
