"""The hour reminders leave at: that of the agency which answers for the institution."""

from datetime import date, datetime, time

from models.records.base import sql
from models.rules import departure
from models.rules.calendar import Kinds
from models.rules.words import DayKind

_ANY = "SELECT EXISTS (SELECT FROM agency WHERE mail_at IS NOT NULL OR mail_rest)"
#: No area lies deeper.
LEVELS_MAX = 10
_OF_HOSPITAL = f"""
WITH RECURSIVE above AS (
    SELECT a.area_code, a.parent_code, 0 AS distance
      FROM area a JOIN hospital h USING (area_code) WHERE h.hospital_code = %s
    UNION ALL
    SELECT a.area_code, a.parent_code, b.distance + 1
      FROM area a JOIN above b ON a.area_code = b.parent_code WHERE b.distance < {LEVELS_MAX}
)
SELECT g.mail_at, g.mail_rest FROM above JOIN agency g USING (area_code)
 ORDER BY distance, g.agency_code LIMIT 1
"""
_OF_ENTERPRISE = """
SELECT g.mail_at, g.mail_rest FROM agency g JOIN area a USING (area_code)
 WHERE %s IS NOT NULL
 ORDER BY array_position(ARRAY['province', 'city', 'county'], a.level), g.agency_code LIMIT 1
"""
_OF_AGENCY = "SELECT mail_at, mail_rest FROM agency WHERE agency_code = %s"
_HOURS = {"hospital": _OF_HOSPITAL, "enterprise": _OF_ENTERPRISE, "agency": _OF_AGENCY}
#: No rest is longer, so no further day is asked for.
_KINDS = "SELECT day, kind FROM calendar_day WHERE day BETWEEN %(on)s AND %(on)s::date + 90"


def not_before(party_kind: str, party_code: str, on: date) -> datetime | None:
    """Return the instant a reminder of the day waits for; None: it leaves at once."""
    if party_kind not in _HOURS or not sql(_ANY).fetchone()[0]:
        return None
    row = sql(_HOURS[party_kind], (party_code,)).fetchone()
    if row is None or row == (None, False):
        return None
    at = None if row[0] is None else time.fromisoformat(row[0])
    return departure.leaves_at(on, at, kinds_after(on), rests=row[1])


def kinds_after(on: date) -> Kinds:
    """Return the stated kinds of the days from a day on."""
    return {day: DayKind(kind) for day, kind in sql(_KINDS, {"on": on})}
