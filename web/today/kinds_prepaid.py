"""Tasks about money asked of hospitals, sub-ledgers that are wound up, and rounds' prepayments."""

from models.rules.words import Role
from web.today.kind import Kind

_M, _C, _A, _S = Role.MAKER, Role.CHECKER, Role.APPROVER, Role.SUPERVISOR
_H, _E = Role.HOSPITAL, Role.ENTERPRISE

_REQUESTS = (
    "SELECT count(*), sum(r.amount_fen - r.received_fen)::bigint, min(r.due_on)"
    " FROM money_request r WHERE r.state = 'asked' AND {scope}"
)
_REQUEST = {"area": "r.area_code", "hospital": "r.hospital_code"}
_ROUNDS = (
    "SELECT count(*), sum(p.amount_fen)::bigint, NULL::date FROM round_prepayment p WHERE {scope}"
)
_ROUND = {"area": "p.area_code", "hospital": "p.hospital_code"}
_SHARES = (
    "SELECT count(*), sum(s.amount_fen)::bigint, min({0}) FROM round_share s"
    " JOIN round_prepayment p ON p.id = s.prepayment_id"
    " WHERE p.state IN ('paid', 'recovered') AND p.destination = 'hospital' AND {{scope}} AND {1}"
)

PREPAID = (
    Kind(
        "requests_late",
        frozenset({_M, _S}),
        _REQUESTS + " AND r.due_on < %(on)s",
        _REQUEST,
        "/money-requests/?view=overdue",
    ),
    Kind(
        "requests_mine",
        frozenset({_H}),
        _REQUESTS,
        _REQUEST,
        "/money-requests/?view=waiting",
    ),
    Kind(
        "closings",
        frozenset({_C, _A}),
        "SELECT count(*), NULL::bigint, min(k.finish_on) FROM subledger_closing k"
        " WHERE k.state = 'asked' AND k.asked_by <> %(reader)s AND {scope}",
        {"area": "k.area_code"},
        "/subledger-closings/?view=asked",
    ),
    Kind(
        "closings_running",
        frozenset({_M}),
        "SELECT count(*), NULL::bigint, min(k.finish_on) FROM subledger_closing k"
        " WHERE k.state = 'running' AND {scope}",
        {"area": "k.area_code"},
        "/subledger-closings/?view=running",
    ),
    Kind(
        "rounds",
        frozenset({_A}),
        _ROUNDS + " AND p.state = 'proposed' AND p.proposed_by <> %(reader)s",
        _ROUND,
        "/round-prepayments/?view=proposed",
    ),
    Kind(
        "rounds_pay",
        frozenset({_M}),
        _ROUNDS + " AND p.state = 'approved' AND p.decided_by <> %(reader)s",
        _ROUND,
        "/round-prepayments/?view=approved",
    ),
    Kind(
        "rounds_late",
        frozenset({_M, _S}),
        _SHARES.format(
            "least(p.pass_on_due_on, s.down_due_on)",
            "(s.passed_on IS NULL AND p.pass_on_due_on < %(on)s"
            " OR s.passed_down_on IS NULL AND s.down_due_on < %(on)s)",
        ),
        {"area": "p.area_code"},
        "/round-prepayments/?view=late",
    ),
    Kind(
        "pass_on",
        frozenset({_H}),
        _SHARES.format("p.pass_on_due_on", "s.passed_on IS NULL"),
        {"area": "p.area_code", "hospital": "p.hospital_code"},
        "/round-prepayments/?view=paid",
    ),
    Kind(
        "pass_down",
        frozenset({_E}),
        _SHARES.format("s.down_due_on", "s.passed_down_on IS NULL AND s.down_due_on IS NOT NULL"),
        {"area": "p.area_code", "enterprise": "s.enterprise_code"},
        "/round-prepayments/?view=paid",
    ),
)
