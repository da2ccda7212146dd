"""Telling an institution facts by one mail: each fact is told to it once for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import sql
from models.services.notifications.notices import Notice, Renderer
from models.services.notifications.recording import record

_PARTY = {
    "enterprise": "SELECT name, email, NULL FROM enterprise WHERE credit_code = %s",
    "hospital": "SELECT name, email, copy_emails FROM hospital WHERE hospital_code = %s",
    "agency": "SELECT name, email, NULL FROM agency WHERE agency_code = %s",
}
_TOLD = """
INSERT INTO mail_fact (fact, party_kind, party_code, mail_id)
SELECT unnest(%(facts)s::text[]), %(kind)s, %(code)s, %(mail)s
"""


@dataclass(frozen=True)
class Party:
    """An institution that is told: its name and its registered addresses."""

    kind: str
    code: str
    name: str
    email: str
    copies: tuple[str, ...]


def party(kind: str, code: str) -> Party:
    """Return a hospital, an enterprise or an agency as a mail addresses it."""
    name, email, copies = sql(_PARTY[kind], (code,)).fetchone()
    return Party(kind, code, name, email, copies_of(copies, but=email))


def copies_of(*lists: str | None, but: str) -> tuple[str, ...]:
    """Return the addresses of `;`-joined lists, each once, without the one written to anyway."""
    parts = (part.strip() for joined in lists for part in (joined or "").split(";"))
    return tuple(dict.fromkeys(part for part in parts if part and part != but))


def tell_once(
    template: str,
    who: Party,
    told: Sequence[str],
    shown: Mapping[str, Any],
    on: date,
    render: Renderer,
    *,
    by: str,
    dedupe_key: str,
) -> int:
    """Write the mail that tells the institution these facts; return 1, or 0 if it exists.

    `told` names the facts as rows of mail_fact, by which the caller finds what is still untold;
    `shown` is what the template reads beside `party` and `on`.
    """
    notice = Notice(
        kind=template,
        party_kind=who.kind,
        party_code=who.code,
        to_address=who.email,
        copy_addresses=who.copies,
        business_on=on,
        dedupe_key=dedupe_key,
        facts={"party": who, "on": on, **shown},
    )
    mail_id = record(notice, render, by=by)
    if mail_id is None:
        return 0
    sql(_TOLD, {"facts": list(told), "kind": who.kind, "code": who.code, "mail": mail_id})
    return 1
