"""What is told to whom, before it is a mail, and a mail in the hands of a sender."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.rules.words import MailTopic


@dataclass(frozen=True)
class Rendered:
    """A mail as people read it."""

    subject: str
    text: str
    html: str
    attachment_name: str | None = None
    attachment: bytes | None = None


#: Turns the name of a template and the facts into a mail; the workers bring one. The facts name
#: the `language` (empty: nobody said) and the `file_format` that the recipients want.
Renderer = Callable[[str, Mapping[str, Any]], Rendered]


@dataclass(frozen=True)
class Notice:
    """What one institution is told on one day."""

    #: Also the name of the template.
    kind: str
    party_kind: str
    party_code: str
    #: The registered address: where there is no contact, it is the recipient.
    to_address: str
    business_on: date
    #: The same key is one mail.
    dedupe_key: str
    facts: Mapping[str, Any]
    copy_addresses: tuple[str, ...] = ()
    #: Of the one person it is for; empty: that of the contacts, or nobody said.
    language: str = ""


@dataclass(frozen=True)
class Group:
    """The recipients of one mail: they share a language."""

    #: Empty: nobody said which.
    language: str
    to_addresses: tuple[str, ...]
    file_format: str
    copy_addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """What a server said about one recipient."""

    address: str
    code: int
    said: str

    @property
    def permanent(self) -> bool:
        """Say whether trying again will not help."""
        return self.code >= 500

    def __str__(self) -> str:
        """Return code and text."""
        return f"{self.code} {self.said}".strip()


@dataclass(frozen=True)
class Outgoing:
    """A mail in the hands of one sender."""

    mail_id: int
    #: The claim ends then; every answer must name this moment.
    leased_until: datetime
    attempts: int
    dedupe_key: str
    party_kind: str
    party_code: str
    #: Whom the server is asked to take it for now; empty: see `stranded` and `reached`.
    to_addresses: tuple[str, ...]
    copy_addresses: tuple[str, ...]
    subject: str
    text: str
    html: str
    created_at: datetime
    attachment_name: str | None = None
    attachment: bytes | None = field(default=None, repr=False)
    #: The row of this attempt's history; None: there is nobody to hand it over for.
    attempt_id: int | None = None
    #: An earlier attempt reached a recipient.
    reached: bool = False
    #: Why recipients are left out, for people.
    stranded: str = ""


#: Which contacts a kind of mail goes to; a kind that is not listed goes like reminders.
TOPICS = {
    "returned_payment": MailTopic.PAYMENTS,
    "payment_case": MailTopic.PAYMENTS,
    "money_request": MailTopic.PAYMENTS,
    "round_prepayment": MailTopic.PAYMENTS,
    "retention": MailTopic.PAYMENTS,
    "problem": MailTopic.PROBLEMS,
    "problem_late": MailTopic.PROBLEMS,
    "account_change": MailTopic.ACCOUNTS,
    "invitation": MailTopic.ACCOUNTS,
    "password_reset": MailTopic.ACCOUNTS,
    "password_changed": MailTopic.ACCOUNTS,
}
#: Kinds that go to the address they name whatever contacts say; contacts are copied.
BINDING = frozenset({"account_change", "invitation", "password_reset", "password_changed"})
#: Kinds that leave at the hour of the agency, never on days of rest where it says so.
BY_THE_HOUR = frozenset({"overdue", "upcoming", "confirmation"})


def topic(kind: str) -> MailTopic:
    """Return what a kind of mail is about."""
    return TOPICS.get(kind, MailTopic.OVERDUE)
