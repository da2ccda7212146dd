"""Payments the bank has not answered for good: by state and day, and one page of them."""

from datetime import date
from typing import Any

from models.records.payments import last_event
from models.rules.states import AWAITED
from models.services.views import payments
from models.services.views.listing import Counted, turned
from models.services.views.reading import Rows, Where, fetch
from models.services.views.turning import Key, Order, Place, Turned, day, whole

_DAYS = """
SELECT i.sent_on, i.state, count(*) AS orders, sum(i.amount_fen)::bigint AS sum_fen
  FROM payment_instruction i WHERE {where} GROUP BY i.sent_on, i.state ORDER BY i.sent_on, i.state
"""
_LIST = f"""
SELECT i.id, i.reference, i.state, i.enterprise_code, i.period,
       coalesce(e.name, i.payee_account_name) AS enterprise_name, i.amount_fen, i.sent_on,
       i.payee_account_no, b.batch_no, n.happened_at, n.to_state, n.cause, n.evidence,
       (SELECT count(*) FROM statement_entry t WHERE t.instruction_id = i.id) AS entries,
       (SELECT count(*) FROM bank_result_line l WHERE l.instruction_id = i.id) AS answers,
       (SELECT count(*) FROM bank_inquiry y WHERE y.instruction_id = i.id) AS inquiries
  FROM payment_instruction i LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
  LEFT JOIN payment_batch b ON b.id = i.batch_id
  LEFT JOIN LATERAL ({last_event("happened_at, to_state, cause, evidence", "i.id")}) n ON true
 WHERE {{where}} ORDER BY {{order}} LIMIT %(rows)s
"""
#: The oldest first.
ORDER = Order(
    (Key("i.sent_on", "sent_on", day, can_be_null=True), Key("i.id", "id", whole)),
)
_CHOSEN = """
SELECT i.reference, i.state, i.amount_fen, i.sent_on, b.batch_no,
       coalesce(e.name, i.payee_account_name) AS enterprise_name
  FROM payment_instruction i LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
  LEFT JOIN payment_batch b ON b.id = i.batch_id
 WHERE {where} ORDER BY i.id LIMIT %(rows)s
"""


def _awaited(rows: Rows, areas: tuple[str, ...]) -> Where:
    return payments.where(rows, states=tuple(str(state) for state in AWAITED), areas=areas)


def days(rows: Rows, areas: tuple[str, ...] = ()) -> list[Any]:
    """Return count and sum of the unanswered payments for each day sent and state."""
    found = _awaited(rows, areas)
    return fetch(_DAYS.format(where=found.text), found.told)


def page(
    rows: Rows,
    *,
    sent_on: list[date] | None,
    state: str = "",
    areas: tuple[str, ...] = (),
    place: Place | None = None,
) -> Turned:
    """Return the page at a place of the unanswered payments, the oldest first."""
    return turned(_LIST, _asked(rows, sent_on, state, areas), ORDER, place)


def statement(
    rows: Rows, *, sent_on: list[date] | None, state: str = "", areas: tuple[str, ...] = ()
) -> tuple[str, dict[str, Any]]:
    """Return the statement of the list and its parameters, but for how many."""
    found = _asked(rows, sent_on, state, areas)
    return _LIST.format(where=found.text, order=ORDER.sql), found.told


def counted(
    rows: Rows, *, sent_on: list[date] | None, state: str = "", areas: tuple[str, ...] = ()
) -> Counted:
    """Return what the list counts."""
    found = _asked(rows, sent_on, state, areas)
    return Counted(f"SELECT 1 FROM payment_instruction i WHERE {found.text}", found.told)


def _asked(rows: Rows, sent_on: list[date] | None, state: str, areas: tuple[str, ...]) -> Where:
    found = _awaited(rows, areas)
    if sent_on is not None:
        found.add("i.sent_on = ANY (%(days)s)", days=sent_on)
    return found.add_if(state, "i.state = %(state)s", "state")


#: More payments are not marked in one step: nobody could have looked at them.
CHOICE_MAX = 20_000


def chosen(rows: Rows, references: list[str]) -> list[Any]:
    """Return the chosen payments that are sent and unanswered."""
    found = payments.where(rows, states=("sent",))
    found.add("i.reference = ANY (%(references)s)", references=references)
    return _choice(found)


def sent(rows: Rows, *, sent_on: list[date] | None, areas: tuple[str, ...] = ()) -> list[Any]:
    """Return all payments of the conditions that are sent and unanswered, CHOICE_MAX at most."""
    found = payments.where(rows, states=("sent",), areas=areas)
    if sent_on is not None:
        found.add("i.sent_on = ANY (%(days)s)", days=sent_on)
    return _choice(found)


def _choice(found: Where) -> list[Any]:
    return fetch(_CHOSEN.format(where=found.text), {**found.told, "rows": CHOICE_MAX})
