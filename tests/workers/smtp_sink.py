"""A real mail server for tests: takes mails into a list, answers as the test says."""

import email
import email.policy
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

#: Signed by itself for localhost, known to nobody, worth nothing.
CERTIFICATE = Path(__file__).parent / "tls" / "localhost.pem"
KEY = Path(__file__).parent / "tls" / "localhost.key"
USER, PASSWORD = "zhijie", "mail-pass"


@dataclass
class Sink:
    """What arrived, and what the server says to whom."""

    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    #: Address → answer to RCPT.
    answers: dict[str, str] = field(default_factory=dict)
    #: Called with the message before it is taken; may return another answer than 250.
    on_data: Callable[[EmailMessage], str | None] = lambda _: None
    port: int = 0
    #: How many said EHLO.
    connections: int = 0

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, server: Any, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        answer = self.on_data(message)
        if answer is not None and not answer.startswith("250"):
            return answer
        self.messages.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        return answer or "250 OK"

    def ids(self) -> list[str]:
        """Return the Message-IDs that arrived."""
        return [str(message["Message-ID"]) for message in self.messages]


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
    known = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
    return AuthResult(success=known, handled=known)


@contextmanager
def running(security: str = "none", *, auth: bool = False) -> Iterator[Sink]:
    """Yield a server on a free port of this machine: security none, starttls or tls."""
    sink = Sink()
    options: dict[str, Any] = {}
    if security == "tls":
        options["ssl_context"] = _context()
    if security == "starttls":
        options |= {"tls_context": _context(), "require_starttls": True}
    if auth:
        options |= {"authenticator": _authenticate, "auth_required": True}
        options |= {"auth_require_tls": security == "starttls"}
    controller = _Controller(sink, hostname="127.0.0.1", port=0, **options)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


class _Controller(Controller):
    """A controller that knocks at the port it got, not at the one it was asked for."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
