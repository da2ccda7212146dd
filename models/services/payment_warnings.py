"""What a payment run should be asked twice about: orders that look like one made lately (V14).

The same account, amount and purpose is what a second order for the same goods would look like.
It may also be right, as with two hospitals that owe the same: so it stops nobody who says why.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from models.records.base import sql
from models.rules.errors.payment import RepeatUnexplained
from models.rules.states import CAME_TO_NOTHING, SHEET, SheetMove, sources

#: Orders made so many days before the run are compared where the profile says nothing.
DAYS = 30
#: Rows shown; the count is of all.
ROWS_MAX = 50

#: The orders a run would make now, as services.payments chooses and bank_files.orders joins them.
_ALIKE = """
WITH sheets AS (
    SELECT s.enterprise_code, s.area_code, s.payable_fen, s.period,
           CASE s.payment_per WHEN 'sheet' THEN s.id ELSE 0 END AS order_key
      FROM settlement_sheet s JOIN enterprise e ON e.credit_code = s.enterprise_code
     WHERE s.area_code = ANY (%(areas)s) AND s.period <= %(period)s
       AND s.state = ANY (%(states)s) AND s.payable_fen > 0 AND e.account_verified
       AND NOT coalesce(e.suspended_on <= %(on)s AND e.suspended_set_at > s.approved_at, false)
       AND NOT EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
       AND s.reviews_needed = (
           SELECT count(*) FROM sheet_review r
            WHERE r.sheet_id = s.id AND r.counts AND r.approved AND r.content_hash = s.content_hash)
), summed AS (
    SELECT enterprise_code, area_code, sum(payable_fen)::bigint AS amount_fen,
           '医药货款' || min(period) || CASE WHEN max(period) > min(period)
               THEN '至' || max(period) ELSE '' END AS purpose
      FROM sheets GROUP BY enterprise_code, area_code, order_key
), orders AS (
    SELECT o.*, e.name AS enterprise_name, e.account_no,
           row_number() OVER (PARTITION BY e.account_no, o.amount_fen, o.purpose
                              ORDER BY o.area_code, o.enterprise_code) AS place
      FROM summed o JOIN enterprise e ON e.credit_code = o.enterprise_code
), alike AS (
    SELECT o.*, i.reference, i.state, b.execution_on AS made_on
      FROM orders o
      JOIN payment_instruction i ON i.payee_account_no = o.account_no
       AND i.amount_fen = o.amount_fen AND i.purpose = o.purpose AND i.state <> ALL (%(nothing)s)
      JOIN payment_batch b ON b.id = i.batch_id
       AND b.execution_on BETWEEN %(on)s::date - %(days)s::integer
                              AND %(on)s::date + %(days)s::integer
     UNION ALL
    SELECT o.*, NULL, NULL, NULL FROM orders o WHERE o.place > 1
)
SELECT enterprise_code, enterprise_name, area_code, account_no, amount_fen, purpose, reference,
       state, made_on, count(*) OVER () AS total
  FROM alike ORDER BY amount_fen DESC, enterprise_code, reference LIMIT %(rows)s
"""


class Alike(NamedTuple):
    """An order the run would make, and the one it looks like; amounts in fen."""

    enterprise_code: str
    enterprise_name: str
    area_code: str
    account_no: str
    amount_fen: int
    purpose: str
    #: The order made before; None: another order of the same run.
    reference: str | None
    state: str | None
    made_on: date | None
    #: Rows found in all, beyond those returned.
    total: int


def days_of(spec: Mapping[str, Any] | None) -> int:
    """Return the days a profile's data asks for (`repeat_days`); 0 compares nothing."""
    days = (spec or {}).get("repeat_days")
    return DAYS if days is None else int(days)


def alike(areas: list[str], period: str, on: date, *, days: int = DAYS) -> list[Alike]:
    """Return the orders a run would make that repeat account, amount and purpose of another.

    Compared with orders of the last `days` days that did not come to nothing, and with one
    another; with 0 days with nothing. At most ROWS_MAX rows, the largest amounts first.
    """
    if days == 0:
        return []
    told = {
        "areas": areas,
        "period": period,
        "on": on,
        "days": days,
        "states": sources(SHEET, SheetMove.PAY),
        "nothing": [str(state) for state in CAME_TO_NOTHING],
        "rows": ROWS_MAX,
    }
    return [Alike(*row) for row in sql(_ALIKE, told)]


def explained(
    explanation: str | None, areas: list[str], period: str, spec: Mapping[str, Any], on: date
) -> str | None:
    """Return the words that explain orders like recent ones, None where there are none.

    An explanation of None means that nobody was asked. Raises RepeatUnexplained when somebody was
    and said nothing.
    """
    told = (explanation or "").strip()
    if explanation is not None and not told:
        found = alike(areas, period, on, days=days_of(spec))
        if found:
            raise RepeatUnexplained(count=found[0].total)
    return told or None
