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


class MailNotHeld(SettlementError):
    """Only a mail that is kept back can be released."""

    code = "mail_not_held"
    zh = "邮件 {mail} 没有暂停，不需要放行。"
    en = "Mail {mail} is not held, so there is nothing to release."


class MailNotReleased(SettlementError):
    """What left, or leaves at its hour anyway, cannot be put back."""

    code = "mail_not_released"
    zh = "没有可以撤回的邮件：已发出，或本来就在等待发信时间。"
    en = "There is no mail to put back: it left, or waits for its hour already."


class NoDeliveryReport(SettlementError):
    """A file that is no report about one of our mails."""

    code = "no_delivery_report"
    zh = "文件不是关于本系统邮件的退信报告（message/delivery-status），没有登记任何内容。"
    en = "The file is no delivery report about a mail of this system; nothing was recorded."


class ReportTooLarge(SettlementError):
    """A report larger than any report is."""

    code = "report_too_large"
    zh = "退信报告超过 {mb} MB，没有读取。"
    en = "The delivery report is larger than {mb} MB and was not read."


class ReportOfOthers(SettlementError):
    """A report names a mail or an address that we did not send to."""

    code = "report_of_others"
    zh = "退信报告说的邮件或地址不是本系统发出的，没有登记任何内容。"
    en = "The report is about a mail or an address this system did not send to; nothing recorded."


class BounceNotFound(SettlementError):
    """Only an address that is recorded as bounced can be cleared."""

    code = "bounce_not_found"
    zh = "{address} 没有登记为退信地址，或已经解除。"
    en = "{address} is not recorded as bounced, or was cleared already."
