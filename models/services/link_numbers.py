"""The number of a link that lets somebody choose a password: computed, never written down.

The outbox keeps a placeholder; the number takes its place when the mail is handed to the server.
Whoever reads the outbox, its exports or the database alone cannot open the link.
"""

import base64
import hmac
import re

from models import settings as settings_module
from models.records.entrance import PasswordLink
from models.rules.errors.signin import LinkSpent

#: Mails to users go to persons, not to institutions; only they carry such links.
PARTY_KIND = "user"
_PLACEHOLDER = re.compile(r"secret-link-(\d{1,9})\b")


def number(link_id: int, user_name: str, nonce: str) -> str:
    """Return the number that opens a link."""
    key = settings_module.load().secret_key.encode()
    if not key:
        raise LinkSpent
    own = hmac.digest(key, b"zhijie password links", "sha256")
    made = hmac.digest(own, f"{link_id}:{user_name}:{nonce}".encode(), "sha256")
    return f"{link_id}-{base64.urlsafe_b64encode(made).decode().rstrip('=')}"


def id_of(told: str) -> int | None:
    """Return which link a number claims to open."""
    head = told.partition("-")[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) <= 9 else None


def fits(told: str, link_id: int, user_name: str, nonce: str) -> bool:
    """Return whether a number opens the link."""
    return hmac.compare_digest(told.encode(), number(link_id, user_name, nonce).encode())


def placeholder(link_id: int) -> str:
    """Return what stands in the outbox for the number."""
    return f"secret-link-{link_id}"


def filled(text: str, party_kind: str, user_name: str) -> str:
    """Return the text of a mail to a user with the numbers of that user's own links."""
    if party_kind != PARTY_KIND:
        return text

    def told(match: re.Match[str]) -> str:
        link = PasswordLink.get_or_none(
            PasswordLink.id == int(match[1]), PasswordLink.user_name == user_name
        )
        return match[0] if link is None else number(link.id, link.user_name, link.nonce)

    return _PLACEHOLDER.sub(told, text)
