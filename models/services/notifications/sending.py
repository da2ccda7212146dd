"""Claims mails for a sender and writes the answers: sent, put off, failed, or no server.

A sender claims a row by a guarded update until a moment, and its answer names that moment: two
senders send once, and a sender believed dead cannot overwrite a newer answer. Answers return
False when somebody was first.
"""

from collections.abc import Sequence
from typing import Any

from models.records.base import db, sql
from models.rules.words import AttemptOutcome, BounceSource
from models.services import files, link_numbers
from models.services.notifications import bounces, recipients
from models.services.notifications.notices import Outgoing, Refusal

#: A mail left in `sending` by a sender that died is taken again when its time is over. A domain
#: that was handed as many mails within a minute as we allow waits; others go on.
_CLAIM = """
UPDATE mail SET state = 'sending', attempts = attempts + 1,
       next_try_at = clock_timestamp() + make_interval(secs => %(lease)s)
 WHERE id = (SELECT m.id FROM mail m
              WHERE (m.state = 'waiting' AND coalesce(m.next_try_at <= clock_timestamp(), true)
                  OR m.state = 'sending' AND m.next_try_at <= clock_timestamp())
                AND (%(per_domain)s = 0 OR %(per_domain)s >
                     (SELECT count(*) FROM mail_attempt a
                       WHERE a.domain = lower(split_part(split_part(m.to_address, ';', 1), '@', 2))
                         AND a.begun_at > clock_timestamp() - interval '1 minute'))
              ORDER BY m.next_try_at NULLS FIRST, m.id LIMIT 1 FOR UPDATE OF m SKIP LOCKED)
RETURNING id, next_try_at, attempts, dedupe_key, party_kind, party_code, to_address,
          copy_addresses, subject, body_text, body_html, created_at, attachment_file_id
"""
_BEGIN = """
INSERT INTO mail_attempt (mail_id, attempt, begun_at, recipients, domain)
VALUES (%(mail)s, %(attempt)s, clock_timestamp(), %(recipients)s, %(domain)s) RETURNING id
"""
_END = """
UPDATE mail_attempt SET ended_at = clock_timestamp(), outcome = %(outcome)s, answer = %(answer)s,
       taken = %(taken)s
 WHERE id = %(id)s
"""
#: The server is away: the row before says so already, and counts.
_AGAIN = """
UPDATE mail_attempt a SET ended_at = clock_timestamp(), times = a.times + 1
  FROM (SELECT id FROM mail_attempt WHERE mail_id = %(mail)s AND id < %(id)s
         ORDER BY id DESC LIMIT 1) b
 WHERE a.id = b.id AND a.outcome = 'unreachable' AND a.answer = %(answer)s
"""


def claim_next(lease_seconds: int, *, per_domain: int = 0) -> Outgoing | None:
    """Take the next mail that is due into `sending`, committed; None when nothing is due."""
    with db.atomic():
        row = sql(_CLAIM, {"lease": lease_seconds, "per_domain": per_domain}).fetchone()
        return None if row is None else _outgoing(*row)


def _outgoing(
    mail_id: int,
    leased_until: Any,  # noqa: ANN401 - an instant of the driver
    attempts: int,
    dedupe_key: str,
    party_kind: str,
    party_code: str,
    to_address: str,
    copies: str | None,
    subject: str,
    text: str,
    html: str,
    created_at: Any,  # noqa: ANN401
    file_id: int | None,
) -> Outgoing:
    left = recipients.left(
        mail_id,
        (party_kind, party_code),
        to_address.split(";"),
        copies.split(";") if copies else (),
    )
    name = content = None
    if file_id is not None:
        name = sql("SELECT name FROM stored_file WHERE id = %s", (file_id,)).fetchone()[0]
        content = b"".join(files.read(file_id))
    return Outgoing(
        mail_id=mail_id,
        leased_until=leased_until,
        attempts=attempts,
        dedupe_key=dedupe_key,
        party_kind=party_kind,
        party_code=party_code,
        to_addresses=left.to_addresses,
        copy_addresses=left.copy_addresses,
        subject=subject,
        text=link_numbers.filled(text, party_kind, party_code),
        html=link_numbers.filled(html, party_kind, party_code),
        created_at=created_at,
        attachment_name=name,
        attachment=content,
        attempt_id=_begin(mail_id, attempts, left),
        reached=left.reached,
        stranded=left.stranded,
    )


def _begin(mail_id: int, attempt: int, left: recipients.Left) -> int | None:
    if not left.to_addresses:
        return None
    told = {
        "mail": mail_id,
        "attempt": attempt,
        "recipients": ";".join([*left.to_addresses, *left.copy_addresses]),
        "domain": left.to_addresses[0].rpartition("@")[2].strip().lower(),
    }
    return int(sql(_BEGIN, told).fetchone()[0])


def sent(mail: Outgoing, note: str | None = None, *, taken: Sequence[str] = ()) -> bool:
    """Write that the server took the mail; `note` names recipients it refused."""
    assignments = "state = 'sent', sent_at = clock_timestamp(), next_try_at = NULL"
    return _answer(mail, assignments, AttemptOutcome.SENT, note, taken=taken)


def failed(mail: Outgoing, reason: str) -> bool:
    """Write that the mail cannot be delivered; a person may send it again."""
    assignments = "state = 'failed', next_try_at = NULL"
    return _answer(mail, assignments, AttemptOutcome.FAILED, reason)


def refused(
    mail: Outgoing, reason: str, refusals: Sequence[Refusal], *, taken: Sequence[str] = ()
) -> str:
    """Write that every recipient was refused for good; return what became of the mail.

    Addresses that are to blame are recorded. Where the institution has another contact the mail
    goes on to it, else it failed.
    """
    with db.atomic():
        bounced(mail, refusals)
        others = recipients.left(
            mail.mail_id, (mail.party_kind, mail.party_code), mail.to_addresses, ()
        )
        if set(others.to_addresses) - set(mail.to_addresses):
            postpone(mail, reason, seconds=0, taken=taken)
            return "put_off"
        failed(mail, reason)
        return "failed"


def bounced(mail: Outgoing, refusals: Sequence[Refusal]) -> None:
    """Record the addresses that are to blame for what the server refused."""
    for refusal in refusals:
        bounces.blame(
            refusal, (mail.party_kind, mail.party_code), mail.mail_id, BounceSource.ANSWER
        )


def postpone(
    mail: Outgoing, reason: str, *, seconds: int, counts: bool = True, taken: Sequence[str] = ()
) -> bool:
    """Put the mail back to wait; without `counts` the attempt is not held against it."""
    back = "" if counts else ", attempts = attempts - 1"
    text = (
        f"state = 'waiting', next_try_at = clock_timestamp() + make_interval(secs => %(s)s){back}"
    )
    outcome = AttemptOutcome.PUT_OFF if counts else AttemptOutcome.UNREACHABLE
    return _answer(mail, text, outcome, reason, taken=taken, s=seconds)


def _answer(
    mail: Outgoing,
    assignments: str,
    outcome: AttemptOutcome,
    reason: str | None,
    *,
    taken: Sequence[str] = (),
    **more: object,
) -> bool:
    with db.atomic():
        told = {"id": mail.mail_id, "until": mail.leased_until, "reason": reason, **more}
        changed = sql(
            f"UPDATE mail SET {assignments}, last_error = %(reason)s"
            " WHERE id = %(id)s AND state = 'sending' AND next_try_at = %(until)s",
            told,
        )
        if changed.rowcount != 1:
            return False
        if mail.attempt_id is not None:
            _end(mail, outcome, reason, taken)
        return True


def _end(mail: Outgoing, outcome: AttemptOutcome, reason: str | None, taken: Sequence[str]) -> None:
    told = {
        "mail": mail.mail_id,
        "id": mail.attempt_id,
        "outcome": outcome.value,
        "answer": reason,
        "taken": ";".join(taken) or None,
    }
    if outcome is AttemptOutcome.UNREACHABLE and sql(_AGAIN, told).rowcount:
        sql("DELETE FROM mail_attempt WHERE id = %(id)s", told)
        return
    sql(_END, told)


def waiting() -> int:
    """Return how many mails are not sent yet and not given up."""
    return int(
        sql("SELECT count(*) FROM mail WHERE state IN ('waiting', 'held', 'sending')").fetchone()[0]
    )
