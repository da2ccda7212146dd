"""Institutions that answer for lateness: their names, and those that have late lines now."""

from datetime import date
from typing import Any

from models.records.base import db
from models.rules.overdue import Responsible
from models.services.overdue import register
from models.services.views.reading import Rows, fetch

INSTITUTIONS_MAX = 200


def of_party(kind: str, code: str) -> dict[str, str]:
    """Return the columns that bind the rows of a party, named by kind and code, to its seat."""
    return {
        "hospital": f"(CASE WHEN {kind} = '{Responsible.HOSPITAL}' THEN {code} END)",
        "enterprise": f"(CASE WHEN {kind} = '{Responsible.ENTERPRISE}' THEN {code} END)",
    }


def name_of(kind: str, code: str) -> str:
    """Return SQL of the name of a party by its kind and code."""
    return (
        f"(CASE {kind} WHEN 'hospital' THEN (SELECT n.name FROM hospital n"
        f" WHERE n.hospital_code = {code})"
        f" WHEN 'enterprise' THEN (SELECT n.name FROM enterprise n WHERE n.credit_code = {code})"
        f" ELSE (SELECT n.name FROM agency n WHERE n.agency_code = {code}) END)"
    )


_LATE = f"""
SELECT t.*, {name_of("t.responsible", "t.party_code")} AS name FROM (
    SELECT o.responsible, o.party_code, count(*) AS lines, sum(o.unpaid_fen)::bigint AS unpaid_fen,
           %(on)s - min(o.due_on) AS days_late, max(o.step) AS step
      FROM open_line o
     WHERE o.due_on < %(on)s AND o.unpaid_fen > 0 AND o.party_code IS NOT NULL
       AND {{where}} AND (%(kind)s = '' OR o.responsible = %(kind)s)
     GROUP BY 1, 2) t
 WHERE %(text)s = '' OR t.party_code = %(text)s
    OR {name_of("t.responsible", "t.party_code")} LIKE '%%' || %(text)s || '%%'
 ORDER BY t.days_late DESC, t.unpaid_fen DESC LIMIT {INSTITUTIONS_MAX}
"""


def late(rows: Rows, on: date, *, kind: str = "", text: str = "") -> list[Any]:
    """Return the institutions with late lines in the reader's rows, the longest overdue first."""
    where, told = rows.sql(area="o.area_code", **of_party("o.responsible", "o.party_code"))
    with db.atomic():
        register.catch_up(on)
        return fetch(_LATE.format(where=where), {**told, "on": on, "kind": kind, "text": text})
