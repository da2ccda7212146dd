"""Addresses that take no mail: recorded by what servers say, cleared by a person."""

from models import clock
from models.records.base import db, sql
from models.rules import bounces as rules
from models.rules.errors.mails import BounceNotFound
from models.rules.words import BounceSource
from models.services import access, audit
from models.services.access import Actor
from models.services.notifications.notices import Refusal

_KEEP = """
INSERT INTO mail_bounce (address, party_kind, party_code, mail_id, code, answer, source,
                         first_seen_at, last_seen_at, times)
VALUES (%(address)s, %(kind)s, %(party)s, %(mail)s, %(code)s, %(answer)s, %(source)s, %(now)s,
        %(now)s, 1)
ON CONFLICT (address) DO UPDATE SET
    party_kind = excluded.party_kind, party_code = excluded.party_code,
    mail_id = excluded.mail_id, code = excluded.code, answer = excluded.answer,
    source = excluded.source, last_seen_at = excluded.last_seen_at,
    times = mail_bounce.times + 1, cleared_at = NULL, cleared_by = NULL
"""
_CLEAR = """
UPDATE mail_bounce SET cleared_at = %(now)s, cleared_by = %(by)s
 WHERE address = ANY (%(addresses)s) AND cleared_at IS NULL RETURNING address
"""


def blame(refusal: Refusal, party: tuple[str, str], mail_id: int, source: BounceSource) -> bool:
    """Record an address in the caller's transaction if the refusal is about it; say whether."""
    if not rules.blames_address(refusal.code, refusal.said):
        return False
    keep(refusal.address, (str(refusal.code), refusal.said), party, mail_id, source)
    return True


def keep(
    address: str, said: tuple[str, str], party: tuple[str, str], mail_id: int, source: BounceSource
) -> None:
    """Record that an address takes no mail, in the caller's transaction; `said` is code, text."""
    sql(
        _KEEP,
        {
            "address": rules.normal(address),
            "kind": party[0],
            "party": party[1],
            "mail": mail_id,
            "code": said[0],
            "answer": rules.one_line(said[1]),
            "source": source.value,
            "now": clock.now(),
        },
    )


def clear(actor: Actor, address: str) -> None:
    """Say that an address takes mail again. Raises BounceNotFound, NotAllowed."""
    access.require(actor, "overdue")
    with db.atomic():
        if not cleared(actor, [address]):
            raise BounceNotFound(address=address)


def cleared(actor: Actor, addresses: list[str]) -> list[str]:
    """Clear those of the addresses that are recorded, in the caller's transaction; return them."""
    told = {
        "addresses": [rules.normal(one) for one in addresses],
        "now": clock.now(),
        "by": actor.name,
    }
    found = [str(row[0]) for row in sql(_CLEAR, told)]
    for address in found:
        audit.wrote("mail_bounce.cleared", actor=actor.name, subject=f"address:{address}")
    return found
