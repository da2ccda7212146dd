"""Tasks of turnover money and of deductions: decide, pay out, take back, accept."""

from models.rules.words import Role
from models.services.turnover.eligible import OUTSTANDING
from web.today.kind import Kind

_M, _C, _A = Role.MAKER, Role.CHECKER, Role.APPROVER
_GRANT = {"area": "g.area_code"}

TURNOVER = (
    Kind(
        "turnover",
        frozenset({_C, _A}),
        "SELECT count(*), sum(g.amount_fen)::bigint, NULL::date FROM turnover_grant g"
        " WHERE {scope} AND g.state = 'applied' AND g.applied_by <> %(reader)s",
        _GRANT,
        "/turnover/?view=applied",
    ),
    Kind(
        "turnover_pay",
        frozenset({_M}),
        "SELECT count(*), sum(g.amount_fen)::bigint, min(make_date(g.year, 3, 31))"
        " FROM turnover_grant g"
        " WHERE {scope} AND g.state = 'approved' AND g.decided_by <> %(reader)s",
        _GRANT,
        "/turnover/?view=approved",
    ),
    Kind(
        "turnover_back",
        frozenset({_M}),
        f"SELECT count(*), sum({OUTSTANDING})::bigint, min(make_date(g.year, 12, 31))"
        " FROM turnover_grant g WHERE {scope} AND g.state = 'paid'"
        " AND %(day)s >= make_date(g.year, 11, 1)",
        _GRANT,
        "/turnover/?view=outstanding",
    ),
    Kind(
        "deductions",
        frozenset({_C}),
        "SELECT count(DISTINCT l.id), sum(d.amount_fen)::bigint, NULL::date FROM deduction_list l"
        " JOIN deduction d ON d.list_id = l.id JOIN hospital h USING (hospital_code)"
        " WHERE {scope} AND l.state = 'proposed' AND l.proposed_by <> %(reader)s",
        {"area": "h.area_code"},
        "/deductions/?state=proposed",
    ),
)
