"""Refusals about receiving accounts."""

from models.rules.errors import SettlementError


class AccountRefused(SettlementError):
    """A check forbids the account."""

    code = "account_refused"
    zh = "{credit_code} 的收款账户不能使用：{why}请更正后重新申请。"
    en = "The account of {credit_code} cannot be used: {why_en} Correct it and ask again."


class AccountUnchanged(SettlementError):
    """The account asked for is the one in force, or already asked for."""

    code = "account_unchanged"
    zh = "{credit_code} 申请的账户与{what}相同，没有需要变更的内容。"
    en = "{credit_code} asked for the account it has ({what_en}); there is nothing to change."


class AccountAsked(SettlementError):
    """Another change of the account is open."""

    code = "account_asked"
    zh = "{credit_code} 已有一项未办结的账户变更（第 {change} 号），请先撤回或等待办结。"
    en = "Change {change} of the account of {credit_code} is open; withdraw it or wait."


class AccountCellWrong(SettlementError):
    """What was typed for the account cannot be read."""

    code = "account_cell_wrong"
    zh = "“{label}”填写不正确，请按格式更正。"
    en = "“{label}” cannot be read; correct it."


class EvidenceNeeded(SettlementError):
    """The enterprise proves its account with a document."""

    code = "evidence_needed"
    zh = "请上传证明材料（开户许可证或银行出具的账户证明），PDF、JPG 或 PNG，不超过 {mb} MB。"
    en = "Add the evidence (the bank's letter on the account): PDF, JPG or PNG, at most {mb} MB."


class UnknownEnterprise(SettlementError):
    """No such enterprise within the user's rows."""

    code = "unknown_enterprise"
    zh = "找不到企业 {credit_code}，或它不在您的数据范围内。"
    en = "There is no enterprise {credit_code} within your rows."


class UnknownHospital(SettlementError):
    """No such hospital within the user's rows."""

    code = "unknown_hospital"
    zh = "找不到医院 {hospital_code}，或它不在您的数据范围内。"
    en = "There is no hospital {hospital_code} within your rows."


class HospitalAccountUnverified(SettlementError):
    """Money goes to a hospital only where two people verified its account."""

    code = "hospital_account_unverified"
    zh = "医院 {hospital_code} 的收款账户尚未核验，不能向它付款；请先在“医院账户”核验。"
    en = "The account of hospital {hospital_code} is not verified, so nothing is paid to it yet."


class NothingFiled(SettlementError):
    """No filed account waits to be handed in."""

    code = "nothing_filed"
    zh = "没有可以送核验的医院账户：文件没有填写账户，或账户已经核验、正在核验。"
    en = "There is no filed account to hand in: none was filed, or all are verified or asked for."


class UnknownAccountChange(SettlementError):
    """No such change within the user's rows, or it moved on."""

    code = "unknown_account_change"
    zh = "账户变更（第 {change} 号）不存在、刚被他人处理，或不在可以“{what}”的状态。请刷新后重试。"
    en = "Change {change} does not exist or is past the point where it can be {what_en}."


class CheckerNeeded(SettlementError):
    """Two persons are needed: a checker first, an approver after."""

    code = "checker_needed"
    zh = "该账户变更须先由复核人核验，再由审批人批准；现在轮到{whose}办理。"
    en = (
        "A checker verifies this change, then an approver approves it; it waits for the {whose_en}."
    )
