"""What other systems are told of, how it is signed and retried, and where it may never be sent."""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from urllib.parse import urlsplit

from models.rules.errors.webhooks import BadWebhookAddress, BadWebhookEvents
from models.rules.words import InstructionState, Role, SheetState


class DeliveryState(StrEnum):
    """Where the handing of an event to a webhook stands."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    DEAD = "dead"
    DROPPED = "dropped"


class DeliveryMove(StrEnum):
    """What can happen to a delivery."""

    #: A worker takes it, also from a worker that died.
    CLAIM = "claim"
    DELIVER = "deliver"
    PUT_OFF = "put_off"
    GIVE_UP = "give_up"
    #: A person sends it again.
    REPEAT = "repeat"
    #: Its webhook was ended.
    DROP = "drop"


_D = DeliveryState

DELIVERY: Mapping[tuple[DeliveryState, DeliveryMove], DeliveryState] = {
    (_D.WAITING, DeliveryMove.CLAIM): _D.SENDING,
    (_D.SENDING, DeliveryMove.CLAIM): _D.SENDING,
    (_D.SENDING, DeliveryMove.DELIVER): _D.DELIVERED,
    (_D.SENDING, DeliveryMove.PUT_OFF): _D.WAITING,
    (_D.SENDING, DeliveryMove.GIVE_UP): _D.DEAD,
    (_D.DEAD, DeliveryMove.REPEAT): _D.WAITING,
    (_D.DELIVERED, DeliveryMove.REPEAT): _D.WAITING,
    (_D.WAITING, DeliveryMove.DROP): _D.DROPPED,
}

#: Pauses after failed attempts in seconds; after the last one the delivery is dead.
PAUSES_SECONDS = (30, 120, 600, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400)
ATTEMPTS_MAX = len(PAUSES_SECONDS) + 1

PING = "ping"
#: A payment not yet sent is nobody's news; a draft is told only when a sheet comes back to it.
SHEET_EVENTS = tuple(f"sheet.{state}" for state in SheetState)
PAYMENT_EVENTS = tuple(
    f"payment.{state}"
    for state in InstructionState
    if state not in {InstructionState.APPROVED, InstructionState.BATCHED}
)

#: Roles whose institutions may be told; the interface's readers.
WEBHOOK_ROLES = (Role.MAKER, Role.HOSPITAL, Role.ENTERPRISE, Role.AUDITOR)
SECRET_PREFIX = "whsec_"  # noqa: S105 - how every secret begins
URL_CHARS_MAX = 500


def events(role: str) -> tuple[str, ...]:
    """Return what a role may be told of: a hospital hears of payments by its sheets."""
    return SHEET_EVENTS if role == Role.HOSPITAL else SHEET_EVENTS + PAYMENT_EVENTS


def check_events(wanted: Iterable[str], role: str) -> list[str]:
    """Return the events in their order; raises BadWebhookEvents for none or others."""
    asked = set(wanted)
    if not asked or asked - set(events(role)):
        raise BadWebhookEvents
    return [one for one in events(role) if one in asked]


def pause_seconds(attempt: int) -> int | None:
    """Return the pause after a failed attempt (1 is the first), None after the last."""
    return PAUSES_SECONDS[attempt - 1] if attempt < ATTEMPTS_MAX else None


def sources(move: DeliveryMove) -> list[str]:
    """Return the states a move leaves: the guard of its update."""
    return [start.value for start, of in DELIVERY if of is move]


def signature(secret: str, event_id: str, seconds: int, body: bytes) -> str:
    """Return the signature header of a delivery (Standard Webhooks, v1)."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    text = f"{event_id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def check_url(url: str) -> str:
    """Return the address of a webhook; raises BadWebhookAddress for what is no plain http(s) one.

    Where it leads is looked at when it is called (`workers/webhooks/guard.py`).
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadWebhookAddress(reason="不是网址", reason_en="no address") from None
    if len(url) > URL_CHARS_MAX or not url.isascii() or any(c <= " " for c in url) or "\\" in url:
        raise BadWebhookAddress(
            reason="过长或含有不允许的字符", reason_en="too long or odd letters"
        )
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise BadWebhookAddress(
            reason="须以 https:// 开头", reason_en="it must begin with https://"
        )
    if parts.username is not None or parts.password is not None or parts.fragment or port == 0:
        raise BadWebhookAddress(
            reason="不能带用户名、密码或 #", reason_en="no user, password or fragment"
        )
    return url


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
#: Special networks that some versions of the library count as public (RFC 6890 and its registry).
_NEVER = tuple(
    ipaddress.ip_network(one)
    for one in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "2001::/23", "fec0::/10")
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def inner(address: Address) -> Address:
    """Return the IPv4 address an IPv6 one carries, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return ipaddress.IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return address


def may_be_called(address: str, allowed: Sequence[str] = ()) -> bool:
    """Return whether a resolved address is public, or lies in a network allowed by the setting."""
    try:
        found = inner(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if is_allowed(str(found), allowed):
        return True
    if any(found in one for one in _NEVER):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def is_allowed(address: str, allowed: Sequence[str]) -> bool:
    """Return whether an address lies in one of the installation's own networks."""
    try:
        found = inner(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(one) for one in allowed)
