"""A party is told when its account is to change: at its address, and at the one it had.

Whoever wants money to go elsewhere changes the address first; so every address the party had in the
last three months is told, each by a mail of its own.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import jobs, notifications
from models.services.accounts import effect
from models.services.accounts.sides import ENTERPRISES, SIDES, Side

#: An address given up so many days before the request is still told.
FORMER_ADDRESS_DAYS = 90
KIND = "account_change"
#: One telling at a time, so that each fact is told once.
NEWS_LOCK = 7_466_021

_TELLABLE = "(c.before IS NOT NULL OR c.source = 'seat')"
_ANY = f"SELECT EXISTS (SELECT FROM {{changes}} c WHERE c.id = ANY (%s) AND {_TELLABLE})"

_FRESH = f"""
SELECT c.id, v.event, c.{{key}}, e.name, e.email, c.before, c.after, c.source, c.state,
       c.requested_at, c.effective_on, c.cooling_days, c.reason, '{{party_kind}}'
  FROM {{changes}} c JOIN {{parties}} e USING ({{key}})
 CROSS JOIN LATERAL (VALUES ('requested'), (CASE
       WHEN c.state IN ('approved', 'in_force', 'stopped') THEN 'approved' END), (CASE
       WHEN c.state IN ('rejected', 'withdrawn', 'stopped') THEN 'ended' END)) v (event)
 WHERE {_TELLABLE} AND v.event IS NOT NULL
   AND NOT EXISTS (SELECT FROM mail_fact f WHERE f.fact = '{{fact}}:' || c.id || ':' || v.event
                      AND f.party_kind = '{{party_kind}}' AND f.party_code = c.{{key}})
 ORDER BY c.id, array_position(ARRAY['requested', 'approved', 'ended'], v.event)
"""
_FORMER = """
SELECT DISTINCT before ->> 'email' FROM master_history
 WHERE table_name = %(party_kind)s AND key = %(code)s
   AND before ->> 'email' IS DISTINCT FROM after ->> 'email'
   AND changed_at >= %(requested_at)s - make_interval(days => %(days)s)
"""
_KEEP = """
INSERT INTO mail_fact (fact, party_kind, party_code, mail_id)
VALUES (%(fact)s, %(party_kind)s, %(code)s, %(mail)s)
"""


class Fact(NamedTuple):
    """One thing a party must know about a change of its account."""

    change: int
    event: str
    code: str
    name: str
    email: str
    before: dict[str, Any] | None
    after: dict[str, Any]
    source: str
    state: str
    requested_at: Any
    effective_on: date | None
    cooling_days: int
    reason: str | None
    party_kind: str


def tell_soon(by: str, on: date, *, ids: Sequence[int], side: Side = ENTERPRISES) -> None:
    """Queue the telling of changes in the caller's transaction; first accounts are no news."""
    if ids and sql(side.sql(_ANY), (list(ids),)).fetchone()[0]:
        jobs.enqueue(JobName.ACCOUNTS, {"on": on}, by=by)


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `accounts`: bring into force what is due, and tell what nobody was told of."""
    with db.atomic():
        in_force = effect.bring_into_force(claim.on)
        result = {"in_force": len(in_force), "mails": tell(claim.on, render, by=claim.requested_by)}
        jobs.finish(claim, result)
    return result


def tell(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write the mails about what is new and return how many; twice tells once."""
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NEWS_LOCK,))
        written = sum(
            _tell(Fact(*row), side, on, render, by)
            for side in SIDES
            for row in sql(side.sql(_FRESH)).fetchall()
        )
        if written:
            jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=by, dedupe_key=JobName.SEND_MAIL)
    return written


def _tell(fact: Fact, side: Side, on: date, render: notifications.Renderer, by: str) -> int:
    mails = []
    for place, address in enumerate(addresses(fact)):
        notice = notifications.Notice(
            kind=KIND,
            party_kind=side.party_kind,
            party_code=fact.code,
            to_address=address,
            business_on=on,
            dedupe_key=f"{side.changes}:{fact.change}:{fact.event}:{place}",
            facts={"fact": fact, "on": on, "tail": _tail},
        )
        mails.append(notifications.record(notice, render, by=by))
    told = {
        "fact": f"{side.fact}:{fact.change}:{fact.event}",
        "party_kind": side.party_kind,
        "code": fact.code,
    }
    sql(_KEEP, {**told, "mail": mails[0]})
    return len(mails)


def addresses(fact: Fact) -> list[str]:
    """Return where the party is told: its address now, then those it gave up lately."""
    told = {
        "party_kind": fact.party_kind,
        "code": fact.code,
        "requested_at": fact.requested_at,
        "days": FORMER_ADDRESS_DAYS,
    }
    former = sorted({row[0] for row in sql(_FORMER, told) if row[0]} - {fact.email})
    return [fact.email, *former]


def _tail(account: dict[str, Any] | None) -> str:
    """Return an account as a mail may show it."""
    return "" if account is None else f"•••• {account['account_no'][-4:]}"
