"""What a mail server's refusal says: about the address, about the mail, or about the moment."""

import re
from enum import StrEnum

#: RFC 3463: class.subject.detail at the beginning of an answer's text.
_ENHANCED = re.compile(r"(?<![0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.])")

#: Bad mailbox, bad domain, moved, ambiguous; not 5.1.7 and 5.1.8, which are about the sender.
_OF_ADDRESS = {(1, detail) for detail in (0, 1, 2, 3, 4, 5, 6, 10)} | {(2, 1)}
#: Without an enhanced code: no such user, user elsewhere, name not allowed.
_PLAIN_OF_ADDRESS = {550, 551, 553}
SERVICE_CLOSING = 421
PERMANENT = 500
TEXT_CHARS_MAX = 500


class Stage(StrEnum):
    """Which command the server refused."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


def normal(address: str) -> str:
    """Return an address as bounces are kept under it: no known host tells letters apart."""
    return address.strip().lower()


def one_line(said: str) -> str:
    """Return what a server said without control characters, cut to a bearable length."""
    kept = "".join(letter if letter.isprintable() else " " for letter in said)
    return " ".join(kept.split())[:TEXT_CHARS_MAX]


def enhanced(text: str) -> tuple[int, int, int] | None:
    """Return the enhanced status code in an answer, or None."""
    found = _ENHANCED.search(text)
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))


def blames_address(code: int, text: str, stage: Stage = Stage.RECIPIENT) -> bool:
    """Say whether a refusal means that the address itself takes no mail, now and later.

    Refusals of the content, of us (5.7.x) or of a full mailbox (5.2.2) say nothing lasting about
    the address; an address wrongly blamed would silently lose its mails.
    """
    if stage is not Stage.RECIPIENT or code < PERMANENT:
        return False
    status = enhanced(text)
    return code in _PLAIN_OF_ADDRESS if status is None else status[1:] in _OF_ADDRESS


def status_blames_address(status: str) -> bool:
    """Say the same of the Status field of a delivery report, e.g. `5.1.1`."""
    found = enhanced(status)
    return found is not None and found[0] == 5 and found[1:] in _OF_ADDRESS


def stops_the_run(code: int, text: str, stage: Stage) -> bool:
    """Say whether the server wants no mail of ours for now: 421, or a limit told at MAIL FROM."""
    if code == SERVICE_CLOSING:
        return True
    status = enhanced(text)
    return (
        stage is Stage.SENDER and code < PERMANENT and status is not None and status[:2] == (4, 7)
    )
