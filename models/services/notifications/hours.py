"""The hour reminders leave at: that of the agency which answers for the institution."""

from collections.abc import Iterable
from datetime import date, datetime, time

from models.records.base import sql
from models.rules import departure
from models.rules.calendar import Kinds
from models.rules.words import DayKind

Key = tuple[str, str]

_ANY = "SELECT EXISTS (SELECT FROM agency WHERE mail_at IS NOT NULL OR mail_rest)"
#: A hospital's agency is the one that pays for it, an enterprise's that of the highest area.
_HOURS = """
WITH highest AS (
    SELECT g.mail_at, g.mail_rest FROM agency g JOIN area a USING (area_code)
     ORDER BY array_position(ARRAY['province', 'city', 'county'], a.level), g.agency_code LIMIT 1
)
SELECT 'hospital', h.hospital_code, n.mail_at, n.mail_rest
  FROM hospital h JOIN paying_agency USING (area_code) JOIN agency n USING (agency_code)
 WHERE h.hospital_code = ANY (%(codes)s)
UNION ALL
SELECT 'enterprise', e.credit_code, n.mail_at, n.mail_rest
  FROM enterprise e CROSS JOIN highest n WHERE e.credit_code = ANY (%(codes)s)
UNION ALL
SELECT 'agency', agency_code, mail_at, mail_rest FROM agency WHERE agency_code = ANY (%(codes)s)
"""
#: No rest is longer, so no further day is asked for.
_KINDS = "SELECT day, kind FROM calendar_day WHERE day BETWEEN %(on)s AND %(on)s::date + 90"


def leave_at(parties: Iterable[Key], on: date) -> dict[Key, datetime]:
    """Return institution → the instant its reminder of the day waits for; others leave at once."""
    codes = sorted({code for _, code in parties})
    if not codes or not sql(_ANY).fetchone()[0]:
        return {}
    kinds, found = kinds_after(on), {}
    for kind, code, at, rests in sql(_HOURS, {"codes": codes}):
        hour = None if at is None else time.fromisoformat(at)
        leaves = departure.leaves_at(on, hour, kinds, rests=rests)
        if leaves is not None:
            found[kind, code] = leaves
    return found


def not_before(party_kind: str, party_code: str, on: date) -> datetime | None:
    """Return the instant one institution's reminder waits for; None: it leaves at once."""
    return leave_at([(party_kind, party_code)], on).get((party_kind, party_code))


def kinds_after(on: date) -> Kinds:
    """Return the stated kinds of the days from a day on."""
    return {day: DayKind(kind) for day, kind in sql(_KINDS, {"on": on})}
