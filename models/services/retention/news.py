"""Hospitals are told what is made public of their retention, what was paid, what is not paid."""

from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import jobs, notifications

#: One telling at a time, so that each fact is told once.
NEWS_LOCK = 7_466_083
TEMPLATE = "retention"

#: What was published, what the bank paid and still counts as paid, what was withdrawn after its
#: hospital had read of it. Refused and returned orders are told with all others (payment_news).
_NEWS = """
WITH told AS (
    SELECT g.*, p.publicity_no, p.published_on, p.until_on,
           coalesce(b.name, g.round_code) AS round_name
      FROM retention_grant g JOIN retention_publicity p ON p.id = g.publicity_id
      LEFT JOIN vbp_round b USING (round_code)
     WHERE p.published_by IS NOT NULL
),
news AS (
    SELECT 'retention_public:' || t.id AS fact, 'public' AS what, t.*, t.until_on AS day,
           '' AS reference, '' AS words
      FROM told t WHERE t.state = 'listed'
     UNION ALL
    SELECT 'retention_paid:' || v.id, 'paid', t.*, coalesce(i.booked_on, v.business_on),
           i.reference, ''
      FROM told t JOIN retention_allocation a ON a.grant_id = t.id
      JOIN payment_instruction i ON i.id = a.instruction_id AND i.state = 'settled'
      JOIN instruction_event v ON v.instruction_id = i.id AND v.to_state = 'settled'
     UNION ALL
    SELECT 'retention_withdrawn:' || t.id, 'withdrawn', t.*, NULL, '', t.reason
      FROM told t
     WHERE t.state = 'withdrawn'
       AND EXISTS (SELECT FROM mail_fact m WHERE m.fact = 'retention_public:' || t.id)
)
SELECT n.fact, n.what, n.hospital_code, n.publicity_no, n.round_name, n.agreement_year,
       n.amount_fen, n.day, n.reference, n.words
  FROM news n
 WHERE NOT EXISTS (SELECT FROM mail_fact m WHERE m.fact = n.fact
                      AND (m.party_kind, m.party_code) = ('hospital', n.hospital_code))
 ORDER BY n.hospital_code, n.publicity_no, n.what, n.fact
"""


class Amount(NamedTuple):
    """One amount as a mail shows it, in fen."""

    fact: str
    what: str
    hospital_code: str
    publicity_no: str
    round_name: str
    agreement_year: int
    amount_fen: int
    #: Last day of publicity, or the day it was booked.
    day: date | None
    reference: str
    #: Why it was withdrawn.
    words: str


def tell_soon(by: str, on: date) -> None:
    """Queue the telling in the caller's transaction."""
    jobs.enqueue(JobName.RETENTION_NEWS, {"on": on}, by=by, dedupe_key=JobName.RETENTION_NEWS)


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `retention_news`: put what nobody was told of into the outbox."""
    with db.atomic():
        result = {"mails": tell(claim.on, render, by=claim.requested_by)}
        jobs.finish(claim, result)
    return result


def tell(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write a mail for each hospital, list and kind of news; return how many, twice tells once."""
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NEWS_LOCK,))
        rows = [Amount(*row) for row in sql(_NEWS).fetchall()]
        of = groupby(rows, key=lambda one: (one.hospital_code, one.publicity_no, one.what))
        written = sum(_write(key, list(found), on, render, by) for key, found in of)
        if written:
            jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=by, dedupe_key=JobName.SEND_MAIL)
    return written


def _write(
    key: tuple[str, str, str],
    rows: list[Amount],
    on: date,
    render: notifications.Renderer,
    by: str,
) -> int:
    hospital, publicity_no, what = key
    shown: dict[str, Any] = {
        "what": what, "publicity_no": publicity_no, "rows": rows, "count": len(rows),
        "sum_fen": sum(one.amount_fen for one in rows), "day": rows[0].day,
    }  # fmt: skip
    return notifications.tell_once(
        TEMPLATE, notifications.party("hospital", hospital), [one.fact for one in rows], shown,
        on, render, by=by, dedupe_key=rows[0].fact,
    )  # fmt: skip
