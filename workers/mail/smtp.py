"""Hands a mail to the mail server and says what an answer means: taken, later, or never."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import PurePath

from models import clock
from models.rules.bounces import Stage, one_line, stops_the_run
from models.rules.errors.api import SecretUnreadable
from models.services import sealing
from models.services.notifications import Outgoing, Refusal
from models.settings import Settings

#: A server that says nothing for so long is down, in seconds.
TIMEOUT_SECONDS = 30
SENDER_NAME = "医保直接结算"

#: Suffix of an attached file → its type; others are bytes.
_TYPES = {
    ".csv": ("text", "csv", {"charset": "utf-8"}),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet", {}),
}


class MailRefused(Exception):
    """The server did not take a mail; `permanent` says that trying again will not help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class ServerUnusable(Exception):
    """No mail can be sent at present: no connection, no encryption, no sign-in."""


class ServerBusy(ServerUnusable):
    """The server wants no mail of ours for now, whichever mail it is (421, a limit told)."""


@dataclass(frozen=True)
class Handed:
    """Whom the server took a mail for, and what it said about the others."""

    taken: tuple[str, ...]
    refused: tuple[Refusal, ...]


def message_id(mail: Outgoing, settings: Settings) -> str:
    """Return the mail's Message-ID: the same at every attempt, so that a repetition is known."""
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<mail.{mail.mail_id}.{mail.created_at:%Y%m%d%H%M%S%f}@{domain}>"


def compose(mail: Outgoing, settings: Settings) -> EmailMessage:
    """Return the message; raises MailRefused when an address or header cannot be written."""
    message = EmailMessage()
    try:
        sender = parseaddr(settings.mail_from)
        message["From"] = Address(sender[0] or SENDER_NAME, addr_spec=sender[1])
        message["To"] = [Address(addr_spec=one.strip()) for one in mail.to_addresses]
        if mail.copy_addresses:
            message["Cc"] = [Address(addr_spec=copy.strip()) for copy in mail.copy_addresses]
        message["Subject"] = mail.subject
    except (ValueError, IndexError) as error:
        raise MailRefused(f"地址无法使用：{error}", permanent=True) from error
    except Exception as error:
        # The parser of addresses raises its own kinds for what it cannot read.
        if type(error).__module__.startswith("email"):
            raise MailRefused(f"地址无法使用：{error}", permanent=True) from error
        raise
    message["Message-ID"] = message_id(mail, settings)
    message["Date"] = format_datetime(mail.created_at.astimezone(clock.SHANGHAI))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.attachment is not None:
        suffix = PurePath(mail.attachment_name or "").suffix
        kind, subtype, params = _TYPES.get(suffix, ("application", "octet-stream", {}))
        message.add_attachment(
            mail.attachment,
            maintype=kind,
            subtype=subtype,
            filename=mail.attachment_name,
            params=params,
        )
    return message


def tls_context() -> ssl.SSLContext:
    """Return the encryption of mail: certificates are checked against the host's authorities."""
    return ssl.create_default_context()


def _open(settings: Settings) -> smtplib.SMTP:
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS, context=tls_context()
        )
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=tls_context())
        except BaseException:
            server.close()
            raise
    return server


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Yield a signed-in connection; raises ServerUnusable when none can be had."""
    try:
        server = _open(settings)
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnusable(f"无法连接邮件服务器：{error}") from error
    try:
        if settings.smtp_user:
            try:
                password = sealing.opened(settings.smtp_password, sealing.SMTP)
                server.login(settings.smtp_user, password)
            except SecretUnreadable as error:
                raise ServerUnusable(error.sentence) from error
            except (OSError, smtplib.SMTPException) as error:
                raise ServerUnusable(f"邮件服务器拒绝登录：{_said(error)}") from error
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def hand_over(server: smtplib.SMTP, message: EmailMessage) -> Handed:
    """Give one message to the server; return whom it took it for.

    Raises MailRefused when it refused the mail as such (5xx permanent, 4xx not), ServerBusy when
    it wants no mail for now, and ServerUnusable when the connection broke.
    """
    refused = _asked(server, message)
    for one in refused:
        if stops_the_run(one.code, one.said, Stage.RECIPIENT):
            raise ServerBusy(f"邮件服务器暂不接收：{one}")
    fields = [message[name] for name in ("To", "Cc") if message[name]]
    asked = [one.addr_spec for field in fields for one in field.addresses]
    lost = {one.address for one in refused}
    return Handed(tuple(one for one in asked if one not in lost), refused)


def _asked(server: smtplib.SMTP, message: EmailMessage) -> tuple[Refusal, ...]:
    try:
        return _refusals(server.send_message(message))
    except smtplib.SMTPRecipientsRefused as error:
        return _refusals(error.recipients)
    except smtplib.SMTPServerDisconnected as error:
        raise ServerUnusable(f"邮件服务器中断连接：{error}") from error
    except smtplib.SMTPSenderRefused as error:
        raise _refusal(error, Stage.SENDER) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error, Stage.CONTENT) from error
    except smtplib.SMTPException as error:
        raise MailRefused(str(error), permanent=True) from error
    except OSError as error:
        raise ServerUnusable(f"与邮件服务器的连接中断：{error}") from error


def _refusals(told: dict[str, tuple[int, bytes]]) -> tuple[Refusal, ...]:
    return tuple(Refusal(who, code, _text(text)) for who, (code, text) in told.items())


def _refusal(error: smtplib.SMTPResponseException, stage: Stage) -> MailRefused | ServerBusy:
    said = _text(error.smtp_error)
    if stops_the_run(error.smtp_code, said, stage):
        return ServerBusy(f"邮件服务器暂不接收：{error.smtp_code} {said}")
    return MailRefused(f"{error.smtp_code} {said}", permanent=error.smtp_code >= 500)


def _text(said: bytes | str) -> str:
    return one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)


def _said(error: Exception) -> str:
    """Return the server's answer without what we sent to it."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code}"
    return type(error).__name__
