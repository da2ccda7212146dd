"""Where a webhook leads: the name is resolved, and every address behind it must be public.

The connection then goes to the address that was looked at, so that a name that answers otherwise
the second time reaches nothing (DNS rebinding).
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from models.rules.errors.webhooks import BadWebhookAddress
from models.rules.webhooks import check_url, is_allowed, may_be_called

_PORTS = {"https": 443, "http": 80}


class Unresolved(OSError):
    """The name has no address at the moment."""


@dataclass(frozen=True)
class Target:
    """Where the connection goes, and what is said there."""

    address: str
    port: int
    host: str
    #: What the Host header says.
    authority: str
    path: str
    secure: bool


def target(url: str, allowed: Sequence[str]) -> Target:
    """Return where a webhook leads.

    Raises BadWebhookAddress for what may not be called, Unresolved for what may be again later.
    """
    parts = urlsplit(check_url(url))
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    addresses = resolve(host, port)
    if not all(may_be_called(one, allowed) for one in addresses):
        raise BadWebhookAddress(
            reason="指向内部或保留的网络", reason_en="it leads into a private or reserved network"
        )
    secure = parts.scheme == "https"
    if not secure and not all(is_allowed(one, allowed) for one in addresses):
        raise BadWebhookAddress(
            reason="须以 https:// 开头", reason_en="it must begin with https://"
        )
    path = parts.path or "/"
    return Target(
        address=addresses[0],
        port=port,
        host=host,
        authority=parts.netloc,
        path=f"{path}?{parts.query}" if parts.query else path,
        secure=secure,
    )


def resolve(host: str, port: int) -> list[str]:
    """Return all addresses of a name. Raises Unresolved when there is none now."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unresolved(f"{host}: {error}") from None
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    if not addresses:
        raise Unresolved(f"{host}: no address")
    return addresses
