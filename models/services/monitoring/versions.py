"""The definitions that count in each area on a day: what was imported, over the defaults."""

from collections.abc import Iterable
from datetime import date

from models.records.base import sql
from models.rules.definitions import DEFAULTS, Definition, in_force
from models.rules.measures import Measure
from models.rules.monitoring import Direction, Target

#: Area → indicator → its versions, the one that counts first.
Defined = dict[str, dict[str, list[Definition]]]

_ALL = """
SELECT indicator, name, numerator, denominator, direction, target, target_bp, subject, area_code,
       valid_from, valid_to, source_title, source_article
  FROM indicator_definition ORDER BY indicator, subject, area_code, valid_from
"""
_ABOVE = """
SELECT area_code, array_agg(above_code ORDER BY distance) FROM area_chain
 WHERE area_code = ANY (%s) GROUP BY 1
"""


def imported() -> list[Definition]:
    """Return every version that was imported."""
    return [
        Definition(
            indicator=row[0],
            name=row[1],
            numerator=Measure(row[2]),
            denominator=Measure(row[3]),
            direction=Direction(row[4]),
            target=Target(row[5]),
            target_bp=row[6],
            subject=row[7],
            area_code=row[8],
            valid_from=row[9],
            valid_to=row[10],
            source_title=row[11],
            source_article=row[12] or "",
        )
        for row in sql(_ALL)
    ]


def of_areas(areas: Iterable[str], day: date) -> Defined:
    """Return what counts in each area on a day."""
    every = [*imported(), *DEFAULTS]
    return {code: in_force(every, above, day) for code, above in sql(_ABOVE, (list(areas),))}


def measures(defined: Defined) -> list[Measure]:
    """Return the measures that the definitions of the areas ask for, in a fixed order."""
    wanted = {
        measure
        for of_area in defined.values()
        for versions in of_area.values()
        for one in versions
        for measure in (one.numerator, one.denominator)
    }
    return [measure for measure in Measure if measure in wanted]
