"""Which hospitals may have how much turnover money in a year, and why others may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models.records.base import sql
from models.rules import turnover as rules
from models.rules.offset import PREPAID
from models.rules.turnover import Amount, Lack, Obstacle, Pool, Reserve
from models.services.judgement import in_force

#: What of a grant is not back yet: repaid on its requests, or taken from monthly funds.
OUTSTANDING = """
(CASE WHEN g.state IN ('paid', 'recovering') THEN g.amount_fen
      - coalesce((SELECT sum(q.received_fen) FROM money_request q
                   WHERE q.kind = 'repayment'
                     AND q.source = 'turnover:' || g.turnover_no), 0)
      - coalesce((SELECT sum(o.recovered_fen) FROM hospital_offset o
                   WHERE o.turnover_no = g.turnover_no), 0)
      ELSE 0 END)::bigint
""".strip()

#: What the scheme says of the year's turnover money, and the months it is reckoned from.
_TERMS = """
c.scheme_code, c.valid_from, c.funding, c.turnover_months,
       coalesce(c.turnover_drug_bp, 0) AS drug_bp,
       coalesce(c.turnover_consumable_bp, 0) AS consumable_bp,
       to_char(make_date(%(year)s, 1, 1) - make_interval(months => c.turnover_months), 'YYYY-MM')
           AS base_from,
       to_char(make_date(%(year)s, 1, 1) - interval '1 month', 'YYYY-MM') AS base_to
""".strip()

_CANDIDATES = f"""
WITH terms AS ({in_force.of_areas("%(on)s", _TERMS)})
SELECT h.hospital_code, h.name, h.area_code, t.scheme_code, t.valid_from, t.funding,
       t.turnover_months, t.drug_bp, t.consumable_bp, t.base_from, t.base_to,
       coalesce(m.months, 0)::int, coalesce(m.audited_fen, 0)::bigint, g.turnover_no,
       coalesce((SELECT sum({OUTSTANDING}) FROM turnover_grant g
                  WHERE g.hospital_code = h.hospital_code AND g.year <> %(year)s), 0)::bigint
  FROM hospital h LEFT JOIN terms t ON t.of_area = h.area_code
  LEFT JOIN LATERAL (
       SELECT count(*) AS months, sum(m.audited_fen) AS audited_fen FROM monthly_fund m
        WHERE m.hospital_code = h.hospital_code AND m.period BETWEEN t.base_from AND t.base_to
       ) m ON true
  LEFT JOIN turnover_grant g ON g.hospital_code = h.hospital_code AND g.year = %(year)s
       AND g.state NOT IN ('refused', 'withdrawn')
 WHERE h.area_code = ANY (%(areas)s)
   AND (%(hospital)s::text IS NULL OR h.hospital_code = %(hospital)s)
 ORDER BY h.hospital_code
"""

#: The rows of the nearest area that has any for the year.
_RESERVES = """
WITH near AS (
    SELECT DISTINCT ON (u.area_code) u.area_code, u.above_code FROM area_chain u
     WHERE EXISTS (SELECT 1 FROM fund_reserve f
                    WHERE f.area_code = u.above_code AND f.year = %(year)s)
     ORDER BY u.area_code, u.distance
)
SELECT n.area_code, f.pool, f.reserve_months, f.last_year_balance_fen, f.forecast_balance_fen,
       f.required_months
  FROM near n JOIN fund_reserve f ON f.area_code = n.above_code AND f.year = %(year)s
 WHERE n.area_code = ANY (%(areas)s)
 ORDER BY n.area_code, f.pool
"""


class Terms(NamedTuple):
    """What the scheme of the day says, and what it was computed from."""

    scheme_code: str
    valid_from: date
    drug_bp: int
    consumable_bp: int
    base_from: str
    base_to: str
    #: Months of the base that are imported, and how many the scheme asks for.
    months: int
    months_wanted: int


@dataclass(frozen=True)
class Candidate:
    """A hospital and what it may have in the year; with an obstacle or a lack it may not."""

    hospital_code: str
    name: str
    area_code: str
    terms: Terms | None
    amount: Amount
    obstacles: tuple[Obstacle, ...]
    lacks: tuple[tuple[Pool, Lack], ...]
    reserves: tuple[Reserve, ...]

    @property
    def eligible(self) -> bool:
        """Say whether it may apply."""
        return not self.obstacles and not self.lacks


def reserves(areas: Sequence[str], year: int) -> dict[str, list[Reserve]]:
    """Return what the funds of each area can bear in the year, from the nearest area known."""
    found: dict[str, list[Reserve]] = {}
    for area, pool, months, last, forecast, required in sql(
        _RESERVES, {"areas": list(areas), "year": year}
    ).fetchall():
        one = Reserve(Pool(pool), months, int(last), int(forecast), required)
        found.setdefault(area, []).append(one)
    return found


def candidates(
    areas: Sequence[str], year: int, on: date, *, hospital_code: str | None = None
) -> list[Candidate]:
    """Return every hospital of the areas with what it may have in the year, by the day's scheme."""
    told = {"areas": list(areas), "year": year, "on": on, "hospital": hospital_code}
    known = reserves(areas, year)
    return [_candidate(row, known.get(row[2], [])) for row in sql(_CANDIDATES, told).fetchall()]


def _candidate(row: Sequence[object], known: list[Reserve]) -> Candidate:
    (code, name, area, scheme, valid_from, funding, wanted, drug, consumable, first, last, months,
     audited, has_one, earlier) = row  # fmt: skip
    terms, amount = None, Amount(0, 0, 0)
    obstacles = []
    if wanted is None:
        obstacles.append(Obstacle.NO_TERMS)
    else:
        terms = Terms(scheme, valid_from, drug, consumable, first, last, months, wanted)  # type: ignore[arg-type]
        amount = rules.amount(int(audited), int(months), int(drug), int(consumable))  # type: ignore[call-overload]
        if funding not in PREPAID:
            obstacles.append(Obstacle.NOT_PREPAID)
        if amount.total_fen == 0:
            obstacles.append(Obstacle.NO_BASE)
    if has_one:
        obstacles.append(Obstacle.HAS_ONE)
    if earlier:
        obstacles.append(Obstacle.OUTSTANDING)
    return Candidate(
        hospital_code=str(code),
        name=str(name),
        area_code=str(area),
        terms=terms,
        amount=amount,
        obstacles=tuple(obstacles),
        lacks=tuple(rules.lacks(known)),
        reserves=tuple(known),
    )
