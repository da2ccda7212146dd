"""Refusals about mails."""

from models.rules.errors import SettlementError


class MailNotFailed(SettlementError):
    """Only a mail that failed can be sent again."""

    code = "mail_not_failed"
    zh = "邮件 {mail} 不是发送失败的邮件，不能重新发送。"
    en = "Mail {mail} did not fail, so it cannot be sent again."


class MailTooLate(SettlementError):
    """A mail that is being sent or was sent cannot be called back."""

    code = "mail_too_late"
    zh = "邮件 {mail} 已发送或正在发送，不能取消。"
    en = "Mail {mail} was sent or is being sent; it cannot be cancelled."
