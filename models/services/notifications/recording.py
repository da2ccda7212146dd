"""Puts mails into the outbox in the transaction of what they tell about."""

from collections.abc import Sequence
from datetime import date

from models import clock
from models.records.base import sql
from models.services import files
from models.services.notifications import hours, recipients
from models.services.notifications.notices import (
    BY_THE_HOUR,
    Group,
    Notice,
    Rendered,
    Renderer,
)

_RECORD = """
INSERT INTO mail (kind, party_kind, party_code, to_address, copy_addresses, subject, body_text,
                  body_html, attachment_file_id, business_on, state, created_at, dedupe_key,
                  language, not_before, next_try_at)
VALUES (%(kind)s, %(party_kind)s, %(party_code)s, %(to)s, %(copies)s, %(subject)s, %(text)s,
        %(html)s, %(file)s, %(on)s, 'waiting', %(now)s, %(key)s, %(language)s, %(leaves)s,
        %(leaves)s)
ON CONFLICT (dedupe_key) DO NOTHING RETURNING id
"""

#: An older digest that still waits for its hour on or after the day of the newer one; all its
#: lines lie in the areas the newer one was made of.
_ABSORB = """
UPDATE mail o SET state = 'cancelled', next_try_at = NULL, last_error = '已并入邮件 ' || n.id
  FROM mail n
 WHERE n.id = ANY (%(mails)s) AND o.id <> ALL (%(mails)s) AND o.state = 'waiting'
   AND o.attempts = 0 AND (o.kind, o.party_kind, o.party_code)
       = (n.kind, n.party_kind, n.party_code)
   AND o.language IS NOT DISTINCT FROM n.language
   AND o.business_on <= n.business_on AND o.next_try_at = o.not_before
   AND o.not_before >= n.business_on::timestamp AT TIME ZONE 'Asia/Shanghai'
   AND NOT EXISTS (SELECT FROM mail_line x JOIN purchase_line p USING (line_no)
                     JOIN hospital h USING (hospital_code)
                    WHERE x.mail_id = o.id AND h.area_code <> ALL (%(areas)s))
"""


def record(notice: Notice, render: Renderer, *, by: str) -> int | None:
    """Put a notice into the outbox in the caller's transaction; None when its key is there.

    Contacts of another language than the first one's get a mail of their own; returned is the
    first one's, to which what the notice tells is tied.
    """
    if sql("SELECT 1 FROM mail WHERE dedupe_key = %s", (notice.dedupe_key,)).fetchone():
        return None
    first = None
    for place, group in enumerate(recipients.groups(notice)):
        key = notice.dedupe_key if place == 0 else f"{notice.dedupe_key}:{group.language}"
        mail_id = _record(notice, group, key, render, by)
        first = mail_id if place == 0 else first
    return first


def rendered(notice: Notice, group: Group, render: Renderer) -> Rendered:
    """Return a notice as its recipients read it."""
    facts = {**notice.facts, "language": group.language, "file_format": group.file_format}
    return render(notice.kind, facts)


def _record(notice: Notice, group: Group, key: str, render: Renderer, by: str) -> int | None:
    shown = rendered(notice, group, render)
    file_id = None
    if shown.attachment is not None and shown.attachment_name is not None:
        kept = files.store(shown.attachment_name, [shown.attachment], by=by, kind="attachment")
        file_id = int(kept.id)
    leaves = None
    if notice.kind in BY_THE_HOUR:
        leaves = hours.not_before(notice.party_kind, notice.party_code, notice.business_on)
    row = sql(
        _RECORD,
        {
            "kind": notice.kind,
            "party_kind": notice.party_kind,
            "party_code": notice.party_code,
            "to": ";".join(group.to_addresses),
            "copies": ";".join(group.copy_addresses) or None,
            "subject": shown.subject,
            "text": shown.text,
            "html": shown.html,
            "file": file_id,
            "on": notice.business_on,
            "now": clock.now(),
            "key": key,
            "language": group.language or None,
            "leaves": leaves,
        },
    ).fetchone()
    return None if row is None else int(row[0])


def absorb(mails: Sequence[int], areas: Sequence[str]) -> int:
    """Let new digests take older ones that still wait into themselves; return how many."""
    told = {"mails": list(mails), "areas": list(areas)}
    return int(sql(_ABSORB, told).rowcount) if mails else 0


def recorded_on(kind: str, on: date) -> dict[tuple[str, str], int]:
    """Return institution → how many notices of a kind it has of a day, languages counted once."""
    rows = sql(
        "SELECT party_kind, party_code, count(*) FROM mail"
        " WHERE kind = %s AND business_on = %s AND dedupe_key !~ ':(zh|en)$' GROUP BY 1, 2",
        (kind, on),
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}
