"""Refusals at the door: wrong names, locked users, weak passwords, spent links."""

from models.rules.errors import SettlementError


class SignInRefused(SettlementError):
    """Name or password is wrong; we do not say which."""

    code = "sign_in_refused"
    zh = "用户名或密码不正确。"
    en = "The user name or the password is wrong."


class UserLocked(SettlementError):
    """Too many wrong passwords in a row."""

    code = "user_locked"
    zh = "密码或动态口令连续输错 {times} 次，用户已锁定，请于 {until} 之后再试，或联系管理员。"
    en = "{times} wrong passwords or codes in a row: locked until {until}; or ask an administrator."


class AddressClosed(SettlementError):
    """Too many failures came from one address."""

    code = "address_closed"
    zh = "来自此网络地址的失败登录过多，请 {minutes} 分钟后再试。"
    en = "Too many failed sign-ins came from this network address; try again in {minutes} minutes."


class CodeRefused(SettlementError):
    """The six figures are wrong, too old, or were used already."""

    code = "code_refused"
    zh = "动态口令不正确或已使用过，请等待下一个口令。"
    en = "The code is wrong or was used already; wait for the next one."


class DemoPassword(SettlementError):
    """The demo's password opens nothing in production."""

    code = "demo_password"
    zh = "生产环境不接受演示密码，请联系管理员重新设置。"
    en = "The demo's password is not taken in production; ask an administrator for a new one."


class PasswordTooWeak(SettlementError):
    """The password does not meet the rule."""

    code = "password_too_weak"
    zh = (
        "密码至少 {length} 个字符，须包含大写字母、小写字母、数字、符号中的 {classes} 种，"
        "且不含用户名。"
    )
    en = (
        "A password has at least {length} characters of {classes} kinds (capitals, small letters,"
        " figures, signs) and not the user name."
    )


class PasswordTooCommon(SettlementError):
    """The password is on the list of those who guess."""

    code = "password_too_common"
    zh = "这个密码过于常见，请换一个别人猜不到的密码。"
    en = "This password is too common; choose one that others do not guess."


class PasswordUsedBefore(SettlementError):
    """The password is one of the last ones."""

    code = "password_used_before"
    zh = "新密码不能与最近 {times} 次使用过的密码相同。"
    en = "The new password must differ from the last {times}."


class UserExists(SettlementError):
    """The name is taken."""

    code = "user_exists"
    zh = "用户 {name} 已存在。"
    en = "There is already a user {name}."


class BadUserName(SettlementError):
    """The name cannot be typed at the door."""

    code = "bad_user_name"
    zh = "用户名“{name}”不可用：须为 2 至 40 个字母、数字或 . _ - ，以字母开头。"
    en = "The user name {name!r} cannot be used: 2 to 40 letters, figures or . _ - after a letter."


class PartyNeeded(SettlementError):
    """A seat without its institution."""

    code = "party_needed"
    zh = "角色“{role}”须指定所属机构代码（医疗机构编码或统一社会信用代码）。"
    en = "The role {role} needs the code of its institution (--party)."


class UnknownInstitution(SettlementError):
    """There is no such hospital or enterprise."""

    code = "unknown_institution"
    zh = "没有代码为 {party} 的医疗机构或企业，请先导入，或更正代码。"
    en = "There is no hospital or enterprise {party}; import it first or correct the code."


class AddressNeeded(SettlementError):
    """An invitation needs somewhere to go."""

    code = "address_needed"
    zh = "用户 {name} 没有邮箱，不能发送链接。请先填写邮箱。"
    en = "The user {name} has no mail address, so no link can be sent; enter one first."


class OwnRights(SettlementError):
    """Nobody changes the own role, rows or state."""

    code = "own_rights"
    zh = "不能更改自己的角色、数据范围或状态，请由另一位管理员办理。"
    en = "You cannot change your own role, rows or state; another administrator can."


class BeyondOwnRows(SettlementError):
    """An administrator grants no rows beyond the own ones."""

    code = "beyond_own_rows"
    zh = "统筹区“{area}”不在您的数据范围内，不能授予。"
    en = "The area {area} is beyond your own rows; you cannot grant it."


class LinkSpent(SettlementError):
    """The link was used, replaced or is too old."""

    code = "link_spent"
    zh = "链接已使用、已被新的链接代替或已过期。请重新申请，或联系邀请您的人。"
    en = "The link was used, was replaced by a newer one, or is too old. Ask for a new one."


class SecondFactorNeeded(SettlementError):
    """A role that moves money must keep its second factor."""

    code = "second_factor_needed"
    zh = "您的角色必须使用动态口令，不能关闭。"
    en = "Your role must use the second factor; it cannot be switched off."


class NotAKeeper(SettlementError):
    """Only the keeper of an institution invites colleagues."""

    code = "not_a_keeper"
    zh = "只有本机构的机构管理员可以管理同事的账号。"
    en = "Only the keeper of your institution may manage its users."


class FirstUserExists(SettlementError):
    """The first administrator was made already; others are made by one who may."""

    code = "first_user_exists"
    zh = "系统已有用户，首次使用已经结束，请登录或联系管理员。"
    en = "There are users already and the first run is over; sign in or ask an administrator."


class FirstRunCodeWrong(SettlementError):
    """The code of the first run is not the one that the server wrote down."""

    code = "first_run_code_wrong"
    zh = "首次使用代码不正确。代码在服务器控制台和数据目录的 first_run_code 文件中。"
    en = "Wrong first-run code; it stands on the console and in first_run_code of the data folder."
