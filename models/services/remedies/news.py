"""Institutions are told what was decided of them: excuses, interviews, bulletins, suspensions."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import jobs, notifications
from models.services.remedies import described

#: One telling at a time, so that each fact is told once.
NEWS_LOCK = 7_466_033

#: Decisions about requests nobody was told of; a request is about one institution. What is ended
#: in several steps is told in as many.
_EXCUSES = """
SELECT 'excuse:' || f.request_no || ':' || f.event || ':' || extract(epoch FROM f.at) AS fact,
       f.responsible, f.party_code, f.request_no, f.event
  FROM (SELECT DISTINCT x.request_no, x.responsible, x.party_code, v.event, v.at
          FROM line_excuse x CROSS JOIN LATERAL (VALUES
               (CASE WHEN x.decided_at IS NOT NULL AND x.state <> 'refused' THEN 'granted' END,
                x.decided_at),
               (CASE WHEN x.state = 'refused' THEN 'refused' END, x.decided_at),
               (CASE WHEN x.state = 'ended' THEN 'ended' END, x.ended_at)) v (event, at)
         WHERE v.event IS NOT NULL AND x.party_code IS NOT NULL) f
 WHERE NOT EXISTS (SELECT FROM mail_fact m WHERE m.party_kind = f.responsible
                      AND m.party_code = f.party_code AND m.fact = 'excuse:' || f.request_no
                          || ':' || f.event || ':' || extract(epoch FROM f.at))
 ORDER BY f.at
"""
#: What happened to measures and nobody was told of. Letters to authorities and proposals are not
#: told; of several things about one measure the last is told, and all count as told.
_MEASURES = """
SELECT 'measure:' || v.id, m.party_kind, m.party_code, m.id, v.move
  FROM measure_event v JOIN measure m ON m.id = v.measure_id
 WHERE (m.kind, v.move) IN (('interview', 'open'), ('interview', 'plan_again'),
       ('interview', 'revoke'), ('bulletin', 'open'), ('bulletin', 'revoke'),
       ('suspension', 'approve'), ('suspension', 'lift'))
   AND NOT EXISTS (SELECT FROM mail_fact f WHERE f.fact = 'measure:' || v.id
                      AND f.party_kind = m.party_kind AND f.party_code = m.party_code)
 ORDER BY m.id, v.id
"""


def tell_soon(by: str, on: date) -> None:
    """Queue the telling of what was decided, in the caller's transaction."""
    jobs.enqueue(JobName.REMEDY_NEWS, {"on": on}, by=by, dedupe_key=JobName.REMEDY_NEWS)


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `remedy_news`: put what nobody was told of into the outbox."""
    with db.atomic():
        result = {"mails": tell(claim.on, render, by=claim.requested_by)}
        jobs.finish(claim, result)
    return result


def tell(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write a mail about each thing that is new and return how many; twice tells once."""
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NEWS_LOCK,))
        written = sum(_excuses(on, render, by)) + sum(_measures(on, render, by))
        if written:
            jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=by, dedupe_key=JobName.SEND_MAIL)
    return written


def _excuses(on: date, render: notifications.Renderer, by: str) -> Iterator[int]:
    for fact, kind, code, request_no, event in sql(_EXCUSES).fetchall():
        facts = {"excuse": described.excuse(request_no), "event": event}
        yield _write("excuse", (kind, code), [fact], facts, on, render, by)


def _measures(on: date, render: notifications.Renderer, by: str) -> Iterator[int]:
    rows = sql(_MEASURES).fetchall()
    for measure_id, group in groupby(rows, key=lambda row: row[3]):
        told = list(group)
        _, kind, code, _, move = told[-1]
        measure = described.measure(measure_id)
        facts = {"measure": measure, "move": move}
        yield _write(measure.kind, (kind, code), [row[0] for row in told], facts, on, render, by)


def _write(
    template: str,
    party: tuple[str, str],
    told: list[str],
    facts: dict[str, Any],
    on: date,
    render: notifications.Renderer,
    by: str,
) -> int:
    return notifications.tell_once(
        template,
        notifications.party(*party),
        told,
        facts,
        on,
        render,
        by=by,
        dedupe_key=f"{template}:{told[-1]}",
    )
