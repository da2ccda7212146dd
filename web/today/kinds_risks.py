"""Tasks about risk findings: to check, to explain by an institution, lists to be decided."""

from models.rules.words import Role
from web.today.kind import Kind

_FINDINGS = (
    "SELECT count(*), sum(f.amount_fen)::bigint, min({day}) FROM risk_finding f"
    " WHERE {{scope}} AND {which}"
)

RISKS = (
    Kind(
        "risks",
        frozenset({Role.MAKER, Role.SUPERVISOR}),
        _FINDINGS.format(day="NULL::date", which="f.state IN ('open', 'answered')"),
        {"area": "f.area_code"},
        "/risks/?view=open",
    ),
    Kind(
        "risks_asked",
        frozenset({Role.HOSPITAL, Role.ENTERPRISE}),
        _FINDINGS.format(day="f.answer_by_on", which="f.state = 'asked'"),
        {
            "hospital": "(CASE WHEN f.asked_kind = 'hospital' THEN f.hospital_code END)",
            "enterprise": "(CASE WHEN f.asked_kind = 'enterprise' THEN f.enterprise_code END)",
        },
        "/risks/?view=asked",
    ),
    Kind(
        "handovers",
        frozenset({Role.APPROVER, Role.SUPERVISOR}),
        "SELECT count(*), NULL::bigint, NULL::date FROM risk_handover x"
        " WHERE {scope} AND x.state = 'prepared' AND x.prepared_by <> %(reader)s",
        {"area": "x.area_code"},
        "/risks/handovers/?view=prepared",
    ),
)
