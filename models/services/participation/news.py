"""Hospitals are told what is asked of them about findings: one mail for everything done at once."""

from datetime import date
from typing import Any, NamedTuple

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import jobs, notifications

#: One telling at a time, so that each fact is told once.
NEWS_LOCK = 7_466_082
TEMPLATE = "participation"
#: Findings listed in a mail; the count is of all.
SHOWN = 50

_NEWS = """
SELECT DISTINCT f.hospital_code, s.act_no, s.move, s.due_on, s.words, s.actor
  FROM participation_step s JOIN participation_finding f ON f.id = s.finding_id
 WHERE s.move IN ('remind', 'ask', 'rectify')
   AND NOT EXISTS (SELECT FROM mail_fact m WHERE m.fact = 'participation:' || s.act_no
                      AND (m.party_kind, m.party_code) = ('hospital', f.hospital_code))
 ORDER BY f.hospital_code, s.act_no
"""
_FINDINGS = """
SELECT f.kind, coalesce(b.name, f.round_code), coalesce(d.name, f.nhsa_code),
       count(*) OVER ()
  FROM participation_step s JOIN participation_finding f ON f.id = s.finding_id
  LEFT JOIN vbp_round b USING (round_code) LEFT JOIN product d USING (nhsa_code)
 WHERE s.act_no = %(act_no)s AND f.hospital_code = %(hospital)s
 ORDER BY f.round_code, f.kind, f.nhsa_code LIMIT %(shown)s
"""


class Finding(NamedTuple):
    """A finding as a mail shows it."""

    kind: str
    round_name: str
    product_name: str


def tell_soon(by: str, on: date) -> None:
    """Queue the telling in the caller's transaction."""
    jobs.enqueue(
        JobName.PARTICIPATION_NEWS, {"on": on}, by=by, dedupe_key=JobName.PARTICIPATION_NEWS
    )


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `participation_news`: put what nobody was told of into the outbox."""
    with db.atomic():
        result = {"mails": tell(claim.on, render, by=claim.requested_by)}
        jobs.finish(claim, result)
    return result


def tell(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write the mails about what is asked of hospitals and return how many; twice tells once."""
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NEWS_LOCK,))
        written = sum(_write(row, on, render, by) for row in sql(_NEWS).fetchall())
        if written:
            jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=by, dedupe_key=JobName.SEND_MAIL)
    return written


def _write(row: Any, on: date, render: notifications.Renderer, by: str) -> int:  # noqa: ANN401 - a row
    hospital, act_no, move, due_on, words, _actor = row
    told = {"act_no": act_no, "hospital": hospital, "shown": SHOWN}
    found = sql(_FINDINGS, told).fetchall()
    fact = f"participation:{act_no}"
    return notifications.tell_once(
        TEMPLATE,
        notifications.party("hospital", hospital),
        [fact],
        {
            "move": move,
            "due_on": due_on,
            "words": words,
            "findings": [Finding(*one[:3]) for one in found],
            "count": int(found[0][3]) if found else 0,
        },
        on,
        render,
        by=by,
        dedupe_key=f"{fact}:{hospital}",
    )
