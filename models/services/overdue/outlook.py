"""Beside the late lines: with whom they are, what comes next by the ladder, and who signs."""

from collections import defaultdict
from datetime import date, timedelta

from models.records.base import sql
from models.services.excused import EXCUSED
from models.services.notifications.hours import LEVELS_MAX
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
SELECT q.responsible, q.party_code, coalesce(e.name, h.name), q.lines, q.unpaid_fen, q.due_on
  FROM (SELECT l.responsible, l.party_code,
               CASE WHEN l.responsible = 'hospital' THEN l.enterprise_code
                    ELSE l.hospital_code END AS other,
               count(*) AS lines, sum(l.unpaid_fen)::bigint AS unpaid_fen, min(l.due_on) AS due_on,
               row_number() OVER (PARTITION BY l.responsible, l.party_code
                   ORDER BY sum(l.unpaid_fen) DESC, CASE WHEN l.responsible = 'hospital'
                       THEN l.enterprise_code ELSE l.hospital_code END) AS place
          FROM late l JOIN told USING (responsible, party_code)
         WHERE NOT {EXCUSED} GROUP BY 1, 2, 3) q
  LEFT JOIN enterprise e ON q.responsible = 'hospital' AND e.credit_code = q.other
  LEFT JOIN hospital h ON q.responsible <> 'hospital' AND h.hospital_code = q.other
 WHERE q.place <= {COUNTERPARTIES_MAX} ORDER BY 1, 2, q.place
"""
_EARLIEST = f"""
SELECT l.responsible, l.party_code, min(l.due_on) FROM late l JOIN told USING
       (responsible, party_code) WHERE NOT {EXCUSED} GROUP BY 1, 2
"""

#: Of each institution's longest late line of each scheme the next step; the nearest of them.
_NEXT = f"""
WITH longest AS (
    SELECT l.responsible, l.party_code, l.scheme_code, max(l.days_late) AS days_late
      FROM late l JOIN told USING (responsible, party_code)
     WHERE l.scheme_code IS NOT NULL AND NOT {EXCUSED} GROUP BY 1, 2, 3
),
force AS (
    SELECT scheme_code, max(valid_from) AS valid_from FROM ladder_step
     WHERE valid_from <= %(on)s GROUP BY 1
)
SELECT DISTINCT ON (g.responsible, g.party_code) g.responsible, g.party_code, s.name, s.action,
       s.after_days, s.after_days - g.days_late
  FROM longest g JOIN force USING (scheme_code) JOIN ladder_step s USING (scheme_code, valid_from)
 WHERE s.after_days > g.days_late
 ORDER BY g.responsible, g.party_code, s.after_days - g.days_late, s.after_days, s.step DESC
"""

#: Promises are few: who never promised has no row.
_BROKEN = f"""
SELECT l.responsible, l.party_code, q.promised_on, count(*), sum(l.unpaid_fen)::bigint
  FROM ({PROMISED}) q JOIN late l USING (line_no) JOIN told USING (responsible, party_code)
 WHERE {IS_BROKEN} AND NOT {EXCUSED}
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

#: The nearest agency of each hospital's area, of several the smallest code, as payment chooses.
_OFFICES = f"""
WITH RECURSIVE above AS (
    SELECT area_code AS of_area, area_code, parent_code, 0 AS distance FROM area
    UNION ALL
    SELECT b.of_area, a.area_code, a.parent_code, b.distance + 1
      FROM area a JOIN above b ON a.area_code = b.parent_code WHERE b.distance < {LEVELS_MAX}
)
SELECT DISTINCT ON (h.hospital_code) h.hospital_code, g.name
  FROM told t JOIN hospital h ON t.responsible = 'hospital' AND h.hospital_code = t.party_code
  JOIN above b ON b.of_area = h.area_code JOIN agency g ON g.area_code = b.area_code
 ORDER BY h.hospital_code, b.distance, g.agency_code
"""


def counterparties(on: date, parties: dict[Key, Party]) -> dict[Key, list[Counterparty]]:
    """Return with whom each institution's late lines are, the largest sums first."""
    found: dict[Key, list[Counterparty]] = defaultdict(list)
    for kind, code, *told in sql(_COUNTERPARTIES, {"on": on}):
        found[kind, code].append(Counterparty(*told))
    earliest = {(row[0], row[1]): row[2] for row in sql(_EARLIEST, {"on": on})}
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
