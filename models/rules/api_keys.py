"""What a key of another system may do: its permissions, its life, and how requests are signed."""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from models.rules.errors.api import BadAddresses, BadFingerprint, KeyTooLong
from models.rules.words import Role


class Reading(StrEnum):
    """What can be read through the interface."""

    LINES = "lines"
    SHEETS = "sheets"
    PAYMENTS = "payments"
    HOLDS = "holds"
    OVERDUE = "overdue"
    PROBLEMS = "problems"


#: What is sent beside rows of tables.
PROBLEMS = "problems"


#: Roles a key may have: no key reviews, pays or decides.
KEY_ROLES = (Role.MAKER, Role.HOSPITAL, Role.ENTERPRISE, Role.AUDITOR)
#: A key ends at the latest so many days after it was made.
LIFE_DAYS_MAX = 731
LIFE_DAYS = 365
#: A key that ends within so many days is renewed before its systems stand still.
ENDING_DAYS = 14
#: A signed request is refused when its time is further from ours, in seconds.
TIME_SECONDS = 300
ADDRESSES_MAX = 50
NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
#: How an actor that is a key is named in jobs, imports and the audit chain.
ACTOR_PREFIX = "api:"


def sends(table: str) -> str:
    """Return the permission to send rows of a table."""
    return f"send:{table}"


def reads(what: str) -> str:
    """Return the permission to read."""
    return f"read:{what}"


def permissions(tables: Iterable[str]) -> tuple[str, ...]:
    """Return every permission there is for a role that may import these tables."""
    return (*(sends(table) for table in tables), *(reads(what) for what in Reading))


def check_last_day(expires_on: date, today: date) -> date:
    """Return the last day of a key; raises KeyTooLong when it is past or too far ahead."""
    if not today <= expires_on <= today + timedelta(days=LIFE_DAYS_MAX):
        raise KeyTooLong(days=LIFE_DAYS_MAX)
    return expires_on


def networks(text: str) -> list[str]:
    """Return addresses and networks, by blanks or commas, as CIDR; raises BadAddresses."""
    found = [part for part in re.split(r"[\s,;]+", text) if part]
    if len(found) > ADDRESSES_MAX:
        raise BadAddresses(address=f"{len(found)}")
    told = []
    for part in found:
        try:
            told.append(str(ipaddress.ip_network(part, strict=False)))
        except ValueError:
            raise BadAddresses(address=part[:60]) from None
    return told


def address_fits(address: str, allowed: Sequence[str]) -> bool:
    """Return whether a caller's address lies in one of the networks; none given allows all."""
    if not allowed:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in ipaddress.ip_network(one) for one in allowed)


def fingerprint(text: str) -> str:
    """Return the sha256 fingerprint of a certificate in small letters; raises BadFingerprint."""
    found = re.sub(r"[\s:]", "", text).lower()
    if not _FINGERPRINT.fullmatch(found):
        raise BadFingerprint
    return found


def to_sign(method: str, target: str, seconds: str, nonce: str, content_sha256: str) -> bytes:
    """Return what a request's signature covers; `target` is the path with its query."""
    return "\n".join(("v1", method, target, seconds, nonce, content_sha256)).encode()


def signature(secret: str, text: bytes) -> str:
    """Return the signature of a request as its header has it."""
    return "v1=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
