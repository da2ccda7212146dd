"""Tasks about papers and rectifications: to review, to send, to answer, to look at, late."""

from models.rules.words import Role
from web.today.kind import Kind

_M, _C, _A, _H, _S = Role.MAKER, Role.CHECKER, Role.APPROVER, Role.HOSPITAL, Role.SUPERVISOR
_OF_PAPER = {"area": "p.area_code"}
_OF_RECTIFICATION = {"area": "r.area_code", "hospital": "r.hospital_code"}
_RECTIFICATIONS = "SELECT count(*), NULL::bigint, min({day}) FROM rectification r WHERE {{scope}}"

PAPERS = (
    Kind(
        "papers_review",
        frozenset({_C, _A, _S}),
        "SELECT count(*), NULL::bigint, min(p.due_on) FROM paper p WHERE {scope}"
        " AND p.state = 'draft' AND p.made_by <> %(reader)s",
        _OF_PAPER,
        "/papers/?view=review",
    ),
    Kind(
        "papers_send",
        frozenset({_M}),
        "SELECT count(*), NULL::bigint, min(p.due_on) FROM paper p WHERE {scope}"
        " AND p.state = 'reviewed'",
        _OF_PAPER,
        "/papers/?view=send",
    ),
    Kind(
        "rectifications_answer",
        frozenset({_H}),
        _RECTIFICATIONS.format(day="r.answer_by_on") + " AND r.state IN ('open', 'returned')",
        _OF_RECTIFICATION,
        "/rectifications/?view=answer",
    ),
    Kind(
        "rectifications_running",
        frozenset({_H}),
        _RECTIFICATIONS.format(day="r.promised_on") + " AND r.state = 'accepted'",
        _OF_RECTIFICATION,
        "/rectifications/?view=running",
    ),
    Kind(
        "rectifications_decide",
        frozenset({_M, _S}),
        _RECTIFICATIONS.format(day="r.promised_on") + " AND r.state = 'answered'",
        _OF_RECTIFICATION,
        "/rectifications/?view=decide",
    ),
    Kind(
        "rectifications_late",
        frozenset({_M, _S}),
        _RECTIFICATIONS.format(day="coalesce(r.promised_on, r.answer_by_on)")
        + " AND (r.state IN ('open', 'returned') AND r.answer_by_on < %(on)s"
        " OR r.state = 'accepted' AND r.promised_on < %(on)s)",
        _OF_RECTIFICATION,
        "/rectifications/?view=late",
    ),
)
