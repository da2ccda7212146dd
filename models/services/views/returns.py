"""What came back or was refused, the proofs of each, and the requests to pay it again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.records.payments import last_event
from models.services.views import payments
from models.services.views.listing import Counted, turned
from models.services.views.reading import Rows, Where, fetch, one
from models.services.views.turning import Place, Turned

#: tab → the condition over payment_instruction i.
TABS = {
    "open": "i.state IN ('rejected', 'returned', 'reversed', 'cancelled')"
    " AND NOT EXISTS (SELECT 1 FROM payment_instruction n WHERE n.reissue_of = i.id)",
    "returned": "i.state = 'returned'",
    "reversed": "i.state = 'reversed'",
    "rejected": "i.state = 'rejected'",
    "cancelled": "i.state = 'cancelled'",
    "again": "i.reissue_of IS NOT NULL",
}

_LIST = f"""
SELECT i.id, i.reference, i.state, i.period, i.enterprise_code,
       coalesce(e.name, i.payee_account_name) AS enterprise_name,
       {{amount}} AS amount_fen, i.payee_account_no, i.payee_account_name, i.sent_on, i.booked_on,
       i.returned_on, i.bank_reason, b.batch_no, b.profile_code, v.business_on, v.evidence,
       o.reference AS reissue_of, n.reference AS successor, n.state AS successor_state,
       c.day AS credit_day, c.entry_no AS credit_no
  FROM payment_instruction i LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
  LEFT JOIN payment_batch b ON b.id = i.batch_id
  LEFT JOIN payment_instruction o ON o.id = i.reissue_of
  LEFT JOIN payment_instruction n ON n.reissue_of = i.id
  LEFT JOIN LATERAL ({last_event("business_on, evidence", "i.id")}) v ON true
  LEFT JOIN LATERAL (SELECT t.day, t.entry_no FROM statement_entry t
                      WHERE t.instruction_id = i.id AND t.amount_fen > 0
                      ORDER BY t.day, t.entry_no LIMIT 1) c ON true
 WHERE {{where}} ORDER BY {{order}} LIMIT %(rows)s
"""
_COUNTS = "SELECT " + ", ".join(
    f"count(*) FILTER (WHERE {condition}) AS {tab}_orders,"
    f" coalesce(sum({{amount}}) FILTER (WHERE {condition}), 0)::bigint AS {tab}_fen"
    for tab, condition in TABS.items()
)
_WAITING = """
SELECT r.request_no, count(*) AS orders, sum(r.amount_fen)::bigint AS sum_fen,
       min(r.profile_code) AS profile_code, min(r.reason) AS reason, min(r.asked_by) AS asked_by,
       min(r.asked_at) AS asked_at, min(r.asked_on) AS asked_on, min(r.decided_by) AS decided_by,
       min(coalesce(nullif(u.full_name, ''), r.asked_by)) AS asked_name,
       min(coalesce(nullif(d.full_name, ''), r.decided_by)) AS decided_name,
       min(r.decided_at) AS decided_at, bool_and(r.released) AS released,
       min(r.decision_reason) AS decision_reason, min(r.job_id) AS job_id,
       min(j.state) AS job_state, min(j.error_sentence) AS error_sentence,
       min(j.error_sentence_en) AS error_sentence_en
  FROM payment_reissue r JOIN payment_instruction i ON i.id = r.instruction_id
  LEFT JOIN job j ON j.id = r.job_id LEFT JOIN app_user u ON u.name = r.asked_by
  LEFT JOIN app_user d ON d.name = r.decided_by
 WHERE {where} GROUP BY r.request_no
 ORDER BY min(r.decided_at) DESC NULLS FIRST, r.request_no DESC LIMIT 50
"""
_LINES = """
SELECT i.reference, i.state, i.amount_fen, i.bank_reason, i.returned_on, i.booked_on, i.sent_on,
       coalesce(e.name, i.payee_account_name) AS enterprise_name,
       i.enterprise_code, i.payee_account_no, i.payee_account_name,
       i.payee_bank_name, i.payee_cnaps_code, e.account_no AS account_now,
       e.account_name AS account_name_now, e.bank_name AS bank_name_now,
       e.cnaps_code AS cnaps_code_now, n.reference AS successor, b.profile_code,
       (SELECT max(c.decided_at) FROM account_change c
         WHERE c.credit_code = i.enterprise_code AND c.state = 'in_force') AS account_changed_at,
       (SELECT max(c.requested_by || ' / ' || c.decided_by) FROM account_change c
         WHERE c.credit_code = i.enterprise_code AND c.state = 'in_force'
           AND c.decided_at = (SELECT max(x.decided_at) FROM account_change x
               WHERE x.credit_code = i.enterprise_code AND x.state = 'in_force')) AS account_people
  FROM payment_instruction i LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
  LEFT JOIN payment_batch b ON b.id = i.batch_id
  LEFT JOIN payment_instruction n ON n.reissue_of = i.id
 WHERE i.reference = ANY (%(references)s) AND {where} ORDER BY i.id
"""


def _where(rows: Rows, period: str, areas: tuple[str, ...], enterprise: str) -> Where:
    return payments.where(rows, period=period, areas=areas, enterprise=enterprise)


def page(
    rows: Rows,
    tab: str,
    *,
    period: str = "",
    areas: tuple[str, ...] = (),
    enterprise: str = "",
    place: Place | None = None,
) -> tuple[Any, Turned]:
    """Return counts and sums of all tabs, and the page at a place of one, the latest first."""
    amount = payments.amount(rows)
    all_of = _where(rows, period, areas, enterprise)
    all_of.add("i.state IN ('rejected', 'returned', 'reversed', 'cancelled')"
               " OR i.reissue_of IS NOT NULL")  # fmt: skip
    counts = one(
        _COUNTS.format(amount=amount) + f" FROM payment_instruction i WHERE {all_of.text}",
        all_of.told,
    )
    found = _where(rows, period, areas, enterprise).add(TABS[tab])
    return counts, turned(_LIST, found, payments.ORDER, place, amount=amount)


def statement(
    rows: Rows, tab: str, *, period: str = "", areas: tuple[str, ...] = (), enterprise: str = ""
) -> tuple[str, dict[str, Any]]:
    """Return the statement of a tab and its parameters, but for how many."""
    found = _where(rows, period, areas, enterprise).add(TABS[tab])
    order = payments.ORDER.sql
    return _LIST.format(where=found.text, amount=payments.amount(rows), order=order), found.told


def counted(
    rows: Rows, tab: str, *, period: str = "", areas: tuple[str, ...] = (), enterprise: str = ""
) -> Counted:
    """Return what a tab counts."""
    found = _where(rows, period, areas, enterprise).add(TABS[tab])
    return Counted(f"SELECT 1 FROM payment_instruction i WHERE {found.text}", found.told)


#: More are not asked for in one step: nobody could look at their proofs.
CHOICE_MAX = 1_000


def choice(
    rows: Rows, tab: str, *, period: str = "", areas: tuple[str, ...] = (), enterprise: str = ""
) -> list[str]:
    """Return the references of everything a tab's conditions find, the oldest CHOICE_MAX."""
    found = _where(rows, period, areas, enterprise).add(TABS[tab])
    text = f"SELECT i.reference FROM payment_instruction i WHERE {found.text} ORDER BY i.id LIMIT "
    return [row.reference for row in fetch(f"{text}{CHOICE_MAX}", found.told)]


def requests(rows: Rows) -> list[Any]:
    """Return the requests to pay again, those that wait first."""
    found = payments.bound(rows)
    return fetch(_WAITING.format(where=found.text), found.told)


def request(rows: Rows, request_no: str) -> Any:  # noqa: ANN401 - a row by name
    """Return one request of the reader, or None."""
    found = payments.bound(rows).add("r.request_no = %(request_no)s", request_no=request_no)
    return one(_WAITING.format(where=found.text), found.told)


def references_of(request_no: str) -> list[str]:
    """Return the references of the payments a request is about."""
    found = fetch(
        "SELECT i.reference FROM payment_reissue r"
        " JOIN payment_instruction i ON i.id = r.instruction_id"
        " WHERE r.request_no = %(request_no)s ORDER BY i.id",
        {"request_no": request_no},
    )
    return [row.reference for row in found]


def lines(rows: Rows, references: Sequence[str]) -> list[Any]:
    """Return payments with the account paid to and the account as it stands now."""
    found = payments.bound(rows)
    return fetch(_LINES.format(where=found.text), {**found.told, "references": list(references)})


def last_day(order: Any) -> date | None:  # noqa: ANN401
    """Return the day of the fact: of the return, or when the bank refused."""
    day: date | None = order.returned_on or order.business_on
    return day
