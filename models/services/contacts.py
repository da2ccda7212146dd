"""People of institutions who are written to (联系人): kept by the agency and by the seats."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules import grammar
from models.rules.errors.contacts import (
    ContactChanged,
    ContactIncomplete,
    ContactKnown,
    ContactNotFound,
    ContactPartyUnknown,
)
from models.rules.grammar import BadCell
from models.rules.overdue import Responsible
from models.rules.words import FileFormat, MailLanguage, MailTopic, Role
from models.services import access, audit
from models.services.access import Actor


@dataclass(frozen=True)
class Wish:
    """A contact as somebody typed it."""

    party_kind: str
    party_code: str
    name: str
    email: str
    topics: tuple[str, ...]
    language: str
    file_format: str
    active_from: date | None
    active_to: date | None = None
    duty: str = ""


#: Field → its label, in Chinese and English, in the order of the form.
FIELDS = {
    "name": ("姓名", "name"),
    "duty": ("职务", "duty"),
    "email": ("邮箱", "address"),
    "topics": ("邮件类别", "topics"),
    "language": ("语言", "language"),
    "file_format": ("附件格式", "file format"),
    "active_from": ("启用日期", "first day"),
    "active_to": ("停用日期", "last day"),
}
CHARS_MAX = 100

_AREA = {
    "hospital": "SELECT area_code FROM hospital WHERE hospital_code = %s",
    "enterprise": "SELECT NULL::text FROM enterprise WHERE credit_code = %s",
    "agency": "SELECT area_code FROM agency WHERE agency_code = %s",
}
_ADD = """
INSERT INTO contact (party_kind, party_code, name, duty, email, topics, language, file_format,
                     active_from, active_to, changed_by, changed_at)
VALUES (%(party_kind)s, %(party_code)s, %(name)s, %(duty)s, %(email)s, %(topics)s, %(language)s,
        %(file_format)s, %(active_from)s, %(active_to)s, %(by)s, %(now)s)
ON CONFLICT (party_kind, party_code, lower(email)) DO NOTHING RETURNING id
"""
_CHANGE = """
UPDATE contact SET name = %(name)s, duty = %(duty)s, email = %(email)s, topics = %(topics)s,
       language = %(language)s, file_format = %(file_format)s, active_from = %(active_from)s,
       active_to = %(active_to)s, changed_by = %(by)s, changed_at = %(now)s
 WHERE id = %(id)s AND changed_at = %(seen)s
"""
_OTHER = """
SELECT 1 FROM contact WHERE party_kind = %(party_kind)s AND party_code = %(party_code)s
   AND lower(email) = lower(%(email)s) AND id <> %(id)s
"""


def add(actor: Actor, wish: Wish) -> int:
    """Keep a new contact and return its number.

    Raises NotAllowed, ContactPartyUnknown, ContactIncomplete, ContactKnown.
    """
    access.require(actor, "contacts")
    with db.atomic():
        require_party(actor, wish.party_kind, wish.party_code)
        row = sql(_ADD, _told(actor, wish)).fetchone()
        if row is None:
            raise ContactKnown(email=wish.email)
        _wrote("contact.added", actor, int(row[0]), wish)
        return int(row[0])


def change(actor: Actor, contact_id: int, wish: Wish, *, seen: datetime) -> None:
    """Change a contact that is as it was `seen`; its institution stays.

    Raises NotAllowed, ContactNotFound, ContactIncomplete, ContactKnown, ContactChanged.
    """
    access.require(actor, "contacts")
    with db.atomic():
        found = sql("SELECT party_kind, party_code FROM contact WHERE id = %s", (contact_id,))
        party = found.fetchone()
        try:
            require_party(actor, *(party or ("", "")))
        except ContactPartyUnknown as error:
            raise ContactNotFound from error
        kept = {**asdict(wish), "party_kind": party[0], "party_code": party[1]}
        told = _told(actor, Wish(**kept)) | {"id": contact_id, "seen": seen}
        if sql(_OTHER, told).fetchone():
            raise ContactKnown(email=wish.email)
        if sql(_CHANGE, told).rowcount != 1:
            raise ContactChanged
        _wrote("contact.changed", actor, contact_id, Wish(**kept))


def require_party(actor: Actor, party_kind: str, party_code: str) -> None:
    """Refuse an institution that is unknown or not the actor's with ContactPartyUnknown.

    A seat keeps its own contacts; the agencies of every area those of enterprises.
    """
    row = sql(_AREA[party_kind], (party_code,)).fetchone() if party_kind in _AREA else None
    if row is None or not _is_mine(actor, party_kind, party_code, row[0]):
        raise ContactPartyUnknown(party=party_code)


def _is_mine(actor: Actor, party_kind: str, party_code: str, area_code: str | None) -> bool:
    if actor.role in (Role.HOSPITAL, Role.ENTERPRISE):
        return (party_kind, party_code) == (str(actor.role), actor.party_code)
    return area_code is None or access.reaches(actor, area_code)


def _told(actor: Actor, wish: Wish) -> dict[str, Any]:
    """Return the row of a wish; raises ContactIncomplete with everything that is wrong."""
    wrong = [name for name in FIELDS if not _fits(name, wish)]
    if wrong:
        raise ContactIncomplete(
            fields="、".join(FIELDS[name][0] for name in wrong),
            fields_en=", ".join(FIELDS[name][1] for name in wrong),
        )
    return {
        **asdict(wish),
        "duty": wish.duty or None,
        "topics": [topic.value for topic in MailTopic if topic in wish.topics],
        "by": actor.name,
        "now": clock.now(),
    }


def _fits(name: str, wish: Wish) -> bool:
    value = getattr(wish, name)
    if name == "name":
        return bool(value) and _is_line(value)
    if name == "duty":
        return not value or _is_line(value)
    if name == "email":
        return _is_address(value)
    if name == "topics":
        return bool(value) and set(value) <= set(MailTopic)
    if name == "active_from":
        return value is not None
    if name == "active_to":
        return value is None or wish.active_from is None or value >= wish.active_from
    return value in set(MailLanguage if name == "language" else FileFormat)


def _is_line(text: str) -> bool:
    try:
        return bool(grammar.line(text)) and len(text) <= CHARS_MAX
    except BadCell:
        return False


def _is_address(text: str) -> bool:
    try:
        return bool(grammar.email(text))
    except BadCell:
        return False


def _wrote(action: str, actor: Actor, contact_id: int, wish: Wish) -> None:
    audit.wrote(
        action,
        actor=actor.name,
        subject=f"contact:{contact_id}",
        party=f"{Responsible(wish.party_kind)}:{wish.party_code}",
        email=wish.email,
        topics=list(wish.topics),
    )
