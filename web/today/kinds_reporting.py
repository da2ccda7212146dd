"""Tasks of reporting: rounds to report, reports to review, findings to answer and close, grades."""

from models.rules.words import Role
from web.today.kind import Kind

_M, _C, _A, _H, _S = (
    Role.MAKER,
    Role.CHECKER,
    Role.APPROVER,
    Role.HOSPITAL,
    Role.SUPERVISOR,
)
_FINDINGS = {"area": "h.area_code", "hospital": "f.hospital_code"}


def _findings(which: str) -> str:
    return (
        "SELECT count(*), NULL::bigint, min(f.due_on) FROM participation_finding f"
        f" JOIN hospital h USING (hospital_code) WHERE {{scope}} AND {which}"
    )


REPORTING = (
    Kind(
        "reports_mine",
        frozenset({_H}),
        "SELECT count(*), NULL::bigint, min(t.report_by) FROM hospital h"
        " JOIN round_term_of t ON t.of_area = h.area_code"
        " LEFT JOIN quantity_report q ON q.hospital_code = h.hospital_code"
        " AND q.round_code = t.round_code"
        " WHERE {scope} AND (q.state = 'returned' OR t.report_by >= %(day)s"
        " AND coalesce(t.report_from <= %(day)s, true) AND coalesce(q.state, 'draft') = 'draft'"
        " AND NOT EXISTS (SELECT FROM quantity_report l WHERE l.unified"
        " AND l.round_code = t.round_code AND l.hospital_code = h.lead_hospital_code"
        " AND l.hospital_code <> h.hospital_code))",
        {"hospital": "h.hospital_code"},
        "/quantity-reports/",
    ),
    # Who reaches the area above reviews; others do not see it as theirs.
    Kind(
        "reports_review",
        frozenset({_C, _S}),
        "SELECT count(*), NULL::bigint, NULL::date FROM quantity_report q"
        " JOIN hospital h USING (hospital_code) JOIN area a USING (area_code)"
        " WHERE {scope} AND q.state = 'submitted'",
        {"area": "coalesce(a.parent_code, a.area_code)"},
        "/quantity-reports/?view=submitted",
    ),
    Kind(
        "findings_mine",
        frozenset({_H}),
        _findings("f.state IN ('asked', 'rectifying')"),
        _FINDINGS,
        "/participation/?state=waiting",
    ),
    Kind(
        "findings_answered",
        frozenset({_C, _S}),
        _findings("f.state = 'answered'"),
        _FINDINGS,
        "/participation/?state=answered",
    ),
    Kind(
        "findings_late",
        frozenset({_M, _S}),
        _findings("f.state IN ('asked', 'rectifying') AND f.due_on < %(day)s"),
        _FINDINGS,
        "/participation/?state=overdue",
    ),
    Kind(
        "grades",
        frozenset({_A, _S}),
        "SELECT count(*), NULL::bigint, NULL::date FROM grade_list g"
        " WHERE {scope} AND g.state = 'proposed' AND g.made_by <> %(reader)s",
        {"area": "g.area_code"},
        "/grades/",
    ),
)
