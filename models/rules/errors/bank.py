"""Refusals of what banks send and of the profiles that describe it."""

from models.rules.errors import SettlementError


class UnknownProfile(SettlementError):
    """No such bank profile."""

    code = "unknown_profile"
    zh = "没有名为“{profile}”的银行文件模板。已有：{known}。"
    en = "There is no bank profile {profile}; there are: {known}."


class ProfileFrozen(SettlementError):
    """A batch used this version of the profile."""

    code = "profile_frozen"
    zh = "银行文件模板“{profile}”第 {version} 版已被使用，不能修改。请保存为新版本。"
    en = "Version {version} of profile {profile} was used and never changes; save a new version."


class UnknownFile(SettlementError):
    """The stored file is not there."""

    code = "unknown_file"
    zh = "找不到编号为 {file_id} 的文件。"
    en = "There is no stored file {file_id}."


class ForeignStatement(SettlementError):
    """The statement belongs to an account that never paid for us."""

    code = "foreign_statement"
    zh = "账号尾号 {account_tail} 不是任何经办机构的付款账户，对账单未登记。"
    en = "The account ending in {account_tail} is no paying account of ours; nothing was recorded."


class StatementConflict(SettlementError):
    """A recorded day of a statement comes again with other figures."""

    code = "statement_conflict"
    zh = "账号尾号 {account_tail} 在 {day} 的对账单已登记，期初或期末余额与本文件不同。"
    en = "The day {day} of the account ending in {account_tail} is recorded with other balances."
