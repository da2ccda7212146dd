"""Institutions are told of papers sent or withdrawn, of what to put right, and of what is late."""

from datetime import date
from typing import Any

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.rules.papers import TITLES, PaperKind
from models.services import files, jobs, notifications
from models.services.papers import rules

#: One telling at a time, so that each fact is told once.
NEWS_LOCK = 7_466_054

#: Papers that were sent or withdrawn, with everybody who reads them: hospitals as the kind says,
#: the agency of the area, for reports also that of the area above.
_PAPERS = """
WITH told AS (
    SELECT p.*, 'paper:' || p.id || ':' || v.what AS fact, v.what
      FROM paper p CROSS JOIN LATERAL (VALUES
           (CASE WHEN p.state = 'sent' THEN 'sent' END),
           (CASE WHEN p.state = 'withdrawn' THEN 'withdrawn' END)) v (what)
     WHERE v.what IS NOT NULL
),
readers AS (
    SELECT t.id, 'hospital' AS kind, c.hospital_code AS code
      FROM told t JOIN paper_hospital c ON c.paper_id = t.id
     WHERE t.kind = 'bulletin' OR t.kind = 'reminder' AND cardinality(c.missed) > 0
    UNION
    SELECT t.id, 'agency', a.agency_code
      FROM told t JOIN paying_agency a ON a.area_code = t.area_code
    UNION
    SELECT t.id, 'agency', a.agency_code
      FROM told t JOIN area b ON b.area_code = t.area_code
      JOIN paying_agency a ON a.area_code = b.parent_code
     WHERE t.kind IN ('half_year', 'yearly')
)
SELECT t.fact, t.what, t.id, r.kind, r.code
  FROM told t JOIN readers r USING (id)
 WHERE NOT EXISTS (SELECT FROM mail_fact m WHERE m.fact = t.fact AND m.party_kind = r.kind
                      AND m.party_code = r.code)
   AND (t.what = 'sent' OR EXISTS (SELECT FROM mail_fact m WHERE m.party_kind = r.kind
        AND m.party_code = r.code AND m.fact = 'paper:' || t.id || ':sent'))
 ORDER BY t.id, r.kind, r.code
"""
#: What happened to rectifications and the hospital was not told of; its own answer is told to the
#: agency. The second half tells, once for each day, that a day was missed.
_RECTIFICATIONS = """
SELECT 'rectification:' || v.id, v.move, r.id,
       CASE WHEN v.move = 'answer' THEN 'agency' ELSE 'hospital' END,
       CASE WHEN v.move = 'answer' THEN (SELECT a.agency_code FROM paying_agency a
            WHERE a.area_code = r.area_code) ELSE r.hospital_code END, v.id
  FROM rectification_event v JOIN rectification r ON r.id = v.rectification_id
 WHERE NOT EXISTS (SELECT FROM mail_fact m WHERE m.fact = 'rectification:' || v.id)
UNION ALL
SELECT 'rectification_late:' || r.id || ':' || l.day, 'late', r.id, 'hospital', r.hospital_code,
       NULL
  FROM rectification r CROSS JOIN LATERAL (SELECT CASE
       WHEN r.state IN ('open', 'returned') THEN r.answer_by_on
       WHEN r.state = 'accepted' THEN r.promised_on END AS day) l
 WHERE l.day < %(on)s AND NOT EXISTS (SELECT FROM mail_fact m
       WHERE m.fact = 'rectification_late:' || r.id || ':' || l.day)
 ORDER BY 3, 6 NULLS LAST
"""
_PAPER = """
SELECT p.id, p.kind, p.span, p.area_code, p.paper_no, p.sent_on, p.end_reason, p.docx_file_id,
       p.content ->> 'title', p.content ->> 'about', p.content ->> 'office'
  FROM paper p WHERE p.id = %s
"""
_MINE = "SELECT missed, words FROM paper_hospital WHERE paper_id = %s AND hospital_code = %s"
_RECTIFICATION = """
SELECT r.id, r.rectification_no, r.findings, r.demand, r.answer_by_on, r.promised_on, r.plan,
       r.reply, r.meet_on, r.place, h.name
  FROM rectification r JOIN hospital h USING (hospital_code) WHERE r.id = %s
"""
_FIELDS = (
    "id", "number", "findings", "demand", "answer_by_on", "promised_on", "plan", "reply",
    "meet_on", "place", "hospital",
)  # fmt: skip


def tell_soon(by: str, on: date) -> None:
    """Queue the telling, in the caller's transaction."""
    jobs.enqueue(JobName.PAPER_NEWS, {"on": on}, by=by, dedupe_key=JobName.PAPER_NEWS)


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `paper_news`: put what nobody was told of into the outbox."""
    with db.atomic():
        result = {"mails": tell(claim.on, render, by=claim.requested_by)}
        jobs.finish(claim, result)
    return result


def tell(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write a mail about each thing that is new and return how many; twice tells once."""
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NEWS_LOCK,))
        written = _papers(on, render, by) + _rectifications(on, render, by)
        if written:
            jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=by, dedupe_key=JobName.SEND_MAIL)
    return written


def _papers(on: date, render: notifications.Renderer, by: str) -> int:
    written = 0
    known: dict[int, dict[str, Any]] = {}
    for fact, what, paper_id, kind, code in sql(_PAPERS).fetchall():
        paper = known.setdefault(paper_id, _paper(paper_id, on))
        who = notifications.party(kind, code)
        own: tuple[list[str], list[str]] = ([], [])
        if kind == "hospital":
            own = sql(_MINE, (paper_id, code)).fetchone() or own
        elif what == "sent" and paper["copies"] and code == paper["agency"]:
            copies = (*who.copies, *(one for one in paper["copies"] if one != who.email))
            who = notifications.Party(who.kind, who.code, who.name, who.email, copies)
        shown = {
            "paper": paper, "what": what, "missed": own[0], "called": own[1],
            "is_agency": kind == "agency",
            "document": paper["document"] if kind == "agency" and what == "sent" else None,
        }  # fmt: skip
        written += notifications.tell_once(
            "paper", who, [fact], shown, on, render, by=by, dedupe_key=f"{fact}:{kind}:{code}"
        )
    return written


def _paper(paper_id: int, on: date) -> dict[str, Any]:
    (
        number, kind, span, area, paper_no, sent_on, reason, file_id, title, about, office,
    ) = sql(_PAPER, (paper_id,)).fetchone()  # fmt: skip
    agency = sql("SELECT agency_code FROM paying_agency WHERE area_code = %s", (area,)).fetchone()
    rule = rules.of(area, sent_on or on)
    return {
        "id": number, "kind": TITLES[PaperKind(kind)][1], "is_bulletin": kind == "bulletin",
        "span": span, "no": paper_no, "sent_on": sent_on, "reason": reason, "title": title,
        "about": about, "office": office, "agency": agency[0] if agency else None,
        "health_department": rule.health_department,
        "copies": tuple(part.strip() for part in rule.copy_to.split(";") if part.strip()),
        "document": (f"{paper_no}.docx", b"".join(files.read(file_id))) if file_id else None,
    }  # fmt: skip


def _rectifications(on: date, render: notifications.Renderer, by: str) -> int:
    written = 0
    for fact, move, number, kind, code, _ in sql(_RECTIFICATIONS, {"on": on}).fetchall():
        if code is None:
            continue
        row = sql(_RECTIFICATION, (number,)).fetchone()
        shown = {"r": dict(zip(_FIELDS, row, strict=True)), "move": move}
        written += notifications.tell_once(
            "rectification", notifications.party(kind, code), [fact], shown, on, render,
            by=by, dedupe_key=fact,
        )  # fmt: skip
    return written
