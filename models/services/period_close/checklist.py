"""What is still open of a month, point by point, and the sums it closes with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.records.base import db, sql
from models.rules import calendar, closing
from models.rules.closing import Finding, Point
from models.services import identity
from models.services.period_close.points import POINTS

_TOTALS = """
SELECT count(*), coalesce(sum(lines_count), 0), coalesce(sum(received_fen), 0),
       coalesce(sum(returned_fen), 0), coalesce(sum(adjusted_fen), 0),
       coalesce(sum(payable_fen), 0),
       coalesce(sum(payable_fen) FILTER (WHERE state = 'paid'), 0),
       coalesce(sum(carried_out_fen), 0)
  FROM settlement_sheet WHERE period = %(period)s AND area_code = ANY (%(areas)s)
"""
_OFFSETS = """
SELECT count(*), coalesce(sum(goods_fen), 0), coalesce(sum(offset_fen), 0),
       coalesce(sum(carried_out_fen), 0)
  FROM hospital_offset WHERE period = %(period)s AND area_code = ANY (%(areas)s)
"""
_DIFFERENCES = """
SELECT count(*), sum(order_fen), min(coalesce(reference, sheet_no)) FROM identity_row
 WHERE differs <> ''
"""
#: Names of the totals, in the order of the two statements.
SHEETS = (
    "sheets",
    "lines",
    "received_fen",
    "returned_fen",
    "adjusted_fen",
    "payable_fen",
    "paid_fen",
    "carried_out_fen",
)
OFFSETS = ("offsets", "goods_fen", "offset_fen", "offset_carried_fen")


@dataclass(frozen=True)
class Checklist:
    """What people see before a month closes, sealed."""

    period: str
    areas: tuple[str, ...]
    totals: dict[str, int]
    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> list[Finding]:
        """Return the points that keep the month open."""
        return [one for one in self.findings if one.blocks]

    @property
    def carried(self) -> list[Finding]:
        """Return the points that go on into later months."""
        return [one for one in self.findings if one.is_carried]

    @property
    def seal(self) -> str:
        """Return the hash of what is shown."""
        return closing.seal(self.totals, self.findings)


def look(areas: Sequence[str], period: str, on: date) -> Checklist:
    """Return the checklist of a month in these areas as it stands."""
    told = {
        "areas": list(areas),
        "period": period,
        "period_start": calendar.first_day(period),
        "period_end": calendar.last_day(period),
        "on": on,
    }
    over = Finding(Point.PERIOD_OVER, int(on <= calendar.last_day(period)))
    with db.atomic():
        identity.collect(areas, period)
        found = [over, *(_finding(point, text, told) for point, text in POINTS.items())]
        found.append(_finding(Point.DIFFERENCES, _DIFFERENCES, told))
        totals = _totals(told)
    found.sort(key=lambda one: list(Point).index(one.point))
    return Checklist(period, tuple(areas), totals, tuple(found))


def _finding(point: Point, text: str, told: dict[str, object]) -> Finding:
    count, sum_fen, example = sql(text, told).fetchone()
    if not count:
        return Finding(point, 0)
    return Finding(point, int(count), None if sum_fen is None else int(sum_fen), example or "")


def _totals(told: dict[str, object]) -> dict[str, int]:
    sheets = zip(SHEETS, sql(_TOTALS, told).fetchone(), strict=True)
    offsets = zip(OFFSETS, sql(_OFFSETS, told).fetchone(), strict=True)
    return {name: int(value) for name, value in (*sheets, *offsets)}
