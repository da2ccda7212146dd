"""The rows behind a figure: the very lines, contracts or orders that a measure adds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models.records.base import sql
from models.rules.definitions import DEFAULTS, of_subject
from models.rules.measures import ABOUT, Measure, Unit
from models.services.monitoring import sums
from models.services.monitoring.selection import Selection
from models.services.monitoring.sums import SUMS, Item
from models.services.views.reading import fetch, one

NUMERATOR, DENOMINATOR = "numerator", "denominator"

#: A hospital and the members that name it as their lead: their goods may be under its contracts.
_OF_HOSPITAL = """
SELECT array_agg(DISTINCT hospital_code), array_agg(DISTINCT area_code) FROM hospital
 WHERE %(code)s IN (hospital_code, lead_hospital_code)
"""

_DETAILS = {
    Item.LINE: """
SELECT r.item, r.value, p.accepted_on AS day, p.order_no, p.nhsa_code, d.name AS product_name,
       d.specification, e.name AS enterprise_name, p.line_kind, p.platform, p.quantity,
       p.amount_fen
  FROM ({rows}) r JOIN purchase_line p ON p.line_no = r.item JOIN product d USING (nhsa_code)
  JOIN enterprise e ON e.credit_code = p.enterprise_code
""",
    Item.CONTRACT: """
SELECT r.item, r.value, c.term_end AS day, '' AS order_no, c.nhsa_code, d.name AS product_name,
       d.specification, e.name AS enterprise_name, NULL AS line_kind, NULL AS platform,
       c.committed_quantity AS quantity, NULL::bigint AS amount_fen
  FROM ({rows}) r JOIN contract c ON c.contract_no = r.item JOIN product d USING (nhsa_code)
  JOIN enterprise e ON e.credit_code = c.enterprise_code
""",
    Item.ORDER: """
SELECT r.item, r.value, o.ordered_on AS day, o.order_no, o.nhsa_code, d.name AS product_name,
       d.specification, e.name AS enterprise_name, NULL AS line_kind, NULL AS platform,
       o.quantity, o.amount_fen
  FROM ({rows}) r JOIN purchase_order o ON o.order_no || ' ' || o.nhsa_code = r.item
  JOIN product d USING (nhsa_code) JOIN enterprise e ON e.credit_code = o.enterprise_code
""",
    Item.TOTAL: """
SELECT r.item, r.value, NULL::date AS day, '' AS order_no, '' AS nhsa_code, '' AS product_name,
       '' AS specification, '' AS enterprise_name, NULL AS line_kind, NULL AS platform,
       NULL::numeric AS quantity, NULL::bigint AS amount_fen
  FROM ({rows}) r
""",
}
_ORDER = " ORDER BY day DESC NULLS LAST, item LIMIT %(limit)s OFFSET %(skip)s"


@dataclass(frozen=True)
class Figure:
    """One side of an indicator's value as the last run left it."""

    period: str
    hospital_code: str
    indicator: str
    subject: str
    side: str
    measure: Measure
    measured_on: date
    amount: Decimal

    @property
    def item(self) -> Item:
        """Return what its rows are."""
        return SUMS[self.measure].source.item

    @property
    def is_money(self) -> bool:
        """Return whether its rows are told in yuan."""
        return ABOUT[self.measure].unit is Unit.MONEY


@dataclass(frozen=True)
class Evidence:
    """A page of the rows, how many there are, and what they add up to now."""

    rows: Sequence[Any]
    count: int
    amount: Decimal


def figure(value: Any, side: str) -> Figure:  # noqa: ANN401 - a row of indicator_value
    """Return a side of a value; rows of earlier runs were measured by the defaults."""
    named = value.numerator_of if side == NUMERATOR else value.denominator_of
    if not named:
        defaults = [one for one in DEFAULTS if one.indicator == value.indicator]
        known = of_subject(defaults, value.subject) or defaults[0]
        named = known.numerator if side == NUMERATOR else known.denominator
    return Figure(
        value.period,
        value.hospital_code,
        value.indicator,
        value.subject,
        side,
        Measure(named),
        value.measured_on or Selection(value.period, (), date.min).last,
        value.numerator if side == NUMERATOR else value.denominator,
    )


def find(of: Figure, *, limit: int, skip: int = 0) -> Evidence:
    """Return rows of a figure, the latest first; in the caller's transaction.

    The rows are those of today: where something was sent since the run, their sum says so.
    """
    hospitals, areas = sql(_OF_HOSPITAL, {"code": of.hospital_code}).fetchone()
    chosen = Selection(of.period, tuple(areas), of.measured_on, of.hospital_code, tuple(hospitals))
    sums.collect(chosen, [of.measure])
    rows, told = sums.rows(chosen, of.measure, of.subject)
    whole = one(f"SELECT count(*) AS found, coalesce(sum(value), 0) AS total FROM ({rows}) r", told)
    text = _DETAILS[of.item].format(rows=rows) + _ORDER
    found = fetch(text, {**told, "limit": limit, "skip": skip})
    return Evidence(found, int(whole.found), Decimal(whole.total))
