"""Beside the late lines: with whom they are, what comes next by the ladder, and who signs."""

from collections import defaultdict
from datetime import date, timedelta

from models.records.base import sql
from models.services.overdue.told import (
    COUNTERPARTIES_MAX,
    BrokenPromise,
    Counterparty,
    NextStep,
    Party,
)
from models.services.promised import IS_BROKEN, PROMISED

Key = tuple[str, str]

#: A hospital's lines are with enterprises, everybody else's with hospitals.
_COUNTERPARTIES = f"""
WITH by_other AS (
    SELECT o.party, CASE WHEN t.responsible = 'hospital' THEN o.enterprise_code
                         ELSE o.hospital_code END AS other,
           count(*) AS lines, sum(o.unpaid_fen)::bigint AS unpaid_fen, min(o.due_on) AS due_on
      FROM owed o JOIN told t ON t.place = o.party GROUP BY 1, 2
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY party ORDER BY unpaid_fen DESC, other) AS place
      FROM by_other
)
SELECT t.responsible, t.party_code, coalesce(e.name, h.name), r.lines, r.unpaid_fen, r.due_on
  FROM ranked r JOIN told t ON t.place = r.party
  LEFT JOIN enterprise e ON t.responsible = 'hospital' AND e.credit_code = r.other
  LEFT JOIN hospital h ON t.responsible <> 'hospital' AND h.hospital_code = r.other
 WHERE r.place <= {COUNTERPARTIES_MAX} ORDER BY r.party, r.place
"""
_EARLIEST = """
SELECT t.responsible, t.party_code, min(o.due_on)
  FROM owed o JOIN told t ON t.place = o.party GROUP BY 1, 2
"""

#: Of each institution's longest late line of each scheme the next step; the nearest of them.
_NEXT = """
WITH longest AS (
    SELECT party, scheme_code, max(days_late) AS days_late
      FROM owed WHERE scheme_code IS NOT NULL GROUP BY 1, 2
),
force AS (
    SELECT scheme_code, max(valid_from) AS valid_from FROM ladder_step
     WHERE valid_from <= %(on)s GROUP BY 1
)
SELECT DISTINCT ON (g.party) t.responsible, t.party_code, s.name, s.action, s.after_days,
       s.after_days - g.days_late
  FROM longest g JOIN force USING (scheme_code) JOIN ladder_step s USING (scheme_code, valid_from)
  JOIN told t ON t.place = g.party
 WHERE s.after_days > g.days_late
 ORDER BY g.party, s.after_days - g.days_late, s.after_days, s.step DESC
"""

#: Days promised for lines that are open still.
_BROKEN = f"""
SELECT t.responsible, t.party_code, q.promised_on, count(*), sum(o.unpaid_fen)::bigint
  FROM ({PROMISED}) q JOIN owed o USING (line_no) JOIN told t ON t.place = o.party
 WHERE {IS_BROKEN} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

_OFFICES = """
SELECT h.hospital_code, g.name
  FROM told t JOIN hospital h ON t.responsible = 'hospital' AND h.hospital_code = t.party_code
  JOIN paying_agency p USING (area_code) JOIN agency g USING (agency_code)
"""


def counterparties(parties: dict[Key, Party]) -> dict[Key, list[Counterparty]]:
    """Return with whom each institution's late lines are, the largest sums first."""
    found: dict[Key, list[Counterparty]] = defaultdict(list)
    for kind, code, *told in sql(_COUNTERPARTIES):
        found[kind, code].append(Counterparty(*told))
    earliest = {(row[0], row[1]): row[2] for row in sql(_EARLIEST)}
    for key, rows in found.items():
        lines = parties[key].lines - sum(row.lines for row in rows)
        unpaid_fen = parties[key].unpaid_fen - sum(row.unpaid_fen for row in rows)
        if lines:
            rows.append(Counterparty("", lines, unpaid_fen, earliest[key]))
    return found


def next_steps(on: date) -> dict[Key, NextStep]:
    """Return the step that each institution's lines reach next, and on which day the first does."""
    return {
        (kind, code): NextStep(name, action, after_days, on + timedelta(days=left))
        for kind, code, name, action, after_days, left in sql(_NEXT, {"on": on})
    }


def broken_promises(on: date) -> dict[Key, list[BrokenPromise]]:
    """Return what each institution promised and did not keep, by the promised day."""
    found: dict[Key, list[BrokenPromise]] = defaultdict(list)
    for kind, code, *told in sql(_BROKEN, {"on": on}):
        found[kind, code].append(BrokenPromise(*told))
    return found


def offices() -> dict[str, str]:
    """Return hospital → name of the agency that pays for it."""
    return dict(sql(_OFFICES).fetchall())
