"""What is known of hospitals' year: indicators, assessments, findings, points given; and the form.

Figures are sums over the months of the year: the rate of a year is not the mean of its months.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from models.records.base import sql
from models.rules.grades import Figures, GradeSource, Item

#: The scheme of each hospital on the last day of the year, of the nearest area.
_SCHEMES = """
SELECT DISTINCT ON (h.hospital_code) h.hospital_code, c.scheme_code
  FROM hospital h JOIN area_chain u ON u.area_code = h.area_code
  JOIN scheme c ON c.area_code = u.above_code
 WHERE h.area_code = ANY (%(areas)s) AND c.valid_from <= %(last)s
   AND coalesce(c.valid_to >= %(last)s, true)
 ORDER BY h.hospital_code, u.distance, c.valid_from DESC, c.scheme_code DESC
"""
_ITEMS = """
SELECT i.scheme_code, i.item_code, i.name, i.points, i.source, i.measure, i.subject, i.none_bp,
       i.full_bp, i.per_finding
  FROM grade_item i
 WHERE i.valid_from = (SELECT max(x.valid_from) FROM grade_item x
                        WHERE x.scheme_code = i.scheme_code AND x.valid_from <= %(last)s)
 ORDER BY i.scheme_code, i.item_code
"""
_TIERS = """
SELECT t.scheme_code, t.min_points, t.grade, t.factor_bp FROM grade_tier t
 WHERE t.valid_from = (SELECT max(x.valid_from) FROM grade_tier x
                        WHERE x.scheme_code = t.scheme_code AND x.valid_from <= %(last)s)
"""
_INDICATORS = """
SELECT v.hospital_code, v.indicator, v.subject, sum(v.numerator), sum(v.denominator)
  FROM indicator_value v WHERE v.period BETWEEN %(from)s AND %(to)s
   AND v.hospital_code = ANY (%(hospitals)s) GROUP BY 1, 2, 3
"""
_ASSESSED = """
SELECT a.hospital_code, round(avg(a.score), 2) FROM assessment a
 WHERE a.period BETWEEN %(from)s AND %(to)s AND a.hospital_code = ANY (%(hospitals)s) GROUP BY 1
"""
#: Findings of the year that were not settled and did not vanish: what stands against a hospital.
_FINDINGS = """
SELECT f.hospital_code, f.kind, count(*) FROM participation_finding f
 WHERE f.found_on BETWEEN %(first)s AND %(last)s AND f.state NOT IN ('settled', 'gone')
   AND f.hospital_code = ANY (%(hospitals)s) GROUP BY 1, 2
"""
_GIVEN = """
SELECT g.hospital_code, g.item_code, g.points FROM grade_point g
 WHERE g.year = %(year)s AND g.hospital_code = ANY (%(hospitals)s)
"""


def schemes(told: dict[str, Any]) -> dict[str, str]:
    """Return the scheme of each hospital of the areas that has one on the day `last`."""
    return dict(sql(_SCHEMES, told).fetchall())


def items(told: dict[str, Any]) -> dict[str, list[Item]]:
    """Return the items in force of each scheme."""
    found: dict[str, list[Item]] = defaultdict(list)
    for scheme, code, name, points, source, measure, subject, *rest in sql(_ITEMS, told):
        found[scheme].append(
            Item(
                code, name, points, GradeSource(source), measure or "", subject or "",
                none_bp=rest[0], full_bp=rest[1], per_finding=rest[2],
            )
        )  # fmt: skip
    return found


def tiers(told: dict[str, Any]) -> dict[str, list[tuple[Decimal, str, int | None]]]:
    """Return the tiers in force of each scheme."""
    found: dict[str, list[tuple[Decimal, str, int | None]]] = defaultdict(list)
    for scheme, least, grade, factor_bp in sql(_TIERS, told):
        found[scheme].append((least, grade, factor_bp))
    return found


def figures(told: dict[str, Any], hospitals: Sequence[str]) -> dict[str, Figures]:
    """Return what is known of each hospital's year."""
    asked = {**told, "hospitals": list(hospitals)}
    rates: dict[str, dict[tuple[str, str], tuple[Decimal, Decimal]]] = defaultdict(dict)
    for code, indicator, subject, above, below in sql(_INDICATORS, asked):
        rates[code][indicator, subject] = (above, below)
    assessed = dict(sql(_ASSESSED, asked).fetchall())
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for code, kind, count in sql(_FINDINGS, asked):
        found[code][kind] = count
    given: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for code, item, points in sql(_GIVEN, asked):
        given[code][item] = points
    return {
        code: Figures(rates[code], assessed.get(code), found[code], given[code])
        for code in hospitals
    }
