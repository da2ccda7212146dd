"""Whom a mail goes to: contacts of its topic, else the registered address; none that bounced."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from models import clock
from models.records.base import sql
from models.rules.bounces import normal
from models.rules.words import FileFormat
from models.services.notifications.notices import BINDING, Group, Notice, topic

_CONTACTS = """
SELECT party_kind, party_code, email, language, file_format, topics, active_from, active_to
  FROM contact WHERE party_code = ANY (%(codes)s) ORDER BY id
"""
_OTHERS = """
SELECT email FROM contact
 WHERE party_kind = %(kind)s AND party_code = %(code)s
   AND active_from <= %(on)s AND coalesce(active_to >= %(on)s, true)
 ORDER BY id
"""
_REGISTERED = {
    "hospital": "SELECT email FROM hospital WHERE hospital_code = %s",
    "enterprise": "SELECT email FROM enterprise WHERE credit_code = %s",
    "agency": "SELECT email FROM agency WHERE agency_code = %s",
}
_BOUNCED = """
SELECT address, code, answer FROM mail_bounce
 WHERE address = ANY (%(addresses)s) AND cleared_at IS NULL
"""
_HISTORY = """
SELECT recipients, taken, outcome FROM mail_attempt WHERE mail_id = %(mail)s ORDER BY id
"""


@dataclass(frozen=True)
class Left:
    """Whom a mail must still be handed over for."""

    to_addresses: tuple[str, ...]
    copy_addresses: tuple[str, ...]
    #: Somebody it is for has it.
    reached: bool
    #: Why recipients are left out.
    stranded: str


def groups(notice: Notice) -> list[Group]:
    """Return the mails of a notice: one for each language its contacts read."""
    return groups_of([notice])[0]


def groups_of(notices: Sequence[Notice]) -> list[list[Group]]:
    """Return the mails of each notice; contacts are asked for once."""
    known: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in sql(_CONTACTS, {"codes": [one.party_code for one in notices]}):
        known[row[0], row[1]].append(row[2:])
    return [_groups(one, known[one.party_kind, one.party_code]) for one in notices]


def _groups(notice: Notice, contacts: list[Any]) -> list[Group]:
    about, on = topic(notice.kind).value, notice.business_on
    found = [
        (email, language, form)
        for email, language, form, topics, begins, ends in contacts
        if about in topics and begins <= on and (ends is None or ends >= on)
    ]
    if notice.kind in BINDING or not found:
        copies = [email for email, _, _ in found] if found and _is_registered(notice) else []
        return [
            Group(
                language=notice.language,
                to_addresses=(notice.to_address,),
                file_format=FileFormat.CSV.value,
                copy_addresses=_without([*notice.copy_addresses, *copies], {notice.to_address}),
            )
        ]
    languages = dict.fromkeys(language for _, language, _ in found)
    everybody = {normal(email) for email, _, _ in found}
    return [
        Group(
            language=language,
            to_addresses=tuple(email for email, of, _ in found if of == language),
            file_format=_format(form for _, of, form in found if of == language),
            # The offices that are copied read it once, in the language of the first contact.
            copy_addresses=_without(notice.copy_addresses, everybody) if place == 0 else (),
        )
        for place, language in enumerate(languages)
    ]


def _is_registered(notice: Notice) -> bool:
    """Return whether the notice goes to the address of the master data, not to a former one."""
    return registered(notice.party_kind, notice.party_code) == notice.to_address


def registered(party_kind: str, party_code: str) -> str | None:
    """Return the address of the institution's master data."""
    if party_kind not in _REGISTERED:
        return None
    row = sql(_REGISTERED[party_kind], (party_code,)).fetchone()
    return None if row is None else str(row[0])


def _format(formats: Iterable[str]) -> str:
    """Return XLSX where anybody wants it: whoever wants CSV can open it too."""
    return (FileFormat.XLSX if FileFormat.XLSX in set(formats) else FileFormat.CSV).value


def _without(addresses: Iterable[str], taken: set[str]) -> tuple[str, ...]:
    known = {normal(one) for one in taken}
    return tuple({normal(one): one for one in addresses if normal(one) not in known}.values())


def left(
    mail_id: int,
    party: tuple[str, str],
    to_addresses: Sequence[str],
    copy_addresses: Sequence[str],
) -> Left:
    """Return whom a mail still goes to: not who has it already, not who bounced.

    Where none of its own recipients can be reached it goes to the next contact of the
    institution, then to the registered address.
    """
    have, lost = _history(mail_id)
    bounced = _bounced([*to_addresses, *copy_addresses])
    said = [f"{one} 已登记为退信（{why}）" for one, why in bounced.items()]
    own = [one for one in to_addresses if normal(one) not in have | lost and one not in bounced]
    reached = bool(have - {normal(one) for one in copy_addresses})
    if not own and not reached:
        own = _next(party, {normal(one) for one in to_addresses} | lost)
        if own:
            said.append(f"改发 {own[0]}")
    copies = [one for one in copy_addresses if normal(one) not in have and one not in bounced]
    return Left(tuple(own), tuple(copies), reached, "；".join(said))


def _history(mail_id: int) -> tuple[set[str], set[str]]:
    """Return who has the mail by the server's word, and whom a report or answer says it lost."""
    have: set[str] = set()
    lost: set[str] = set()
    for recipients, taken, outcome in sql(_HISTORY, {"mail": mail_id}):
        have |= split(taken)
        if outcome == "returned":
            lost |= split(recipients)
    return have - lost, lost


def split(joined: str | None) -> set[str]:
    """Return `;`-joined addresses as bounces are kept under them."""
    return {normal(one) for one in (joined or "").split(";") if one.strip()}


def _bounced(addresses: Sequence[str]) -> dict[str, str]:
    """Return address as written → code and text, of those that take no mail."""
    asked = {normal(one): one for one in addresses}
    rows = sql(_BOUNCED, {"addresses": list(asked)}).fetchall() if asked else []
    return {asked[address]: f"{code} {answer}".strip() for address, code, answer in rows}


def _next(party: tuple[str, str], tried: set[str]) -> list[str]:
    told = {"kind": party[0], "code": party[1], "on": clock.today()}
    found = [row[0] for row in sql(_OTHERS, told)]
    found += [one for one in [registered(*party)] if one]
    fresh = [one for one in found if normal(one) not in tried]
    bounced = _bounced(fresh)
    return [one for one in fresh if one not in bounced][:1]
