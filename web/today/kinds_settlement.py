"""Tasks about settlement sheets and the close of a month."""

from models.rules.words import Role
from web.today.bounds import SHEET
from web.today.kind import Kind

_M, _C, _A, _S = Role.MAKER, Role.CHECKER, Role.APPROVER, Role.SUPERVISOR


def _sheets(states: str) -> str:
    return (
        "SELECT count(*), sum(s.payable_fen)::bigint, min(s.due_on) FROM settlement_sheet s"
        f" WHERE s.state IN ({states}) AND {{scope}}"
    )


#: Places where the last proof found the books broken: of all areas, whoever reads.
_BOOKS = (
    "SELECT coalesce(cardinality((SELECT r.broken FROM books_run r ORDER BY r.id DESC LIMIT 1)),"
    " 0), NULL::bigint, NULL::date"
)
_IN_REVIEW = "'in_review'"

#: Who agreed already waits for another approver's last word.
_NOT_SENT_ON = (
    "NOT (s.reviews_needed = 3 AND EXISTS (SELECT FROM sheet_review r WHERE r.sheet_id = s.id"
    " AND r.counts AND r.approved AND r.reviewer = %(reader)s))"
)

SETTLEMENT = (
    Kind("review", frozenset({_C}), _sheets("'draft'"), SHEET, "/sheets/?state=draft"),
    Kind(
        "approve",
        frozenset({_A}),
        f"{_sheets(_IN_REVIEW)} AND {_NOT_SENT_ON}",
        SHEET,
        "/sheets/?state=in_review",
    ),
    Kind("pay", frozenset({_M}), _sheets("'approved'"), SHEET, "/sheets/?state=approved"),
    Kind("short", frozenset({_M, _S}), _sheets("'short'"), SHEET, "/sheets/?state=short"),
    Kind(
        "close",
        frozenset({_C, _A}),
        "SELECT count(*), sum((c.totals ->> 'payable_fen')::bigint)::bigint, NULL::date"
        " FROM period_close c WHERE c.state = 'proposed' AND c.proposed_by <> %(reader)s"
        " AND NOT EXISTS (SELECT FROM unnest(c.area_codes) u (area_code) WHERE NOT ({scope}))",
        {"area": "u.area_code"},
        "/close/",
    ),
    Kind("books", frozenset({_M, _S, Role.AUDITOR}), _BOOKS, {}, "/ledger/"),
    Kind(
        "wait_review",
        frozenset({_M}),
        _sheets("'draft', 'in_review'"),
        SHEET,
        "/sheets/?state=draft",
        mine=False,
    ),
)
