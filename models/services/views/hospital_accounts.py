"""How far the accounts of hospitals are registered: verified, waiting, filed only, or missing."""

from dataclasses import dataclass
from typing import Any

from models.services.accounts.filing import FILED
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, one

STATES = ("verified", "asked", "filed", "missing")

_STATE = f"""
CASE WHEN EXISTS (SELECT FROM hospital_account_change c WHERE c.hospital_code = h.hospital_code
                     AND c.state IN ('requested', 'checked', 'approved')) THEN 'asked'
     WHEN h.account_verified THEN 'verified'
     WHEN {FILED} THEN 'filed' ELSE 'missing' END
"""
_ROWS = """
SELECT h.*, a.name AS area_name FROM (
    SELECT h.hospital_code, h.name, h.area_code, h.level, h.account_no, h.account_name, h.bank_name,
           h.cnaps_code, {state} AS state
      FROM hospital h WHERE {where}) h LEFT JOIN area a USING (area_code)
 WHERE %(state)s = '' OR h.state = %(state)s
 ORDER BY h.hospital_code LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNTS = """
SELECT state, count(*) AS hospitals FROM (
    SELECT {state} AS state FROM hospital h WHERE {where}) h GROUP BY state
"""
_FILED = f"SELECT count(*) AS hospitals FROM hospital h WHERE {{where}} AND {FILED}"


_OPEN = """
SELECT c.*, h.name FROM hospital_account_change c JOIN hospital h USING (hospital_code)
 WHERE {where} AND c.state = ANY (%(states)s) AND c.decided_by IS NULL
 ORDER BY c.id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Found:
    """A page of hospitals, and how many there are of each state."""

    rows: list[Any]
    more: bool
    counted: dict[str, int]


def filed(rows: Rows) -> int:
    """Return how many filed accounts of the reader's hospitals nobody handed in."""
    where = Where.of(rows, area="h.area_code", hospital="h.hospital_code")
    return int(one(_FILED.format(where=where.text), where.told).hospitals)


def open_changes(rows: Rows, states: list[str], limit: int) -> list[Any]:
    """Return the undecided changes of the reader's hospitals, the oldest first."""
    where = Where.of(rows, area="h.area_code", hospital="h.hospital_code")
    told = {**where.told, "states": states, "limit": limit}
    return fetch(_OPEN.format(where=where.text), told)


def registered(
    rows: Rows,
    areas: tuple[str, ...],
    named: str,
    state: str,
    *,
    page: int = 0,
    most: int = PAGE_ROWS,
) -> Found:
    """Return the reader's hospitals in a state (empty: all) with their accounts."""
    where = Where.of(rows, area="h.area_code", hospital="h.hospital_code")
    if areas:
        where.add("h.area_code = ANY (%(areas)s)", areas=list(areas))
    if named:
        where.add(
            "h.hospital_code = %(named)s OR h.name LIKE '%%' || %(named)s || '%%'", named=named
        )
    told = {**where.told, "state": state, "limit": most + 1, "offset": page * most}
    found = fetch(_ROWS.format(state=_STATE, where=where.text), told)
    counted = fetch(_COUNTS.format(state=_STATE, where=where.text), where.told)
    return Found(found[:most], len(found) > most, {row.state: row.hospitals for row in counted})
