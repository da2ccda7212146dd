"""The monthly identity as its page shows it: each status from four sources, and what disagrees."""

from typing import Any

from models.records.base import db
from models.services import identity
from models.services.views.reading import fetch, is_kept, kept, one

#: Lines shown under the table when something disagrees.
DIFFERENCES_MAX = 50

_STATUSES = """
SELECT status, count(*) AS orders, sum(sheets)::bigint AS sheets,
       sum(payable_fen)::bigint AS payable_fen, sum(order_fen)::bigint AS order_fen,
       sum(bank_fen)::bigint AS bank_fen, coalesce(sum(statement_fen), 0)::bigint AS statement_fen,
       sum(ledger_fen)::bigint AS ledger_fen, count(*) FILTER (WHERE differs <> '') AS differing
  FROM identity_row GROUP BY status
"""
_DIFFERENCES = f"""
SELECT r.*, e.name AS enterprise_name FROM identity_row r
  JOIN enterprise e ON e.credit_code = r.enterprise_code
 WHERE r.differs <> '' ORDER BY r.reference, r.sheet_no LIMIT {DIFFERENCES_MAX}
"""
_NOT_YET = """
SELECT count(*) AS sheets, coalesce(sum(payable_fen), 0)::bigint AS sum_fen FROM settlement_sheet
 WHERE period = %(period)s AND area_code = ANY (%(areas)s) AND state IN ('draft', 'in_review')
"""


#: Whoever changes anything leaves an audit event, a move or a booking: then it is asked anew.
_MARK = """
SELECT (SELECT max(id) FROM audit_event) AS acts, (SELECT max(id) FROM instruction_event) AS moves,
       (SELECT max(entry_no) FROM ledger_entry) AS entries
"""


def month(areas: list[str], period: str) -> dict[str, Any]:
    """Return the statuses of a month, its differing lines, and what is not approved yet."""
    answer: dict[str, Any] = kept(period, _question(areas), lambda: _month(areas, period))
    return answer


def is_ready(areas: list[str], period: str) -> bool:
    """Return whether the month is known already and need not be asked from all sources."""
    return is_kept(period, _question(areas))


def _question(areas: list[str]) -> tuple[Any, ...]:
    return ("identity", tuple(areas), tuple(one(_MARK)))


def _month(areas: list[str], period: str) -> dict[str, Any]:
    with db.atomic():
        identity.collect(areas, period)
        found = {row.status: row for row in fetch(_STATUSES)}
        differences = fetch(_DIFFERENCES)
    return {
        "statuses": [found[status] for status in identity.STATUSES if status in found],
        "differences": differences,
        "not_yet": one(_NOT_YET, {"period": period, "areas": areas}),
    }
