"""Reads delivery reports (RFC 3464): which of our mails did not reach whom, and why.

Everything in a report was written by strangers: parts, recipients and bytes are bounded, nothing
is decoded that is not needed, and whatever cannot be read is refused whole.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any, cast

from models.rules.bounces import one_line
from models.rules.errors.mails import NoDeliveryReport, ReportTooLarge

BYTES_MAX = 2 << 20
PARTS_MAX = 50
RECIPIENTS_MAX = 100

_OUR_ID = re.compile(r"<mail\.([0-9]{1,18})\.([0-9]{20})@[^<>\s]{1,255}>")
_HEADERS_ONLY = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_WHOLE = ("message/rfc822", "message/global")


@dataclass(frozen=True)
class Fate:
    """What became of a mail at one recipient."""

    #: As we wrote it, where the report says so, else as the last server knew it.
    address: str
    final_address: str
    #: failed, delayed, delivered, relayed or expanded
    action: str
    #: Class.subject.detail
    status: str
    said: str


@dataclass(frozen=True)
class Report:
    """A report about one of our mails."""

    mail_id: int
    #: The second half of our Message-ID: when the mail was recorded, in UTC.
    stamp: str
    fates: tuple[Fate, ...]


def read(content: bytes) -> Report:
    """Return what a report says; raises ReportTooLarge, NoDeliveryReport."""
    if len(content) > BYTES_MAX:
        raise ReportTooLarge(mb=BYTES_MAX >> 20)
    try:
        parts = list(_parts(email.message_from_bytes(content)))
        fates = tuple(_fates(parts))
        found = _our_id(parts)
    except (ValueError, LookupError, RecursionError, TypeError, AttributeError) as error:
        raise NoDeliveryReport from error
    if found is None or not fates:
        raise NoDeliveryReport
    return Report(int(found[1]), found[2], fates)


def _parts(message: Message) -> Iterator[Message]:
    for place, part in enumerate(message.walk()):
        if place >= PARTS_MAX:
            raise NoDeliveryReport
        yield part


def _fates(parts: list[Message]) -> Iterator[Fate]:
    status = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    for block in _enclosed(status)[: RECIPIENTS_MAX + 1]:
        final = _address(block["Final-Recipient"])
        if final:
            yield Fate(
                address=_address(block["Original-Recipient"]) or final,
                final_address=final,
                action=_text(block["Action"]).lower(),
                status=_text(block["Status"]).split(" ")[0],
                said=_text(block["Diagnostic-Code"]).partition(";")[2].strip()
                or _text(block["Diagnostic-Code"]),
            )


def _enclosed(part: "Message | None") -> "list[Message]":
    """Return the messages or blocks of headers inside a part."""
    found: Any = [] if part is None else part.get_payload()
    return cast("list[Message]", found) if isinstance(found, list) else []


def _address(field: object) -> str:
    """Return the address of a typed field such as `rfc822; somebody@example.org`."""
    kind, _, address = _text(field).partition(";")
    told = address if address else kind
    return told.strip().strip("<>").strip()


def _text(field: object) -> str:
    return "" if field is None else one_line(str(field))


def _our_id(parts: list[Message]) -> "re.Match[str] | None":
    """Return our Message-ID from the mail that is enclosed, else from what the report answers."""
    for part in parts[1:]:
        told = ""
        if part.get_content_type() in _HEADERS_ONLY:
            told = str(part.get_payload())
        elif part.get_content_type() in _WHOLE:
            told = " ".join(str(one["Message-ID"]) for one in _enclosed(part)[:1])
        if found := _OUR_ID.search(told):
            return found
    for name in ("In-Reply-To", "References"):
        if found := _OUR_ID.search(str(parts[0][name] or "")):
            return found
    return None
