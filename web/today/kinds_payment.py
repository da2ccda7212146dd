"""Tasks about payments: files for the bank, its answers, what came back, what it is silent on."""

from models.rules.words import Role
from models.services.views import cases
from web.today.bounds import SHEET
from web.today.kind import Kind

_M, _C, _A = Role.MAKER, Role.CHECKER, Role.APPROVER


def _sheets(states: str) -> str:
    return (
        "SELECT count(*), sum(s.payable_fen)::bigint, min(s.due_on) FROM settlement_sheet s"
        f" WHERE s.state IN ({states}) AND {{scope}}"
    )


PAYMENT = (
    Kind(
        "exceptions",
        frozenset({_M, _C}),
        "SELECT count(*), sum(abs(x.amount_fen))::bigint, min(x.opened_on)"
        f" FROM {cases.FROM} WHERE x.closed_at IS NULL AND {{scope}}",
        {},
        "/exceptions/",
        bound=cases.mine,
    ),
    Kind(
        "decisions",
        frozenset({_C, _A}),
        "SELECT count(*), sum(i.amount_fen)::bigint, NULL::date FROM case_decision d"
        " JOIN payment_instruction i ON i.id = d.instruction_id"
        " WHERE {scope} AND d.act = 'admit' AND d.decided_by IS NULL"
        " AND d.asked_by <> %(reader)s",
        {"area": "i.area_code"},
        "/decisions/",
    ),
    Kind(
        "batches",
        frozenset({_M}),
        "SELECT count(*), sum(total_fen)::bigint, min(execution_on) FROM payment_batch"
        " WHERE state = 'prepared'",
        {},
        "/batches/?state=prepared",
    ),
    Kind(
        "came_back",
        frozenset({_M}),
        _sheets("'returned', 'rejected'"),
        SHEET,
        "/returns/",
    ),
    Kind(
        "reissues",
        frozenset({_C, _A}),
        "SELECT count(DISTINCT r.request_no), sum(r.amount_fen)::bigint, NULL::date"
        " FROM payment_reissue r JOIN payment_instruction i ON i.id = r.instruction_id"
        " WHERE {scope} AND r.decided_by IS NULL AND r.asked_by <> %(reader)s",
        {"area": "i.area_code"},
        "/returns/",
    ),
    Kind(
        "unconfirmed",
        frozenset({_M}),
        "SELECT count(*), sum(amount_fen)::bigint, min(sent_on) FROM payment_instruction"
        " WHERE state IN ('sent', 'unknown', 'accepted')",
        {},
        "/unconfirmed/",
        mine=False,
    ),
)
