"""Refusals about mails."""

from models.rules.errors import SettlementError


class MailNotFailed(SettlementError):
    """Only a mail that failed can be sent again."""

    code = "mail_not_failed"
    zh = "邮件 {mail} 不是发送失败的邮件，不能重新发送。"
    en = "Mail {mail} did not fail, so it cannot be sent again."
