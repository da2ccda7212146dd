"""A mail server that can be down, refuse, or hang; what it took it remembers."""

import asyncio
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import Envelope, Session

from tests.workers import smtp_sink

#: Longer than the sender's patience is not needed: it only must not answer at once.
HANG_SECONDS = 1.5


class _Moody(smtp_sink.Sink):
    """The sink of the tests with moods."""

    mood = "well"

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, server: Any, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        if self.mood == "hang":
            await asyncio.sleep(HANG_SECONDS)
        return await super().handle_EHLO(server, session, envelope, hostname, responses)

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.mood == "refuse":
            return "451 come again"
        if self.mood == "full":
            return "452 no room"
        if self.mood == "hang":
            await asyncio.sleep(HANG_SECONDS)
        return await super().handle_DATA(server, session, envelope)


class PostOffice:
    """The server on its one port, for as long as the stage stands."""

    def __init__(self) -> None:
        self.sink = _Moody()
        self._controller = self._start(0)
        self.port = self._controller.port

    def _start(self, port: int) -> Any:
        controller = smtp_sink._Controller(self.sink, hostname="127.0.0.1", port=port)
        controller.start()
        return controller

    def mood(self, mood: str) -> None:
        """Be well, refuse, full, or hang."""
        self.sink.mood = mood

    def down(self) -> None:
        """Close the door."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def up(self) -> None:
        """Open the door again, and be well."""
        self.sink.mood = "well"
        if self._controller is None:
            self._controller = self._start(self.port)

    def empty(self) -> None:
        """Forget what came."""
        self.sink.messages.clear()
        self.sink.recipients.clear()

    def messages(self) -> list[EmailMessage]:
        """Return what came."""
        return list(self.sink.messages)

    def close(self) -> None:
        """End for good."""
        self.down()
