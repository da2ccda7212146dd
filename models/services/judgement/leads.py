"""County communities: whose goods a lead hospital settles and confirms (牵头单位代结算).

Settlement entity = procurement entity (安徽, 完善基层医疗卫生机构药款结算机制, 2023-11): where the
scheme of the area says so, the lead stands for its members in everything towards the fund.
"""

from datetime import date

from models.records.base import sql
from models.services.judgement import in_force, spans
from models.services.judgement.scope import Rule, Rules

#: Members with the lead their row names: of the same area, and the lead leads itself.
_NAMED = """
hospital m JOIN hospital l ON l.hospital_code = m.lead_hospital_code
     AND l.hospital_code <> m.hospital_code AND l.area_code = m.area_code
     AND coalesce(l.lead_hospital_code, l.hospital_code) = l.hospital_code
"""
_TABLE = """
CREATE TEMP TABLE led_span (
    hospital_code text COLLATE "C", from_on date, to_on date, lead_hospital_code text COLLATE "C"
) ON COMMIT DROP
"""
_FILL = f"""
INSERT INTO led_span
SELECT m.hospital_code, greatest(s.from_on, l.joined_on), s.to_on, l.hospital_code
  FROM {_NAMED}
  JOIN scheme_span s ON s.area_code = m.area_code
 WHERE s.lead_settles AND l.joined_on <= s.to_on
"""

#: The settling hospital takes the member's place in every pair that becomes a sheet.
_NOTE = """
INSERT INTO led_member (period, hospital_code, lead_hospital_code, noted_at)
SELECT %(period)s, d.hospital_code, d.lead_hospital_code, %(now)s FROM led_span d
 WHERE %(period_end)s BETWEEN d.from_on AND d.to_on
   AND EXISTS (SELECT FROM candidate c WHERE c.hospital_code = d.hospital_code)
ON CONFLICT DO NOTHING
"""
_TAKE_OVER = """
UPDATE judged j SET hospital_code = d.lead_hospital_code
  FROM led_span d
 WHERE d.hospital_code = j.hospital_code AND %(period_end)s BETWEEN d.from_on AND d.to_on
"""

#: The same on one day for pages and doors, without the tables of a judgement.
LED = f"""
SELECT m.hospital_code, l.hospital_code AS lead_hospital_code
  FROM {_NAMED}
 CROSS JOIN LATERAL {in_force.scheme("m.area_code", "%(led_on)s::date", "c.lead_settles")} s
 WHERE s.lead_settles AND l.joined_on <= %(led_on)s::date
"""


#: Who speaks for the hospital of a purchase line r, over `led_span`.
SPEAKER = """
coalesce((SELECT v.lead_hospital_code FROM led_span v WHERE v.hospital_code = r.hospital_code
             AND r.accepted_on BETWEEN v.from_on AND v.to_on), r.hospital_code)
"""
_COMMUNITY = """
SELECT DISTINCT area_code FROM hospital m
 WHERE %(code)s IN (m.hospital_code, m.lead_hospital_code)
   AND m.lead_hospital_code <> m.hospital_code
"""


def build_for(hospital_code: str) -> bool:
    """Make `led_span` of a hospital's community; False, and no table, where it has none."""
    areas = [row[0] for row in sql(_COMMUNITY, {"code": hospital_code})]
    if areas:
        spans.build(areas)
        build(frozenset({Rule.LEADS}))
    return bool(areas)


def build(rules: Rules) -> None:
    """Make `led_span` of `scheme_span`: on which days which lead stands for which member."""
    sql("DROP TABLE IF EXISTS pg_temp.led_span")
    sql(_TABLE)
    if Rule.LEADS in rules:
        sql(_FILL)
        sql("ANALYZE pg_temp.led_span")


def take_over(told: dict[str, object]) -> None:
    """Let leads settle what `judged` says of their members in a month.

    The scheme in force on told["period_end"] decides: a month has one settling hospital.
    """
    if _any():
        sql(_TAKE_OVER, told)


def note(told: dict[str, object]) -> None:
    """Write down for whom leads settled the month, so that the books can prove the sheets."""
    if _any():
        sql(_NOTE, told)


def _any() -> bool:
    return bool(sql("SELECT EXISTS (SELECT FROM led_span)").fetchone()[0])


def settling_hospital(hospital_code: str, on: date) -> str:
    """Return who settles for a hospital on a day: its lead, or the hospital itself."""
    found = sql(
        f"SELECT lead_hospital_code FROM ({LED}) d WHERE d.hospital_code = %(code)s",
        {"led_on": on, "code": hospital_code},
    ).fetchone()
    return str(found[0]) if found else hospital_code


def members(lead_hospital_code: str, on: date) -> list[str]:
    """Return the hospitals that a lead settles for on a day, by code; without itself."""
    rows = sql(
        f"SELECT hospital_code FROM ({LED}) d WHERE d.lead_hospital_code = %(code)s ORDER BY 1",
        {"led_on": on, "code": lead_hospital_code},
    )
    return [str(row[0]) for row in rows]
