"""Puts mails into the outbox in the transaction of what they tell about."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from models import clock
from models.records.base import db, sql
from models.services import files
from models.services.notifications import hours, recipients
from models.services.notifications.notices import (
    BY_THE_HOUR,
    Group,
    Notice,
    Rendered,
    Renderer,
)

#: Mails made and written together: fewer statements, and no more of their files in memory.
BATCH = 50

_KNOWN = "SELECT dedupe_key FROM mail WHERE dedupe_key = ANY (%s)"
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
    return next((mail_id for _, mail_id in record_all([notice], render, by=by)), None)


def record_all(
    notices: Iterable[Notice], render: Renderer, *, by: str
) -> Iterator[tuple[Notice, int]]:
    """Put notices into the outbox in the caller's transaction; yield each with its first mail.

    Those whose key is there are left out. Few are in memory at a time.
    """
    rest = iter(notices)
    while batch := list(islice(rest, BATCH)):
        known = {row[0] for row in sql(_KNOWN, ([one.dedupe_key for one in batch],))}
        fresh = [one for one in batch if one.dedupe_key not in known]
        yield from _record(fresh, render, by)


def _record(notices: list[Notice], render: Renderer, by: str) -> Iterator[tuple[Notice, int]]:
    groups_of = recipients.groups_of(notices)
    leaves: dict[tuple[date, tuple[str, str]], datetime] = {}
    for on in {one.business_on for one in notices if one.kind in BY_THE_HOUR}:
        parties = [(one.party_kind, one.party_code) for one in notices if one.business_on == on]
        leaves |= {(on, key): at for key, at in hours.leave_at(parties, on).items()}
    shown = [
        (place, notice, group, rendered(notice, group, render))
        for notice, groups in zip(notices, groups_of, strict=True)
        for place, group in enumerate(groups)
    ]
    attached = [
        (one.attachment_name, one.attachment)
        for *_, one in shown
        if one.attachment is not None and one.attachment_name is not None
    ]
    numbers = iter(files.store_all(attached, by=by, kind="attachment"))
    told = []
    for place, notice, group, one in shown:
        leaving = None
        if notice.kind in BY_THE_HOUR:
            key = (notice.party_kind, notice.party_code)
            leaving = leaves.get((notice.business_on, key))
        has_file = one.attachment is not None and one.attachment_name is not None
        file_id = next(numbers) if has_file else None
        told.append(_row(notice, group, one, place=place, file_id=file_id, leaves=leaving))
    for (place, notice, *_), mail_id in zip(shown, _inserted(told), strict=True):
        if place == 0 and mail_id is not None:
            yield notice, mail_id


def _inserted(rows: list[dict[str, Any]]) -> list[int | None]:
    """Insert mails in one round trip; return the number of each, None when somebody was first."""
    if not rows:
        return []
    numbers: list[int | None] = []
    with db.connection().cursor() as cursor:
        cursor.executemany(_RECORD, rows, returning=True)
        while True:
            row = cursor.fetchone()
            numbers.append(None if row is None else int(row[0]))
            if not cursor.nextset():
                return numbers


def rendered(notice: Notice, group: Group, render: Renderer) -> Rendered:
    """Return a notice as its recipients read it."""
    facts = {**notice.facts, "language": group.language, "file_format": group.file_format}
    return render(notice.kind, facts)


def _row(
    notice: Notice,
    group: Group,
    shown: Rendered,
    *,
    place: int,
    file_id: int | None,
    leaves: datetime | None,
) -> dict[str, Any]:
    key = notice.dedupe_key if place == 0 else f"{notice.dedupe_key}:{group.language}"
    return {
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
    }


def absorb(mails: Sequence[int], areas: Sequence[str]) -> int:
    """Let new digests take older ones that still wait into themselves; return how many."""
    told = {"mails": list(mails), "areas": list(areas)}
    return int(sql(_ABSORB, told).rowcount) if mails and areas else 0


def recorded_on(kind: str, on: date) -> dict[tuple[str, str], int]:
    """Return institution → how many notices of a kind it has of a day, languages counted once."""
    rows = sql(
        "SELECT party_kind, party_code, count(*) FROM mail"
        " WHERE kind = %s AND business_on = %s AND dedupe_key !~ ':(zh|en)$' GROUP BY 1, 2",
        (kind, on),
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}
