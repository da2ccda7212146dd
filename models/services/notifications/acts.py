"""What people do with mails that have not left: again, hold, release, send now, take back, cancel.

Each is one guarded update over the mails named, so that a sender and a person, or two persons,
never both win; what had moved on meanwhile is left out of the count.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from models.records.base import db, sql
from models.rules.errors.mails import MailNotFailed, MailNotHeld, MailNotReleased, MailTooLate
from models.rules.mail_states import MailMove, sources
from models.services import access, audit
from models.services.access import Actor
from models.services.notifications import bounces

#: 立即发送 can be taken back for so long.
GRACE_SECONDS = 60
#: Mails moved by one request.
MAILS_MAX = 5_000


class Act(StrEnum):
    """What a person may do with mails."""

    AGAIN = "again"
    HOLD = "hold"
    RELEASE = "release"
    NOW = "now"
    BACK = "back"
    CANCEL = "cancel"


def _listed(move: MailMove) -> str:
    return ", ".join(f"'{state}'" for state in sources(move))


#: Act → (what is set, which mails it fits).
_WAITS = "state = 'waiting'"
_ACTS = {
    Act.AGAIN: (
        "state = 'waiting', attempts = 0, next_try_at = NULL",
        f"state IN ({_listed(MailMove.REPEAT)})",
    ),
    Act.HOLD: ("state = 'held'", f"state IN ({_listed(MailMove.HOLD)})"),
    Act.RELEASE: (
        "state = 'waiting', next_try_at = not_before",
        f"state IN ({_listed(MailMove.RELEASE)})",
    ),
    Act.NOW: (
        f"next_try_at = clock_timestamp() + interval '{GRACE_SECONDS} seconds'",
        f"{_WAITS} AND next_try_at > clock_timestamp() + interval '{GRACE_SECONDS} seconds'",
    ),
    Act.BACK: (
        "next_try_at = not_before",
        f"{_WAITS} AND attempts = 0 AND not_before > clock_timestamp()"
        " AND next_try_at < not_before",
    ),
    Act.CANCEL: (
        "state = 'cancelled', next_try_at = NULL",
        f"state IN ({_listed(MailMove.CANCEL)})",
    ),
}


def fits(act: Act, row: str = "") -> str:
    """Return the condition on a mail that the act fits, for lists that count before asking."""
    return re.sub(r"\b(state|next_try_at|not_before|attempts)\b", rf"{row}\1", _ACTS[act][1])


def move_all(actor: Actor, act: Act, mails: Sequence[int]) -> list[int]:
    """Do the act with those of the mails it fits, and return them."""
    with db.atomic():
        return _move(actor, act, mails)


def _move(actor: Actor, act: Act, mails: Sequence[int]) -> list[int]:
    access.require(actor, "overdue")
    what, which = _ACTS[act]
    rows = sql(
        f"UPDATE mail SET {what} WHERE id = ANY (%s) AND {which} RETURNING id",
        (list(mails[:MAILS_MAX]),),
    ).fetchall()
    moved = sorted(row[0] for row in rows)
    if len(moved) == 1:
        audit.wrote(f"mail.{_WROTE[act]}", actor=actor.name, subject=f"mail:{moved[0]}")
    elif moved:
        audit.wrote(f"mail.{_WROTE[act]}", actor=actor.name, subject="mails", mails=moved)
    return moved


#: A mail that failed reached nobody it was for: everybody is asked anew.
_FORGET = """
UPDATE mail_attempt SET taken = NULL,
       outcome = CASE outcome WHEN 'returned' THEN 'failed' ELSE outcome END
 WHERE mail_id = %s
"""
_WROTE = {
    Act.AGAIN: "again",
    Act.HOLD: "held",
    Act.RELEASE: "released",
    Act.NOW: "hurried",
    Act.BACK: "taken_back",
    Act.CANCEL: "cancelled",
}


def send_again(actor: Actor, mail_id: int) -> None:
    """Put a mail that failed back into the queue; its addresses count as mended.

    Raises MailNotFailed when it is not failed.
    """
    with db.atomic():
        row = sql("SELECT to_address FROM mail WHERE id = %s", (mail_id,)).fetchone()
        if row is None or not _move(actor, Act.AGAIN, [mail_id]):
            raise MailNotFailed(mail=mail_id)
        bounces.cleared(actor, row[0].split(";"))
        sql(_FORGET, (mail_id,))


def withdraw(actor: Actor, mail_id: int) -> None:
    """Cancel a mail that nobody is sending yet. Raises MailTooLate when it left or is leaving."""
    if not move_all(actor, Act.CANCEL, [mail_id]):
        raise MailTooLate(mail=mail_id)


def hold(actor: Actor, mail_id: int) -> None:
    """Keep a mail back until somebody releases it. Raises MailTooLate when it does not wait."""
    if not move_all(actor, Act.HOLD, [mail_id]):
        raise MailTooLate(mail=mail_id)


def release(actor: Actor, mail_id: int) -> None:
    """Let a mail that was held leave at its hour. Raises MailNotHeld."""
    if not move_all(actor, Act.RELEASE, [mail_id]):
        raise MailNotHeld(mail=mail_id)


def send_now(actor: Actor, mail_id: int) -> None:
    """Let a waiting mail leave in a minute. Raises MailTooLate when it leaves anyway or left."""
    if not move_all(actor, Act.NOW, [mail_id]):
        raise MailTooLate(mail=mail_id)


def take_back(actor: Actor, mail_id: int) -> None:
    """Let a mail that was hurried wait for its hour again. Raises MailNotReleased."""
    if not move_all(actor, Act.BACK, [mail_id]):
        raise MailNotReleased(mail=mail_id)
