"""A report is submitted by the hospital and reviewed one level up; what is reviewed counts."""

from datetime import date

from models.records.base import db, sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.reporting import (
    ReportIncomplete,
    ReportReasonMissing,
    ReportUnified,
    ReviewAbove,
)
from models.rules.reporting import ReportMove
from models.services import access, round_use
from models.services.access import Actor
from models.services.reporting.held import SHOWN, Held, held, moved, require_members_silent
from models.services.reporting.writing import REASON_CHARS_MAX, require_open

_TERM = """
SELECT t.report_from, t.report_by FROM round_term_of t
 WHERE t.of_area = %s AND t.round_code = %s
"""
#: Lines of the report beside what was used, whose difference is beyond the limits and unexplained.
_UNEXPLAINED = f"""
WITH asked AS ({round_use.ASKED}),
listed AS ({round_use.CATALOGUE}),
used AS ({round_use.USED}),
told AS (
    SELECT l.hospital_code, c.nhsa_code, sum(l.reported_quantity) AS quantity,
           bool_or(coalesce(btrim(l.reason), '') <> '') AS explained
      FROM quantity_report_line l JOIN product d USING (nhsa_code)
      JOIN listed c ON (c.name, c.kind) = (d.name, d.kind)
     WHERE l.round_code = %(round)s AND l.hospital_code = ANY (%(hospitals)s)
     GROUP BY 1, 2
)
SELECT DISTINCT c.name FROM used u JOIN asked a USING (hospital_code)
  JOIN listed c USING (nhsa_code)
  LEFT JOIN told t USING (hospital_code, nhsa_code)
 WHERE u.quantity > 0 AND NOT coalesce(t.explained, false)
   AND (coalesce(t.quantity, 0) * 10000 < u.quantity * a.under_report_bp
        OR coalesce(t.quantity, 0) * 10000 > u.quantity * a.over_report_bp)
 ORDER BY c.name
"""
_SUBMIT = """
UPDATE quantity_report SET state = %(to)s, submitted_by = %(actor)s, submitted_on = %(on)s,
       decided_by = NULL, decided_on = NULL, answer = NULL WHERE id = %(id)s
"""
_DECIDE = """
UPDATE quantity_report SET state = %(to)s, decided_by = %(actor)s, decided_on = %(on)s,
       answer = %(note)s WHERE id = %(id)s
"""
#: What the review makes count: the lines, and zero for what is not reported any more.
_COUNT = """
INSERT INTO reported_quantity (hospital_code, round_code, nhsa_code, reported_quantity,
                               committed_quantity, letter_signed_on)
SELECT l.hospital_code, l.round_code, l.nhsa_code, l.reported_quantity,
       round(l.reported_quantity * t.agreed_share_bp / 10000, 4), %(signed_on)s
  FROM quantity_report_line l JOIN hospital h USING (hospital_code)
  JOIN round_term_of t ON t.of_area = h.area_code AND t.round_code = l.round_code
 WHERE l.round_code = %(round)s AND l.hospital_code = ANY (%(hospitals)s)
ON CONFLICT (hospital_code, round_code, nhsa_code) DO UPDATE
   SET reported_quantity = excluded.reported_quantity,
       committed_quantity = excluded.committed_quantity,
       letter_signed_on = excluded.letter_signed_on
"""
_FORGET = """
UPDATE reported_quantity r SET reported_quantity = 0, committed_quantity = 0
 WHERE r.round_code = %(round)s AND r.hospital_code = ANY (%(hospitals)s)
   AND (r.reported_quantity, r.committed_quantity) <> (0, 0)
   AND NOT EXISTS (SELECT FROM quantity_report_line l
                    WHERE (l.hospital_code, l.round_code, l.nhsa_code)
                          = (r.hospital_code, r.round_code, r.nhsa_code))
"""
_LEAD = """
SELECT l.name FROM hospital h JOIN hospital l ON l.hospital_code = h.lead_hospital_code
  JOIN quantity_report q ON q.hospital_code = l.hospital_code AND q.unified
 WHERE h.hospital_code = %(hospital)s AND l.hospital_code <> h.hospital_code
   AND q.round_code = %(round)s
"""


def submit(actor: Actor, report_id: int, *, on: date) -> None:
    """Submit a report with its letter; unusual quantities have their reasons.

    A returned one may be submitted after the last day, too. Raises NotAllowed, ReportUnknown,
    ReportMoved, ReportingClosed, ReportIncomplete, ReportReasonMissing, MemberReported.
    """
    access.require(actor, "report_quantity")
    with db.atomic():
        report = held(actor, report_id, ReportMove.SUBMIT)
        if report.state.value == "draft":
            row = sql(_TERM, (report.area_code, report.round_code)).fetchone()
            first, last = row or (None, None)
            require_open(report.round_code, first, last, on)
        _whole(report)
        to = moved(actor, report, ReportMove.SUBMIT, on=on)
        sql(_SUBMIT, {"to": to.value, "actor": actor.name, "on": on, "id": report_id})


def _whole(report: Held) -> None:
    told = {
        "round": report.round_code,
        "hospitals": report.hospitals,
        "areas": [],
        "hospital": report.hospital_code,
    }
    lead = sql(_LEAD, told).fetchone()
    if lead is not None:
        raise ReportUnified(round=report.round_code, lead=lead[0])
    require_members_silent(report)
    missing = []
    if report.letter_file_id is None:
        missing.append(("签字盖章的承诺函", "the signed letter"))
    if report.letter_signed_on is None:
        missing.append(("承诺函日期", "the day of the letter"))
    has_lines = sql(
        "SELECT 1 FROM quantity_report_line WHERE round_code = %(round)s"
        " AND hospital_code = ANY (%(hospitals)s) LIMIT 1",
        told,
    ).fetchone()
    if has_lines is None:
        missing.append(("至少一个产品的报量", "the quantity of at least one product"))
    if missing:
        raise ReportIncomplete(
            fields="、".join(zh for zh, _ in missing), fields_en=", ".join(en for _, en in missing)
        )
    unexplained = [name for (name,) in sql(_UNEXPLAINED, told)]
    if unexplained:
        raise ReportReasonMissing(products="、".join(unexplained[:SHOWN]))


def take_back(actor: Actor, report_id: int, *, on: date) -> None:
    """Take a submitted report back while nobody reviewed it.

    Raises NotAllowed, ReportUnknown, ReportMoved.
    """
    access.require(actor, "report_quantity")
    with db.atomic():
        report = held(actor, report_id, ReportMove.TAKE_BACK)
        to = moved(actor, report, ReportMove.TAKE_BACK, on=on)
        sql("UPDATE quantity_report SET state = %s WHERE id = %s", (to.value, report_id))


def review(actor: Actor, report_id: int, *, on: date) -> None:
    """Review a report one level up: from now on its quantities count.

    Raises NotAllowed, ReportUnknown, ReportMoved, ReviewAbove, SecondPersonNeeded.
    """
    access.require(actor, "report_review")
    with db.atomic():
        report = _above(actor, report_id, ReportMove.REVIEW)
        sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
        told = {
            "round": report.round_code,
            "hospitals": report.hospitals,
            "signed_on": report.letter_signed_on,
        }
        sql(_COUNT, told)
        sql(_FORGET, told)
        _decide(actor, report, ReportMove.REVIEW, on, "")


def give_back(actor: Actor, report_id: int, words: str, *, on: date) -> None:
    """Return a submitted or reviewed report with a reason; what counted counts until it is new.

    Raises NotAllowed, ReportUnknown, ReportMoved, ReviewAbove, ReasonNeeded.
    """
    access.require(actor, "report_review")
    if not words.strip():
        raise ReasonNeeded(what="退回")
    with db.atomic():
        report = _above(actor, report_id, ReportMove.GIVE_BACK)
        _decide(actor, report, ReportMove.GIVE_BACK, on, words.strip()[: REASON_CHARS_MAX * 5])


def _above(actor: Actor, report_id: int, move: ReportMove) -> Held:
    report = held(actor, report_id, move)
    if not access.reaches(actor, report.above_code):
        raise ReviewAbove(area=report.above_code)
    if report.submitted_by == actor.name:
        raise SecondPersonNeeded(actor=actor.name, what="报量")
    return report


def _decide(actor: Actor, report: Held, move: ReportMove, on: date, note: str) -> None:
    to = moved(actor, report, move, on=on, note=note)
    told = {"to": to.value, "actor": actor.name, "on": on, "note": note, "id": report.id}
    sql(_DECIDE, told)
