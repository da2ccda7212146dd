"""Indicators as pages and papers read them: of hospitals, areas and rounds, month by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.rules import calendar
from models.services.views.listing import Counted, Listing
from models.services.views.reading import Rows, Where, fetch, hospital_named, like, one

#: A trend shows a year.
MONTHS = 12
#: More groups than this are an export's work.
GROUPS_MAX = 500
VIEWS = {
    "fail": "i.verdict = 'fail'",
    "pass": "i.verdict = 'pass'",
    "none": "i.verdict IS NULL",
}

_FROM = """
  FROM indicator_value i JOIN hospital h USING (hospital_code)
 WHERE {where}
"""
_ROWS = f"""
SELECT i.*, h.name AS hospital_name, h.area_code,
       (SELECT r.name FROM vbp_round r WHERE r.round_code = i.subject) AS round_name
{_FROM}
 ORDER BY array_position(ARRAY['fail', 'pass'], i.verdict::text), i.indicator, i.subject,
       i.value_bp, i.hospital_code LIMIT %(rows)s OFFSET %(skip)s
"""
LIST = Listing(rows=_ROWS, source=_FROM, views=VIEWS)

#: Sums of numerators and denominators. Half up is away from zero; a target is that of the
#: hospitals, weighted by what it is asked of, and none where one of them has none.
_SUMS = """
       min(i.name) AS name, bool_and(i.is_money) AS is_money, min(i.direction) AS direction,
       count(DISTINCT i.hospital_code) AS hospitals,
       count(DISTINCT i.hospital_code) FILTER (WHERE i.verdict = 'fail') AS failed,
       sum(i.numerator) AS numerator, sum(i.denominator) AS denominator,
       round(10000 * sum(i.numerator) / sum(i.denominator))::bigint AS value_bp,
       CASE WHEN count(i.target_bp) = count(*)
            THEN round(sum(i.target_bp * i.denominator) / sum(i.denominator))::bigint END
            AS target_bp
"""
_JUDGED = """
SELECT g.*, CASE WHEN g.target_bp IS NULL THEN NULL
       WHEN (g.direction = 'at_most' AND g.value_bp > g.target_bp)
         OR (g.direction IS DISTINCT FROM 'at_most' AND g.value_bp < g.target_bp) THEN 'fail'
       ELSE 'pass' END AS verdict{names}
  FROM ({groups}) g {joins} ORDER BY {order} LIMIT %(limit)s
"""
_BY_AREA = f"""
SELECT u.above_code AS code, i.indicator, i.subject, {_SUMS}
  FROM indicator_value i JOIN hospital h USING (hospital_code)
  JOIN area_chain u ON u.area_code = h.area_code
 WHERE {{where}} AND {{within}} GROUP BY 1, 2, 3
"""
_BY_ROUND = f"""
SELECT i.subject AS code, i.indicator, i.subject, {_SUMS}
  FROM indicator_value i JOIN hospital h USING (hospital_code)
  JOIN vbp_round r ON r.round_code = i.subject
 WHERE {{where}} GROUP BY 1, 2, 3
"""
_BY_MONTH = f"""
SELECT i.period AS code, i.indicator, i.subject, {_SUMS}
  FROM indicator_value i JOIN hospital h USING (hospital_code)
 WHERE {{where}} GROUP BY 1, 2, 3
"""
_ROUND_NAME = ", (SELECT r.name FROM vbp_round r WHERE r.round_code = g.subject) AS round_name"


@dataclass(frozen=True)
class Asked:
    """The conditions of the address; empty ones ask nothing."""

    period: str
    indicator: str = ""
    areas: tuple[str, ...] = ()
    hospital: str = ""
    round: str = ""
    view: str = ""


def periods(rows: Rows) -> list[str]:
    """Return the months that were measured for the reader, latest first."""
    within = Where.of(rows, area="h.area_code", hospital="i.hospital_code")
    text = f"""
SELECT DISTINCT i.period FROM indicator_value i JOIN hospital h USING (hospital_code)
 WHERE {within.text} ORDER BY 1 DESC
"""
    return [row.period for row in fetch(text, within.told)]


def where(rows: Rows, asked: Asked) -> Where:
    """Return the conditions within the reader's rows, without the standard view."""
    found = Where.of(rows, area="h.area_code", hospital="i.hospital_code")
    found.add("i.period = %(period)s", period=asked.period)
    found.add_if(asked.indicator, "i.indicator = %(indicator)s", "indicator")
    found.add_if(list(asked.areas) or None, "h.area_code = ANY (%(areas)s)", "areas")
    if asked.hospital:
        found.add(
            hospital_named("i.hospital_code"),
            hospital_text=asked.hospital,
            hospital_like=like(asked.hospital),
        )
    if asked.round:
        found.add(
            "i.subject IN (SELECT round_code FROM vbp_round WHERE round_code = %(round)s"
            " OR name LIKE %(round_like)s)",
            round=asked.round,
            round_like=like(asked.round),
        )
    return found


def counted(rows: Rows, asked: Asked) -> Counted:
    """Return what a saved view of the list counts."""
    return LIST.counted(LIST.viewed(where(rows, asked), asked.view))


def find(rows: Rows, key: tuple[str, str, str, str]) -> Any:  # noqa: ANN401 - a row by name
    """Return the value of (month, hospital, indicator, subject) within the reader's rows."""
    found = Where.of(rows, area="h.area_code", hospital="i.hospital_code")
    period, hospital_code, indicator, subject = key
    found.add("i.period = %(period)s", period=period)
    found.add("i.hospital_code = %(code)s", code=hospital_code)
    found.add("i.indicator = %(indicator)s", indicator=indicator)
    found.add("i.subject = %(subject)s", subject=subject)
    return LIST.find(found)


def names(period: str) -> dict[str, str]:
    """Return indicator → the name its definition gave it in a month."""
    text = "SELECT indicator, min(name) AS name FROM indicator_value WHERE period = %(period)s"
    return {row.indicator: row.name for row in fetch(f"{text} GROUP BY 1 ORDER BY 1",
                                                     {"period": period})}  # fmt: skip


def by_area(rows: Rows, asked: Asked, within: list[str] | None) -> list[Any]:
    """Return the values of areas, each with all below it; `within`: the reader's own areas."""
    found = where(rows, asked)
    bound = "true"
    if within is not None:
        bound, found.told["within"] = "u.above_code = ANY (%(within)s)", within
    groups = _BY_AREA.format(where=found.text, within=bound)
    text = _JUDGED.format(
        groups=groups,
        names=f", a.name AS title, a.level{_ROUND_NAME}",
        joins="JOIN area a ON a.area_code = g.code",
        order="g.indicator, g.subject, array_position(ARRAY['province', 'city', 'county'],"
        " a.level::text), g.value_bp, g.code",
    )
    return fetch(text, {**found.told, "limit": GROUPS_MAX})


def by_round(rows: Rows, asked: Asked) -> list[Any]:
    """Return the values of rounds over the reader's hospitals."""
    found = where(rows, asked)
    text = _JUDGED.format(
        groups=_BY_ROUND.format(where=found.text),
        names=", r.name AS title, r.name AS round_name",
        joins="JOIN vbp_round r ON r.round_code = g.code",
        order="g.indicator, g.value_bp, g.code",
    )
    return fetch(text, {**found.told, "limit": GROUPS_MAX})


def trend(rows: Rows, of: Mapping[str, str | tuple[str, ...]], last: str) -> list[Any]:
    """Return the months of a year up to `last`, oldest first, of every indicator and subject.

    `of` names a hospital, an area with all below (as `areas`), or a round.
    """
    first = last
    for _step in range(MONTHS - 1):
        first = calendar.previous_period(first)
    found = Where.of(rows, area="h.area_code", hospital="i.hospital_code")
    found.add("i.period BETWEEN %(first)s AND %(last)s", first=first, last=last)
    if of.get("hospital"):
        found.add("i.hospital_code = %(hospital)s", hospital=of["hospital"])
    if of.get("areas"):
        found.add("h.area_code = ANY (%(areas)s)", areas=list(of["areas"]))
    if of.get("round"):
        found.add("i.subject = %(round)s", round=of["round"])
    text = _JUDGED.format(
        groups=_BY_MONTH.format(where=found.text),
        names=_ROUND_NAME,
        joins="",
        order="g.indicator, g.subject, g.code",
    )
    return fetch(text, {**found.told, "limit": GROUPS_MAX * MONTHS})


def title_of(kind: str, code: str) -> str:
    """Return the name of a hospital, area or round."""
    table, column = {
        "hospital": ("hospital", "hospital_code"),
        "area": ("area", "area_code"),
        "round": ("vbp_round", "round_code"),
    }[kind]
    found = one(f"SELECT name FROM {table} WHERE {column} = %(code)s", {"code": code})
    return str(found.name) if found else code
