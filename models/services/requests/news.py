"""Hospitals are told by mail what is asked of them: at once, while it waits, when it is late.

The job `money_requests` brings what is asked for up to date and calls this; each thing is told once
however often it runs.
"""

from datetime import date
from typing import Any, NamedTuple

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.rules.requests import RequestKind
from models.services import jobs, notifications
from models.services.requests.terms import SCHEME_OF_AREA

#: One telling at a time, so that each fact is told once.
NEWS_LOCK = 7_466_042
TEMPLATE = "money_request"

#: What may be told of a request today, the gravest first; what is told counts for all before it.
_NEWS = f"""
WITH terms AS ({SCHEME_OF_AREA}),
event AS (
    SELECT r.id, v.event, v.fact, v.weight
      FROM money_request r LEFT JOIN terms t ON t.of_area = r.area_code
     CROSS JOIN LATERAL (VALUES
           ('withdrawn', 'withdrawn', 4, r.state = 'withdrawn' AND EXISTS (
                SELECT FROM mail_fact f WHERE f.fact = 'money_request:' || r.id || ':asked')),
           ('overdue', 'overdue:' || coalesce((%(on)s - r.due_on - 1) / t.top_up_remind_days, 0),
            3, r.state = 'asked' AND r.due_on < %(on)s),
           ('reminder', 'reminder:' || (%(on)s - r.asked_on) / t.top_up_remind_days, 2,
            r.state = 'asked' AND r.due_on >= %(on)s
            AND %(on)s - r.asked_on >= t.top_up_remind_days),
           ('asked', 'asked', 1, r.state = 'asked')) v (event, fact, weight, happens)
     WHERE v.happens
)
SELECT e.id, e.event, 'money_request:' || e.id || ':' || e.fact
  FROM event e
 WHERE NOT EXISTS (SELECT FROM mail_fact f WHERE f.fact = 'money_request:' || e.id || ':' || e.fact)
 ORDER BY e.id, e.weight DESC
"""
_REQUEST = """
SELECT r.request_no, r.kind, r.period, r.amount_fen, r.received_fen, r.asked_on, r.due_on, r.note,
       r.end_reason, r.hospital_code, g.name, g.account_name,
       g.bank_name, right(g.account_no, 4)
  FROM money_request r
  LEFT JOIN paying_agency a ON a.area_code = r.area_code
  LEFT JOIN agency g USING (agency_code)
 WHERE r.id = %(id)s
"""
_WANTED = """
SELECT EXISTS (SELECT FROM scheme WHERE top_up_days IS NOT NULL)
    OR EXISTS (SELECT FROM money_request WHERE state = 'asked')
"""


class Told(NamedTuple):
    """A request as a mail shows it; amounts in fen."""

    request_no: str
    kind: RequestKind
    period: str
    amount_fen: int
    received_fen: int
    asked_on: date
    due_on: date
    note: str | None
    end_reason: str | None
    #: Where to pay to: the agency, and its account by its last four digits.
    agency_name: str | None
    account_name: str | None
    bank_name: str | None
    account_tail: str | None

    @property
    def open_fen(self) -> int:
        """Return what did not come in yet."""
        return self.amount_fen - self.received_fen


def look_where_asked(by: str, on: date) -> None:
    """Queue that job where a scheme asks for top-ups or somebody is asked already."""
    if sql(_WANTED).fetchone()[0]:
        look_soon(by, on)


def look_soon(by: str, on: date) -> None:
    """Queue the job that brings requests up to date and tells of them, in the transaction."""
    jobs.enqueue(JobName.MONEY_REQUESTS, {"on": on}, by=by, dedupe_key=JobName.MONEY_REQUESTS)


def tell(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write a mail about each request that has news and return how many; twice tells once."""
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NEWS_LOCK,))
        news: dict[int, list[tuple[str, str]]] = {}
        for number, event, fact in sql(_NEWS, {"on": on}).fetchall():
            news.setdefault(int(number), []).append((event, fact))
        written = sum(_write(number, told, on, render, by) for number, told in news.items())
        if written:
            jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=by, dedupe_key=JobName.SEND_MAIL)
    return written


def _write(
    number: int,
    told: list[tuple[str, str]],
    on: date,
    render: notifications.Renderer,
    by: str,
) -> int:
    row: Any = sql(_REQUEST, {"id": number}).fetchone()
    request = Told(row[0], RequestKind(row[1]), *row[2:9], *row[10:])
    return notifications.tell_once(
        TEMPLATE,
        notifications.party("hospital", row[9]),
        [fact for _, fact in told],
        {"request": request, "event": told[0][0]},
        on,
        render,
        by=by,
        dedupe_key=told[0][1],
    )
