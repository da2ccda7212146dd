"""Refusals of what banks send and of the profiles that describe it."""

from models.rules.errors import SettlementError


class UnknownProfile(SettlementError):
    """No such bank profile."""

    code = "unknown_profile"
    zh = "没有名为“{profile}”的银行文件模板。已有：{known}。"
    en = "There is no bank profile {profile}; there are: {known}."


class ProfileUnchanged(SettlementError):
    """The proposed version is what is in force."""

    code = "profile_unchanged"
    zh = "银行格式“{profile}”与现行第 {version} 版完全相同，没有需要启用的改动。"
    en = "Profile {profile} is the same as version {version} in force; there is nothing to change."


class ProfileTextBroken(SettlementError):
    """What was typed is not the data of a profile."""

    code = "profile_text_broken"
    zh = "第 {line} 行第 {column} 个字符：{reason}。"
    en = "Line {line}, character {column}: {reason_en}."


class ChangeWaiting(SettlementError):
    """A proposal for this profile waits for its decision."""

    code = "profile_change_waiting"
    zh = "银行格式“{profile}”已有一项待启用的变更，请先启用、驳回或撤回它。"
    en = "A change of profile {profile} is waiting; activate, refuse or withdraw it first."


class ChangeDecided(SettlementError):
    """The proposal is decided, or never was."""

    code = "profile_change_decided"
    zh = "银行格式变更 {change} 已处理或不存在，请刷新后查看。"
    en = "The profile change {change} was decided already, or does not exist."


class ChangeOvertaken(SettlementError):
    """Another version came into force after the proposal was made."""

    code = "profile_change_overtaken"
    zh = "提交之后银行格式“{profile}”已启用第 {version} 版，请在新版本上重新提交。"
    en = "Version {version} of profile {profile} came in meanwhile; propose again on top of it."


class SampleUnseen(SettlementError):
    """Whoever puts a profile in force has not said to have compared its sample."""

    code = "profile_sample_unseen"
    zh = "启用之前请先确认：样例文件已逐列与开户行的文件说明核对。"
    en = "Confirm first that the sample was compared with the bank's own document."


class ProfileRetired(SettlementError):
    """No batch is made with it any more."""

    code = "profile_retired"
    zh = "银行格式“{profile}”已停用，不能再生成付款批次，请改用其他格式。"
    en = "Profile {profile} is retired; choose another one for payments."


class UnknownFile(SettlementError):
    """The stored file is not there."""

    code = "unknown_file"
    zh = "找不到编号为 {file_id} 的文件。"
    en = "There is no stored file {file_id}."


class ResultBatchUnknown(SettlementError):
    """A result file names a batch number like ours that was not sent with its profile."""

    code = "result_batch_unknown"
    zh = (
        "文件写明是批次 {batch_no} 的回盘，但用银行格式“{profile}”没有发送过这一批次，文件未接收。"
        "请核对银行格式，以及文件是否属于本系统。"
    )
    en = "The file is about batch {batch_no}, which was not sent with {profile}; it was not taken."


class ResultLineOutsideBatch(SettlementError):
    """A result file names one of our batches and has a line about something else."""

    code = "result_line_outside_batch"
    zh = (
        "文件写明是批次 {batch_no} 的回盘，但第 {row} 行的参考号 {reference} 不在这一批次内，"
        "文件未接收。请向开户行索取该批次自己的回盘。"
    )
    en = "The file is about batch {batch_no}; row {row}, {reference}, is not of it: not taken."


class ResultExceedsBatch(SettlementError):
    """A result file says that the bank paid more for a batch than it was told to."""

    code = "result_exceeds_batch"
    zh = (
        "文件称批次 {batch_no} 已付出 {paid_yuan} 元，超过该批次的 {total_yuan} 元，文件未接收。"
        "请与开户行核对。"
    )
    en = (
        "The file says {paid_yuan} was paid for batch {batch_no} of {total_yuan}; it was not taken."
    )


class ForeignStatement(SettlementError):
    """The statement belongs to an account that never paid for us."""

    code = "foreign_statement"
    zh = "账号尾号 {account_tail} 不是任何经办机构的付款账户，对账单未登记。"
    en = "The account ending in {account_tail} is no paying account of ours; nothing was recorded."


class DaysBoundRefused(SettlementError):
    """A bound of days that bounds nothing."""

    code = "days_bound_refused"
    zh = "发送与入账相差的天数（--days-max）应为 0 至 {most}，不能是 {days}。没有导入任何内容。"
    en = "The days between sending and booking (--days-max) are 0 to {most}, not {days}."


class StatementConflict(SettlementError):
    """A recorded day of a statement comes again with other figures."""

    code = "statement_conflict"
    zh = "账号尾号 {account_tail} 在 {day} 的对账单已登记，期初或期末余额与本文件不同。"
    en = "The day {day} of the account ending in {account_tail} is recorded with other balances."
