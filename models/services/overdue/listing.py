"""What is overdue on a day: each late receipt with who must act and which step it has reached."""

from collections.abc import Sequence
from datetime import date

from models.records.base import sql
from models.rules import overdue as rules
from models.rules.words import LadderAction
from models.services.judgement.holds import any_of
from models.services.overdue import watched

#: Lines without a scheme find the default ladder under this code.
NO_SCHEME = ""

#: Who must act on a row of `watched`, as rules.overdue.responsible says it.
RESPONSIBLE = f"""
CASE WHEN w.lane = 'self' OR w.short OR w.mask & {any_of(*rules.HOSPITAL_HOLDS)} <> 0
     THEN 'hospital' WHEN w.mask <> 0 THEN 'enterprise' ELSE 'agency' END
"""

#: The hospital that must act on a row o of them: the lead confirms and settles for its members.
HOSPITAL = "CASE WHEN o.lane = 'direct' THEN v.lead_hospital_code END"
BY_LEAD = """
LEFT JOIN led_span v ON v.hospital_code = o.hospital_code
     AND o.accepted_on BETWEEN v.from_on AND v.to_on
"""

#: The agency that pays for an area: of the nearest area above, of several the smallest code.
PAYERS = """
SELECT DISTINCT ON (u.area_code) u.area_code, a.agency_code
  FROM area_above u JOIN agency a ON a.area_code = u.above_code
 ORDER BY u.area_code, u.distance, a.agency_code
"""

_LATE = f"""
CREATE TEMP TABLE late ON COMMIT DROP AS
WITH owing AS (
    SELECT w.*, o.unpaid_fen, %(on)s - w.due_on AS days_late, {RESPONSIBLE} AS responsible
      FROM watched w JOIN open_receipt o USING (line_no)
     WHERE o.unpaid_fen > 0 AND w.due_on < %(on)s
),
payer AS ({PAYERS})
SELECT o.line_no, o.lane, o.hospital_code, o.enterprise_code, o.area_code, o.accepted_on, o.due_on,
       o.days_late, o.amount_fen, o.unpaid_fen, r.step, r.name AS step_name, r.action,
       r.repeat_days, r.copy_to, o.scheme_code, o.mask, o.short, o.responsible,
       CASE o.responsible WHEN 'hospital' THEN coalesce({HOSPITAL}, o.hospital_code)
            WHEN 'enterprise' THEN o.enterprise_code ELSE p.agency_code END AS party_code
  FROM owing o
  LEFT JOIN payer p USING (area_code)
  {BY_LEAD}
  LEFT JOIN rung r ON r.scheme_code = coalesce(o.scheme_code, '{NO_SCHEME}')
       AND o.days_late >= r.from_days AND o.days_late < r.to_days
"""


def collect(areas: Sequence[str], on: date) -> None:
    """Make `late`: every receipt of the areas that is overdue on the day (file formats §3.8)."""
    watched.collect(areas, on, candidates=watched.OPEN_RECEIPTS)
    collect_rungs(on)
    sql("DROP TABLE IF EXISTS pg_temp.late")
    sql(_LATE, {"on": on})
    sql("ANALYZE pg_temp.late")


def collect_rungs(on: date) -> None:
    """Make `rung`: the ladder in force of each scheme as spans of days late that do not overlap.

    Schemes are few, so the rule decides each of them and the lines only look up.
    """
    sql("DROP TABLE IF EXISTS pg_temp.rung")
    sql(
        'CREATE TEMP TABLE rung (scheme_code text COLLATE "C", from_days int, to_days int,'
        " step int, name text, action text, repeat_days int, copy_to text) ON COMMIT DROP"
    )
    versions_of = ladders()
    with sql("SELECT 1").copy("COPY pg_temp.rung FROM STDIN") as copy:
        for scheme_code, versions in versions_of.items():
            for span in rules.spans(rules.rungs_in_force(versions, on)):
                rung = span.rung
                days = (span.from_days, span.to_days)
                told = (rung.step, rung.name, rung.action, rung.repeat_days, rung.copy_to)
                copy.write_row((scheme_code, *days, *told))


def ladders() -> dict[str, list[tuple[date, rules.Rung]]]:
    """Return all versions of the ladder of each scheme."""
    found: dict[str, list[tuple[date, rules.Rung]]] = {NO_SCHEME: []}
    for scheme_code, valid_from, step, name, after_days, action, repeat_days, copy_to in sql(
        "SELECT c.scheme_code, l.valid_from, l.step, l.name, l.after_days, l.action,"
        " l.repeat_days, l.copy_to FROM (SELECT DISTINCT scheme_code FROM scheme) c"
        " LEFT JOIN ladder_step l USING (scheme_code) ORDER BY 1, 2, 3"
    ):
        versions = found.setdefault(scheme_code, [])
        if step is not None:
            rung = rules.Rung(step, name, after_days, LadderAction(action), repeat_days, copy_to)
            versions.append((valid_from, rung))
    return found
