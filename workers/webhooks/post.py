"""One handing over: a signed POST to an address looked at, within its time, no redirects."""

import http.client
import socket
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from models import clock
from models.rules.webhooks import signature
from models.services.webhooks.delivering import Handing
from workers.webhooks import guard
from workers.webhooks.guard import Target

CONNECT_SECONDS = 5.0
#: The whole of it, whatever the receiver does with its bytes.
TOTAL_SECONDS = 15.0
ANSWER_BYTES_MAX = 300
AGENT = "zhijie-webhooks/1"


@dataclass(frozen=True)
class Answer:
    """What the receiver said."""

    status: int
    text: str

    @property
    def good(self) -> bool:
        """Return whether it took the event."""
        return 200 <= self.status < 300


def post(handing: Handing, allowed: Sequence[str], tls: ssl.SSLContext) -> Answer:
    """Hand one event over and return the answer.

    Raises BadWebhookAddress, SecretUnreadable, and OSError or HTTPException when there is none.
    """
    target = guard.target(handing.url, allowed)
    seconds = int(clock.now().timestamp())
    headers = {
        "Host": target.authority,
        "User-Agent": AGENT,
        "Content-Type": "application/json",
        "Connection": "close",
        "webhook-id": handing.event_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature(handing.secret(), handing.event_id, seconds, handing.body),
    }
    plain = socket.create_connection((target.address, target.port), CONNECT_SECONDS)
    # A receiver that sends a byte now and then would otherwise hold the worker for ever.
    watch = threading.Timer(TOTAL_SECONDS, _hang_up, (plain,))
    watch.daemon = True
    watch.start()
    try:
        plain.settimeout(TOTAL_SECONDS)
        with (
            tls.wrap_socket(plain, server_hostname=target.host) if target.secure else plain as sock
        ):
            return _exchange(sock, target, handing.body, headers)
    finally:
        watch.cancel()
        plain.close()


def _exchange(sock: socket.socket, target: Target, body: bytes, headers: dict[str, str]) -> Answer:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = sock
    connection.request("POST", target.path, body, headers)
    answer = connection.getresponse()
    text = answer.read1(ANSWER_BYTES_MAX).decode("utf-8", "replace")
    printable = "".join(c if c.isprintable() else " " for c in text)
    return Answer(answer.status, printable.strip())


def _hang_up(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
