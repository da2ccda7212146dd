"""The rule of monitoring that holds for an area on a day: its own, or the nearest above."""

from dataclasses import dataclass, field
from datetime import date

from models.records.base import sql
from models.rules.papers import RECTIFY_DAYS, InterviewRule, PaperKind

_NEAREST = """
SELECT r.kinds, r.progress_gap_bp, r.lagging_products, r.settlement_rate_bp, r.online_rate_bp,
       r.participation_findings, r.rectify_days, r.health_department, r.copy_to
  FROM area_chain u JOIN cadence_rule r ON r.area_code = u.above_code
 WHERE u.area_code = %(area)s AND r.valid_from <= %(on)s
   AND (r.valid_to IS NULL OR r.valid_to >= %(on)s)
 ORDER BY u.distance, r.valid_from DESC LIMIT 1
"""
#: Areas with a rule of their own: only these write papers by the clock.
_OWN = """
SELECT DISTINCT ON (area_code) area_code, kinds FROM cadence_rule
 WHERE valid_from <= %(on)s AND (valid_to IS NULL OR valid_to >= %(on)s)
 ORDER BY area_code, valid_from DESC
"""


@dataclass(frozen=True)
class Rule:
    """What holds for the papers of an area."""

    interview: InterviewRule = field(default_factory=InterviewRule)
    rectify_days: int = RECTIFY_DAYS
    health_department: str = ""
    copy_to: str = ""


def of(area_code: str, on: date) -> Rule:
    """Return the rule of an area on a day; without any, that of 获嘉县 2023-04."""
    row = sql(_NEAREST, {"area": area_code, "on": on}).fetchone()
    if row is None:
        return Rule()
    _, *bounds, days, department, copies = row
    return Rule(InterviewRule(*bounds), days, department or "", copies or "")


def by_the_clock(on: date) -> list[tuple[str, list[PaperKind]]]:
    """Return area → the papers its rule of the day asks for."""
    return [(row[0], [PaperKind(one) for one in row[1]]) for row in sql(_OWN, {"on": on})]
