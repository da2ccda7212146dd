"""Who is to pass a round's prepayment on is told at once, and once more when it is late."""

from datetime import date
from typing import Any, NamedTuple

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import jobs, notifications

#: One telling at a time, so that each fact is told once.
NEWS_LOCK = 7_466_044
TEMPLATE = "round_prepayment"
#: Parts listed in a mail; the total is of all.
SHOWN = 50

#: What may be told today of payouts to hospitals and of parts that reached distributors.
_NEWS = """
WITH event AS (
    SELECT p.id, 'hospital' AS party_kind, p.hospital_code AS party_code, NULL::text AS enterprise,
           v.event, 'round:' || p.id || ':' || v.event AS fact
      FROM round_prepayment p
     CROSS JOIN LATERAL (VALUES ('paid', true), ('late_on', p.pass_on_due_on < %(on)s)) v
           (event, happens)
     WHERE p.destination = 'hospital' AND p.state IN ('paid', 'recovered') AND v.happens
       AND EXISTS (SELECT FROM round_share s WHERE s.prepayment_id = p.id
                      AND s.passed_on IS NULL)
    UNION ALL
    SELECT p.id, 'enterprise', s.enterprise_code, s.enterprise_code, v.event,
           'round:' || p.id || ':' || v.event
      FROM round_share s JOIN round_prepayment p ON p.id = s.prepayment_id
     CROSS JOIN LATERAL (VALUES ('passed', true), ('late_down', s.down_due_on < %(on)s)) v
           (event, happens)
     WHERE s.passed_on IS NOT NULL AND s.down_due_on IS NOT NULL AND s.passed_down_on IS NULL
       AND v.happens
)
SELECT e.id, e.party_kind, e.party_code, e.enterprise, e.event, e.fact FROM event e
 WHERE NOT EXISTS (SELECT FROM mail_fact f WHERE f.fact = e.fact
                      AND (f.party_kind, f.party_code) = (e.party_kind, e.party_code))
 ORDER BY e.party_kind, e.party_code, e.id, e.event LIKE 'late%%' DESC
"""
_PREPAYMENT = """
SELECT p.prepayment_no, coalesce(r.name, p.round_code), h.name, p.amount_fen, p.paid_on,
       p.pass_on_due_on, s.amount_fen, s.passed_on, s.down_due_on
  FROM round_prepayment p JOIN hospital h USING (hospital_code)
  LEFT JOIN vbp_round r USING (round_code)
  LEFT JOIN round_share s ON s.prepayment_id = p.id AND s.enterprise_code = %(enterprise)s
 WHERE p.id = %(id)s
"""
_PARTS = """
SELECT coalesce(e.name, s.enterprise_code), s.amount_fen, count(*) OVER (),
       (sum(s.amount_fen) OVER ())::bigint
  FROM round_share s LEFT JOIN enterprise e ON e.credit_code = s.enterprise_code
 WHERE s.prepayment_id = %(id)s AND s.passed_on IS NULL
 ORDER BY s.amount_fen DESC, s.enterprise_code LIMIT %(shown)s
"""


class Prepayment(NamedTuple):
    """A prepayment as a mail shows it; amounts in fen."""

    prepayment_no: str
    round_name: str
    hospital_name: str
    amount_fen: int
    paid_on: date
    pass_on_due_on: date | None
    #: Of the distributor that is told.
    share_fen: int | None
    passed_on: date | None
    down_due_on: date | None


class Part(NamedTuple):
    """What a distributor is still to get."""

    enterprise_name: str
    amount_fen: int


def tell_soon(by: str, on: date) -> None:
    """Queue the telling in the caller's transaction."""
    jobs.enqueue(JobName.ROUND_NEWS, {"on": on}, by=by, dedupe_key=JobName.ROUND_NEWS)


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `round_news`: put what nobody was told of into the outbox."""
    with db.atomic():
        result = {"mails": tell(claim.on, render, by=claim.requested_by)}
        jobs.finish(claim, result)
    return result


def tell(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write the mails about what is to be passed on and return how many; twice tells once."""
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NEWS_LOCK,))
        news: dict[tuple[int, str, str], list[Any]] = {}
        for row in sql(_NEWS, {"on": on}).fetchall():
            news.setdefault((int(row[0]), row[1], row[2]), []).append(row[3:])
        written = sum(_write(key, told, on, render, by) for key, told in news.items())
        if written:
            jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=by, dedupe_key=JobName.SEND_MAIL)
    return written


def _write(
    key: tuple[int, str, str],
    told: list[Any],
    on: date,
    render: notifications.Renderer,
    by: str,
) -> int:
    number, party_kind, party_code = key
    enterprise, event, fact = told[0]
    row = sql(_PREPAYMENT, {"id": number, "enterprise": enterprise}).fetchone()
    parts = sql(_PARTS, {"id": number, "shown": SHOWN}).fetchall()
    facts = {
        "event": event,
        "prepayment": Prepayment(*row),
        "parts": [Part(*part[:2]) for part in parts],
        "count": int(parts[0][2]) if parts else 0,
        "sum_fen": int(parts[0][3]) if parts else 0,
    }
    return notifications.tell_once(
        TEMPLATE,
        notifications.party(party_kind, party_code),
        [each[2] for each in told],
        facts,
        on,
        render,
        by=by,
        dedupe_key=f"{fact}:{party_code}",
    )
