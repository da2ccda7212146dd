"""Institutions are told what they are to explain or put right, that it is done, or that it is late.

Leads are confidential: nobody is told of a finding before it is asked about it, and never that it
was handed over or rests with others.
"""

from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import jobs, notifications

#: One telling at a time, so that each fact is told once.
NEWS_LOCK = 7_466_073
TEMPLATE = "risk"
#: Findings listed in a mail; the count is of all.
SHOWN = 50

#: A step is told only while it stands: who answered at once reads nothing of having to.
_NEWS = """
WITH seen AS (
    SELECT f.*, coalesce(d.name, f.nhsa_code, '') AS product_name,
           CASE f.asked_kind WHEN 'hospital' THEN f.hospital_code ELSE f.enterprise_code END AS code
      FROM risk_finding f LEFT JOIN product d USING (nhsa_code)
     WHERE f.asked_kind IN ('hospital', 'enterprise')
),
news AS (
    SELECT 'risk:' || v.id AS fact, s.id, s.asked_kind, s.code, s.kind, s.product_name,
           CASE WHEN v.move IN ('explain', 'dismiss', 'finish') THEN 'closed' ELSE v.move END
               AS what,
           CASE v.move WHEN 'ask' THEN s.answer_by_on WHEN 'rectify' THEN s.rectify_by_on END
               AS due_on,
           s.evidence_count, s.amount_fen,
           CASE WHEN v.move IN ('ask', 'rectify') THEN coalesce(v.note, '') ELSE '' END AS words
      FROM risk_event v JOIN seen s ON s.id = v.finding_id
           AND v.id = (SELECT max(w.id) FROM risk_event w
                        WHERE w.finding_id = s.id AND w.move <> 'add')
     WHERE v.move IN ('ask', 'rectify')
        OR v.move IN ('explain', 'dismiss', 'finish')
           AND EXISTS (SELECT FROM mail_fact m JOIN risk_event w ON m.fact = 'risk:' || w.id
                        WHERE w.finding_id = s.id
                          AND (m.party_kind, m.party_code) = (s.asked_kind, s.code))
     UNION ALL
    SELECT 'risk_late:' || s.id || ':' || l.day, s.id, s.asked_kind, s.code, s.kind,
           s.product_name, 'late', l.day, s.evidence_count, s.amount_fen, ''
      FROM seen s CROSS JOIN LATERAL (SELECT CASE s.state WHEN 'asked' THEN s.answer_by_on
                                             WHEN 'rectifying' THEN s.rectify_by_on END AS day) l
     WHERE l.day < %(on)s
)
SELECT n.* FROM news n
 WHERE n.code IS NOT NULL
   AND NOT EXISTS (SELECT FROM mail_fact m WHERE m.fact = n.fact
                      AND (m.party_kind, m.party_code) = (n.asked_kind, n.code))
 ORDER BY n.asked_kind, n.code, n.what, n.words, n.due_on, n.id
"""


class Told(NamedTuple):
    """A finding as a mail shows it, in fen; departments, prescribers and codes stay inside."""

    fact: str
    finding: int
    party_kind: str
    party_code: str
    kind: str
    product_name: str
    what: str
    due_on: date | None
    evidence_count: int
    amount_fen: int
    words: str


def tell_soon(by: str, on: date) -> None:
    """Queue the telling in the caller's transaction."""
    jobs.enqueue(JobName.RISK_NEWS, {"on": on}, by=by, dedupe_key=JobName.RISK_NEWS)


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `risk_news`: put what nobody was told of into the outbox."""
    with db.atomic():
        result = {"mails": tell(claim.on, render, by=claim.requested_by)}
        jobs.finish(claim, result)
    return result


def tell(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write a mail for each institution and kind of news; return how many, twice tells once."""
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NEWS_LOCK,))
        rows = [Told(*row) for row in sql(_NEWS, {"on": on}).fetchall()]
        of = groupby(rows, key=lambda one: (*one[2:4], one.what, one.words, one.due_on))
        written = sum(_write(list(found), on, render, by) for _, found in of)
        if written:
            jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=by, dedupe_key=JobName.SEND_MAIL)
    return written


def _write(rows: list[Told], on: date, render: notifications.Renderer, by: str) -> int:
    first = rows[0]
    shown: dict[str, Any] = {
        "what": first.what, "due_on": first.due_on, "words": first.words, "count": len(rows),
        "findings": rows[:SHOWN],
    }  # fmt: skip
    return notifications.tell_once(
        TEMPLATE, notifications.party(first.party_kind, first.party_code),
        [one.fact for one in rows], shown, on, render, by=by, dedupe_key=first.fact,
    )  # fmt: skip
