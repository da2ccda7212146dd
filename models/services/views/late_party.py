"""One institution and its lateness: what is overdue by counterparty and age, and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import db
from models.services.arrears import cells
from models.services.views import late_lines
from models.services.views.reading import Rows, fetch, one

COUNTERPARTIES_MAX = 100
STEPS_MAX = 24
MAILS_MAX = 20

#: Enterprises have no area: whoever sees areas sees them all, with the lines of his areas.
_NO_AREA = "of_no_area"
_ABOUT = {
    "hospital": "SELECT h.hospital_code AS code, h.name, h.level, a.name AS area_name, h.email"
    " FROM hospital h JOIN area a USING (area_code) WHERE h.hospital_code = %(code)s AND {scope}",
    "enterprise": "SELECT e.credit_code AS code, e.name, NULL AS level, NULL AS area_name, e.email"
    " FROM enterprise e WHERE e.credit_code = %(code)s AND {scope}",
    "agency": "SELECT g.agency_code AS code, g.name, NULL AS level, a.name AS area_name, g.email"
    " FROM agency g JOIN area a USING (area_code) WHERE g.agency_code = %(code)s AND {scope}",
}
_SCOPE = {
    "hospital": {"area": "h.area_code", "hospital": "h.hospital_code"},
    "enterprise": {"area": _NO_AREA, "enterprise": "e.credit_code"},
    "agency": {"area": "g.area_code"},
}
#: The lines of an institution, and the other side of each.
COLUMN = {"hospital": "hospital_code", "enterprise": "enterprise_code", "agency": "party_code"}
_OTHER = {
    "hospital": ("enterprise", "enterprise_code", "credit_code"),
    "enterprise": ("hospital", "hospital_code", "hospital_code"),
    "agency": ("hospital", "hospital_code", "hospital_code"),
}
_BUCKETS = ", ".join(
    f"coalesce(sum(q.unpaid_fen) FILTER (WHERE q.bucket = {n}), 0)::bigint AS age_{n}"
    for n in range(len(cells.AGES) + 1)
)
#: One row for each counterparty, and one of all of them (code is NULL).
_OWED = f"""
SELECT q.code, max(n.name) AS name, count(*) AS lines, sum(q.unpaid_fen)::bigint AS unpaid_fen,
       sum(q.interest_fen)::bigint AS interest_fen, max(q.days_late) AS days_late, {_BUCKETS},
       max(q.step) AS step,
       (array_agg(q.step_name ORDER BY q.step DESC NULLS LAST))[1] AS step_name,
       coalesce(sum(q.unpaid_fen) FILTER (WHERE q.responsible = 'hospital'), 0)::bigint
           AS by_hospital_fen,
       coalesce(sum(q.unpaid_fen) FILTER (WHERE q.responsible = 'enterprise'), 0)::bigint
           AS by_enterprise_fen,
       coalesce(sum(q.unpaid_fen) FILTER (WHERE q.responsible = 'agency'), 0)::bigint
           AS by_agency_fen
  FROM (SELECT l.{{column}} AS code, l.unpaid_fen, l.interest_fen, l.days_late, l.step,
               l.step_name, l.responsible, width_bucket(l.days_late, %(ages)s) AS bucket
          FROM ({{source}}) l) q
  JOIN {{table}} n ON n.{{key}} = q.code
 GROUP BY GROUPING SETS ((q.code), ()) ORDER BY 4 DESC NULLS LAST, 1 LIMIT %(most)s
"""
_STEPS = """
SELECT s.recorded_on, s.step, max(s.facts ->> 'name') AS name, count(*) AS lines,
       sum((s.facts ->> 'unpaid_fen')::bigint)::bigint AS unpaid_fen,
       max((s.facts ->> 'days_late')::int) AS days_late, min(s.line_no) AS line_no
  FROM overdue_step s JOIN purchase_line p USING (line_no) JOIN hospital h USING (hospital_code)
 WHERE {mine} AND h.area_code = ANY (%(areas)s)
 GROUP BY 1, 2 ORDER BY 1 DESC, 2 DESC LIMIT %(most)s
"""
_MINE = {
    "hospital": "p.hospital_code = %(code)s",
    "enterprise": "p.enterprise_code = %(code)s",
    "agency": "s.facts ->> 'responsible' = 'agency' AND s.facts ->> 'party_code' = %(code)s",
}
_MAILS = """
SELECT m.id, m.kind, m.subject, m.state, m.created_at, m.sent_at, m.business_on FROM mail m
 WHERE m.party_kind = %(kind)s AND m.party_code = %(code)s ORDER BY m.id DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class Owed:
    """What is overdue at an institution on a day."""

    whole: Any
    counterparties: list[Any]
    other: str


def find(rows: Rows, kind: str, code: str) -> Any:  # noqa: ANN401 - a row by name
    """Return an institution of the reader, or None."""
    condition, told = rows.sql(**_SCOPE[kind])
    if _NO_AREA in condition:
        condition, told = "true", {}
    return one(_ABOUT[kind].format(scope=condition), {**told, "code": code})


def owed(areas: Sequence[str], on: date, kind: str, code: str, *, use_register: bool) -> Owed:
    """Return what is overdue by counterparty and age; an agency answers for what it must pay."""
    table, column, key = _OTHER[kind]
    with db.atomic():
        parties = {COLUMN[kind]: [code]}
        source, told = late_lines.rows(areas, on, parties, use_register=use_register)
        found = fetch(
            _OWED.format(source=source, column=column, table=table, key=key),
            {**told, "ages": list(cells.AGES), "most": COUNTERPARTIES_MAX + 1},
        )
    return Owed(
        whole=next((row for row in found if row.code is None), None),
        counterparties=[row for row in found if row.code is not None],
        other=table,
    )


def steps(areas: Sequence[str], kind: str, code: str) -> list[Any]:
    """Return the steps its lines reached, the latest first, with what proved them added up."""
    told = {"code": code, "areas": list(areas), "most": STEPS_MAX}
    return fetch(_STEPS.format(mine=_MINE[kind]), told)


def mails(kind: str, code: str) -> list[Any]:
    """Return the last mails it was sent or is to be sent."""
    return fetch(_MAILS, {"kind": kind, "code": code, "most": MAILS_MAX})
