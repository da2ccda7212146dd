"""Refusals of reports of quantities, of what is done about findings, and of grades."""

from models.rules.errors import SettlementError


class ReportUnknown(SettlementError):
    """No such report within the user's rows."""

    code = "report_unknown"
    zh = "找不到这份报量，或它不在您的数据范围内。"
    en = "There is no such report within your rows."


class ReportingClosed(SettlementError):
    """A round is reported between its days."""

    code = "reporting_closed"
    zh = "批次 {round} 现在不能报量：报量时间为 {first} 至 {last}。"
    en = "Round {round} is not reported now: its days are {first} to {last}."


class ReportUnified(SettlementError):
    """The lead reports for its members."""

    code = "report_unified"
    zh = "批次 {round} 已由牵头单位 {lead} 统一报量，请在牵头单位的报量中填写。"
    en = "Lead hospital {lead} reports round {round} for its members."


class NoMembers(SettlementError):
    """Only the lead of a community reports for others."""

    code = "report_no_members"
    zh = "本机构没有医共体成员单位，不能统一报量。"
    en = "This hospital leads no members and cannot report for others."


class MemberReported(SettlementError):
    """A member's own report stands against a unified one."""

    code = "report_member_first"
    zh = "成员单位 {hospitals} 已自行提交批次 {round} 的报量，退回后才能统一报量。"
    en = "Members {hospitals} submitted round {round} themselves; return those reports first."


class ReportMoved(SettlementError):
    """The present state does not take this."""

    code = "report_moved"
    zh = "这份报量现在不能办理这一步，可能已有人办理，请刷新后查看。"
    en = "The report does not take this step now; reload to see why."


class ReportIncomplete(SettlementError):
    """A report is submitted whole."""

    code = "report_incomplete"
    zh = "请先补充：{fields}。"
    en = "Still missing: {fields_en}."


class ReportReasonMissing(SettlementError):
    """Who reports much less or more than was used says why."""

    code = "report_reason_missing"
    zh = "下列产品的报量与使用量相差超过规定界限，请逐个填写说明：{products}。"
    en = "Far from what was used; give a reason for each of: {products}."


class ReportQuantityBad(SettlementError):
    """Quantities are numbers."""

    code = "report_quantity_bad"
    zh = "“{product}”的报量须是不小于0、最多4位小数的数字，说明不超过200字。"
    en = "The quantity of {product} must be a number from 0 with at most 4 decimals."


class ReportProductUnknown(SettlementError):
    """What is reported is in the catalogue of the round."""

    code = "report_product_unknown"
    zh = "产品 {product} 不在批次 {round} 的报量目录中。"
    en = "Product {product} is not in the catalogue of round {round}."


class ReviewAbove(SettlementError):
    """A report is reviewed one level up."""

    code = "report_review_above"
    zh = "报量由上一级经办机构审核，您的数据范围不含上级统筹区 {area}。"
    en = "A report is reviewed one level up; area {area} is not within your rows."


class FindingsChanged(SettlementError):
    """What is done, is done about what was looked at."""

    code = "findings_changed"
    zh = "所选问题中有 {count} 项已由他人办理或已消除，没有办理，请重新选择。"
    en = "{count} of the findings have moved on meanwhile; nothing was done."


class FindingIncomplete(SettlementError):
    """A step says why, and by when."""

    code = "finding_incomplete"
    zh = "请填写说明；要求说明和责令整改还要填写不早于今天的期限。"
    en = "Say why; asking and rectifying also need a day not before today."


class GradesMissing(SettlementError):
    """Grades need a form."""

    code = "grades_missing"
    zh = "{area} 的结算方案在 {year} 年没有绩效分级项目，请先导入“绩效分级项目”。"
    en = "The scheme of {area} has no grade items for {year}; import them first."


class GradesStand(SettlementError):
    """One list stands for a year and area."""

    code = "grades_stand"
    zh = "{area} {year} 年的分级名单 {list_no} 正在办理或已确认，撤销后才能重新生成。"
    en = "List {list_no} of {area} for {year} stands; withdraw it first."


class GradesMoved(SettlementError):
    """The present state does not take this."""

    code = "grades_moved"
    zh = "分级名单 {list_no} 现在不能办理这一步，请刷新后查看。"
    en = "List {list_no} does not take this step now; reload to see why."


class GradesUnknown(SettlementError):
    """No such list within the user's rows."""

    code = "grades_unknown"
    zh = "找不到这份分级名单，或它不在您的数据范围内。"
    en = "There is no such list within your rows."
