"""The outbox of mails: what is to be told to whom, and how far each mail got.

A mail is a row written in the transaction of what it tells about; sending is another matter. A
sender claims a row by a guarded update until a moment, and its answer names that moment: two
senders send once, and a sender believed dead cannot overwrite a newer answer. Answers return
False when somebody was first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.mails import MailNotFailed, MailTooLate
from models.services import audit, files
from models.services.access import Actor


@dataclass(frozen=True)
class Rendered:
    """A mail as people read it."""

    subject: str
    text: str
    html: str
    attachment_name: str | None = None
    attachment: bytes | None = None


#: Turns the name of a template and the facts into a mail; the workers bring one.
Renderer = Callable[[str, Mapping[str, Any]], Rendered]


@dataclass(frozen=True)
class Notice:
    """What one institution is told on one day."""

    #: Also the name of the template.
    kind: str
    party_kind: str
    party_code: str
    to_address: str
    business_on: date
    #: The same key is one mail.
    dedupe_key: str
    facts: Mapping[str, Any]
    copy_addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outgoing:
    """A mail in the hands of one sender."""

    mail_id: int
    #: The claim ends then; every answer must name this moment.
    leased_until: datetime
    attempts: int
    dedupe_key: str
    to_address: str
    copy_addresses: tuple[str, ...]
    subject: str
    text: str
    html: str
    created_at: datetime
    attachment_name: str | None = None
    attachment: bytes | None = field(default=None, repr=False)


_RECORD = """
INSERT INTO mail (kind, party_kind, party_code, to_address, copy_addresses, subject, body_text,
                  body_html, attachment_file_id, business_on, state, created_at, dedupe_key)
VALUES (%(kind)s, %(party_kind)s, %(party_code)s, %(to)s, %(copies)s, %(subject)s, %(text)s,
        %(html)s, %(file)s, %(on)s, 'waiting', %(now)s, %(key)s)
ON CONFLICT (dedupe_key) DO NOTHING RETURNING id
"""


def record(notice: Notice, render: Renderer, *, by: str) -> int | None:
    """Put a mail into the outbox in the caller's transaction; None when its key is there."""
    if sql("SELECT 1 FROM mail WHERE dedupe_key = %s", (notice.dedupe_key,)).fetchone():
        return None
    shown = render(notice.kind, notice.facts)
    file_id = None
    if shown.attachment is not None and shown.attachment_name is not None:
        kept = files.store(shown.attachment_name, [shown.attachment], by=by, kind="attachment")
        file_id = int(kept.id)
    row = sql(
        _RECORD,
        {
            "kind": notice.kind,
            "party_kind": notice.party_kind,
            "party_code": notice.party_code,
            "to": notice.to_address,
            "copies": ";".join(notice.copy_addresses) or None,
            "subject": shown.subject,
            "text": shown.text,
            "html": shown.html,
            "file": file_id,
            "on": notice.business_on,
            "now": clock.now(),
            "key": notice.dedupe_key,
        },
    ).fetchone()
    return None if row is None else int(row[0])


#: A mail left in `sending` by a sender that died is taken again when its time is over.
_CLAIM = """
UPDATE mail SET state = 'sending', attempts = attempts + 1,
       next_try_at = clock_timestamp() + make_interval(secs => %(lease)s)
 WHERE id = (SELECT id FROM mail
              WHERE state = 'waiting' AND coalesce(next_try_at <= clock_timestamp(), true)
                 OR state = 'sending' AND next_try_at <= clock_timestamp()
              ORDER BY next_try_at NULLS FIRST, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, next_try_at, attempts, dedupe_key, to_address, copy_addresses, subject, body_text,
          body_html, created_at, attachment_file_id
"""


def claim_next(lease_seconds: int) -> Outgoing | None:
    """Take the next mail that is due into `sending`, committed; None when nothing is due."""
    with db.atomic():
        row = sql(_CLAIM, {"lease": lease_seconds}).fetchone()
        if row is None:
            return None
        *head, copies, subject, text, html, created_at, file_id = row
        mail_id, leased_until, attempts, dedupe_key, to_address = head
        name = content = None
        if file_id is not None:
            name = sql("SELECT name FROM stored_file WHERE id = %s", (file_id,)).fetchone()[0]
            content = b"".join(files.read(file_id))
    return Outgoing(
        mail_id=mail_id,
        leased_until=leased_until,
        attempts=attempts,
        dedupe_key=dedupe_key,
        to_address=to_address,
        copy_addresses=tuple(copies.split(";")) if copies else (),
        subject=subject,
        text=text,
        html=html,
        created_at=created_at,
        attachment_name=name,
        attachment=content,
    )


def sent(mail: Outgoing, note: str | None = None) -> bool:
    """Write that the server took the mail; `note` names copies it refused."""
    return _answer(
        mail, "state = 'sent', sent_at = clock_timestamp(), next_try_at = NULL", reason=note
    )


def failed(mail: Outgoing, reason: str) -> bool:
    """Write that the mail cannot be delivered; a person may send it again."""
    return _answer(mail, "state = 'failed', next_try_at = NULL", reason=reason)


def postpone(mail: Outgoing, reason: str, *, seconds: int, counts: bool = True) -> bool:
    """Put the mail back to wait; without `counts` the attempt is not held against it."""
    back = "" if counts else ", attempts = attempts - 1"
    text = (
        f"state = 'waiting', next_try_at = clock_timestamp() + make_interval(secs => %(s)s){back}"
    )
    return _answer(mail, text, reason=reason, s=seconds)


def _answer(mail: Outgoing, assignments: str, *, reason: str | None, **more: object) -> bool:
    with db.atomic():
        told = {"id": mail.mail_id, "until": mail.leased_until, "reason": reason, **more}
        changed = sql(
            f"UPDATE mail SET {assignments}, last_error = %(reason)s"
            " WHERE id = %(id)s AND state = 'sending' AND next_try_at = %(until)s",
            told,
        )
        return bool(changed.rowcount == 1)


def waiting() -> int:
    """Return how many mails are not sent yet and not given up."""
    return int(sql("SELECT count(*) FROM mail WHERE state IN ('waiting', 'sending')").fetchone()[0])


def send_again(actor: Actor, mail_id: int) -> None:
    """Put a mail that failed back into the queue. Raises MailNotFailed when it is not failed."""
    with db.atomic():
        moved = sql(
            "UPDATE mail SET state = 'waiting', attempts = 0, next_try_at = NULL"
            " WHERE id = %s AND state = 'failed'",
            (mail_id,),
        )
        if moved.rowcount != 1:
            raise MailNotFailed(mail=mail_id)
        audit.wrote("mail.again", actor=actor.name, subject=f"mail:{mail_id}")


def withdraw(actor: Actor, mail_id: int) -> None:
    """Cancel a mail that nobody is sending yet. Raises MailTooLate when it left or is leaving."""
    with db.atomic():
        moved = sql(
            "UPDATE mail SET state = 'cancelled', next_try_at = NULL"
            " WHERE id = %s AND state IN ('waiting', 'failed')",
            (mail_id,),
        )
        if moved.rowcount != 1:
            raise MailTooLate(mail=mail_id)
        audit.wrote("mail.cancelled", actor=actor.name, subject=f"mail:{mail_id}")
