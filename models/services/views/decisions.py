"""Decisions about cases that wait for a second person, together as they were asked for."""

from typing import Any

from models.services.views.cases import mine
from models.services.views.reading import Rows, fetch, one

ROWS_SHOWN = 200

#: Asked for together means given together; one alone is a bundle of its own number.
_KEY = "coalesce('many:' || md5(d.bundle), 'one:' || d.id)"
_JOINED = """
  FROM case_decision d JOIN payment_exception x ON x.id = d.case_id
  LEFT JOIN payment_instruction i ON i.id = d.instruction_id
 WHERE d.act = 'admit' AND d.decided_by IS NULL AND ({where})
"""
_BUNDLES = f"""
SELECT {_KEY} AS key, min(d.asked_by) AS asked_by, min(d.asked_at) AS asked_at,
       min(d.reason) AS reason, count(*) AS count,
       coalesce(sum(i.amount_fen), 0)::bigint AS sum_fen, array_agg(d.id ORDER BY d.id) AS ids,
       min(d.case_id) AS case_id
  {_JOINED} GROUP BY 1 ORDER BY 3
"""
_ROWS = f"""
SELECT d.id, d.case_id, d.status, d.booked_on, x.kind, x.evidence, x.facts, i.reference, i.state,
       i.amount_fen, i.payee_account_name, i.payee_account_no
  {_JOINED} AND {_KEY} = %(key)s ORDER BY d.id LIMIT {ROWS_SHOWN}
"""


def waiting(rows: Rows) -> list[Any]:
    """Return the bundles that wait, the oldest first, with count and sum."""
    where, told = mine(rows)
    return fetch(_BUNDLES.format(where=where), told)


def bundle(rows: Rows, key: str) -> Any:  # noqa: ANN401 - a row by name
    """Return one bundle that waits, or None."""
    where, told = mine(rows)
    text = _BUNDLES.replace("GROUP BY", f"AND {_KEY} = %(key)s GROUP BY")
    return one(text.format(where=where), {**told, "key": key})


def bundle_rows(rows: Rows, key: str) -> list[Any]:
    """Return the first decisions of a bundle with the orders as they are now."""
    where, told = mine(rows)
    return fetch(_ROWS.format(where=where), {**told, "key": key})
