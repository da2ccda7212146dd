"""Refusals at the door: wrong names, locked users, weak passwords."""

from models.rules.errors import SettlementError


class SignInRefused(SettlementError):
    """Name or password is wrong; we do not say which."""

    code = "sign_in_refused"
    zh = "用户名或密码不正确。"
    en = "The user name or the password is wrong."


class UserLocked(SettlementError):
    """Too many wrong passwords in a row."""

    code = "user_locked"
    zh = "密码连续输错 {times} 次，用户已锁定，请于 {until} 之后再试，或联系管理员。"
    en = "{times} wrong passwords in a row: locked until {until}; or ask the administrator."


class PasswordTooWeak(SettlementError):
    """The password does not meet the rule."""

    code = "password_too_weak"
    zh = "密码至少 {length} 个字符，并须包含字母和数字，且不含用户名。"
    en = "A password has at least {length} characters, letters and digits, and not the user name."


class UserExists(SettlementError):
    """The name is taken."""

    code = "user_exists"
    zh = "用户 {name} 已存在。"
    en = "There is already a user {name}."


class PartyNeeded(SettlementError):
    """A seat without its institution."""

    code = "party_needed"
    zh = "角色“{role}”须指定所属机构代码（医疗机构编码或统一社会信用代码）。"
    en = "The role {role} needs the code of its institution (--party)."
