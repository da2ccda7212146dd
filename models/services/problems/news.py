"""The sides of a problem and the desk in charge are told what happened; late ones come as a list.

Each event is told to each institution once; of several about one problem the last is told.
"""

from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from models.records.base import db, sql
from models.rules import calendar
from models.rules.job_names import JobName
from models.services import jobs, notifications
from models.services.judgement.due import day_kinds
from models.services.problems import terms

#: One telling at a time, so that each fact is told once.
NEWS_LOCK = 7_466_061
#: Late problems named in a list; the count is of all.
SHOWN = 20

#: Events of the last days and whom they are told: the desk of what reaches it or comes back, the
#: sides of what the desk does; nobody of his own words.
_NEWS = """
WITH recent AS (
    SELECT v.id, v.problem_id, v.move, v.facts, p.desk_area_code, p.area_code, p.party_kind
      FROM problem_event v JOIN problem p ON p.id = v.problem_id
     WHERE v.happened_on >= %(on)s::date - 7
), target AS (
    SELECT r.id, r.problem_id, r.move, 'agency' AS party_kind, g.agency_code AS party_code
      FROM recent r JOIN paying_agency g ON g.area_code = r.desk_area_code
     WHERE r.move IN ('report', 'escalate', 'transfer', 'reopen', 'withdraw', 'accept')
        OR r.move = 'say' AND r.facts ->> 'side' <> 'agency'
    UNION ALL
    SELECT r.id, r.problem_id, r.move, 'agency', g.agency_code
      FROM recent r JOIN paying_agency g ON g.area_code = r.area_code
     WHERE r.move IN ('answer', 'close') AND r.party_kind = 'agency'
    UNION ALL
    SELECT r.id, r.problem_id, r.move, s.party_kind, s.party_code
      FROM recent r JOIN problem_side s ON s.problem_id = r.problem_id
     WHERE r.move IN ('report', 'escalate', 'transfer', 'answer', 'close', 'say')
       AND s.party_code IS DISTINCT FROM r.facts ->> 'code'
        OR r.move = 'invite' AND s.party_code = r.facts ->> 'party_code'
)
SELECT t.problem_id, t.party_kind, t.party_code, t.move, 'problem:' || t.id
  FROM target t
 WHERE NOT EXISTS (SELECT FROM mail_fact f WHERE f.fact = 'problem:' || t.id
                      AND (f.party_kind, f.party_code) = (t.party_kind, t.party_code))
 ORDER BY t.problem_id, t.party_kind, t.party_code, t.id
"""
_PROBLEM = """
SELECT p.problem_no, p.kind_code, p.title, p.urgency, p.state, a.name, p.take_due_on,
       p.result_due_on, p.result
  FROM problem p JOIN area a ON a.area_code = p.desk_area_code WHERE p.id = %s
"""
#: What a desk is late with, by the agency that is written to.
_LATE = """
SELECT g.agency_code, p.problem_no, p.kind_code, p.title,
       CASE p.state WHEN 'reported' THEN p.take_due_on ELSE p.result_due_on END AS due_on,
       p.state
  FROM problem p JOIN paying_agency g ON g.area_code = p.desk_area_code
 WHERE (p.state = 'reported' AND p.take_due_on < %(on)s
        OR p.state = 'handling' AND p.result_due_on < %(on)s)
   AND NOT EXISTS (SELECT FROM mail_fact f WHERE f.fact = 'problem_late:' || %(on)s::date
                      AND f.party_kind = 'agency' AND f.party_code = g.agency_code)
 ORDER BY g.agency_code, 5, p.problem_no
"""


class Told(NamedTuple):
    """A problem as a mail shows it."""

    problem_no: str
    kind_name: str
    kind_name_en: str
    title: str
    urgency: str
    state: str
    desk_name: str
    take_due_on: date
    result_due_on: date
    result: str | None


class Late(NamedTuple):
    """A late problem in the list of a desk."""

    problem_no: str
    kind_name: str
    kind_name_en: str
    title: str
    due_on: date
    state: str


def tell_soon(by: str, on: date) -> None:
    """Queue the telling in the caller's transaction."""
    jobs.enqueue(
        JobName.PROBLEM_NEWS, {"on": on, "late": False}, by=by, dedupe_key=JobName.PROBLEM_NEWS
    )


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `problem_news`: tell what is new and, once a working day, what is late."""
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NEWS_LOCK,))
        result = {"mails": tell(claim.on, render, by=claim.requested_by)}
        if claim.args["late"]:
            result["late"] = tell_late(claim.on, render, by=claim.requested_by)
        if any(result.values()):
            jobs.enqueue(
                JobName.SEND_MAIL,
                {"on": claim.on},
                by=claim.requested_by,
                dedupe_key=JobName.SEND_MAIL,
            )
        jobs.finish(claim, result)
    return result


def tell(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write a mail about each problem to each institution it is new to; return how many."""
    rows = sql(_NEWS, {"on": on}).fetchall()
    known = terms.names(on)
    written = 0
    for (problem_id, kind, code), group in groupby(rows, key=lambda row: tuple(row[:3])):
        events = list(group)
        facts = {"problem": _told(problem_id, known), "event": events[-1][3]}
        written += notifications.tell_once(
            "problem",
            notifications.party(kind, code),
            [row[4] for row in events],
            facts,
            on,
            render,
            by=by,
            dedupe_key=f"{events[-1][4]}:{kind}:{code}",
        )
    return written


def _told(problem_id: int, known: dict[str, tuple[str, str]]) -> Told:
    number, kind_code, *rest = sql(_PROBLEM, (problem_id,)).fetchone()
    return Told(number, *known.get(kind_code, (kind_code, kind_code)), *rest)


def tell_late(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write each agency the list of what its desk is late with, on working days, once a day."""
    if not calendar.is_working(on, day_kinds()):
        return 0
    known = terms.names(on)
    rows = sql(_LATE, {"on": on}).fetchall()
    return sum(_digest(code, list(found), known, on, render, by) for code, found in _by(rows))


def _by(rows: list[Any]) -> Any:  # noqa: ANN401 - groups of rows
    return groupby(rows, key=lambda row: row[0])


def _digest(
    agency: str,
    rows: list[Any],
    known: dict[str, tuple[str, str]],
    on: date,
    render: notifications.Renderer,
    by: str,
) -> int:
    late = [Late(no, *known.get(kind, (kind, kind)), *rest) for _, no, kind, *rest in rows]
    return notifications.tell_once(
        "problem_late",
        notifications.party("agency", agency),
        [f"problem_late:{on}"],
        {"problems": late[:SHOWN], "count": len(late)},
        on,
        render,
        by=by,
        dedupe_key=f"problem_late:{on}:{agency}",
    )
