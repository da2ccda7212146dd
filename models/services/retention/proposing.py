"""What the lines say of a round's inputs: a proposal a person completes, corrects and imports.

Quantities and the non-selected amount follow from reports, awards and purchases of the agreement
year; the price before, the fund's ratio and the insured share are those of the round's last inputs
of the hospital and product, else empty: no line tells them.
"""

from typing import Any, NamedTuple

from models.records.base import db, sql
from models.rules import calendar
from models.services import access
from models.services.access import Actor
from models.services.judgement import spans

_PROPOSED = """
WITH year AS (
    SELECT b.round_code, w.number,
           (b.term_start + make_interval(years => w.number - 1))::date AS first_on,
           least((b.term_start + make_interval(years => w.number) - interval '1 day')::date,
                 b.term_end, %(last)s::date) AS last_on
      FROM vbp_round b
     CROSS JOIN LATERAL (SELECT agreement_year(b.term_start, b.term_end, %(last)s) AS number) w
     WHERE b.round_code = %(round)s
),
told AS (
    SELECT q.hospital_code, q.nhsa_code, q.reported_quantity, q.committed_quantity, h.area_code,
           h.name AS hospital_name, d.name, d.kind, d.specification, y.first_on, y.last_on,
           -- What others of the name cost stands once, at the smallest code.
           row_number() OVER (PARTITION BY q.hospital_code, d.name, d.kind
                                  ORDER BY q.nhsa_code) = 1 AS first_of_name
      FROM reported_quantity q JOIN hospital h USING (hospital_code)
      JOIN product d USING (nhsa_code) JOIN year y USING (round_code)
     WHERE h.area_code = ANY (%(areas)s)
),
line AS (
    SELECT p.hospital_code, p.nhsa_code, d.name, d.kind, p.quantity, p.amount_fen,
           s.round_code, s.category
      FROM (SELECT DISTINCT name, kind FROM told) n JOIN product d USING (name, kind)
      JOIN purchase_line p ON p.nhsa_code = d.nhsa_code
      JOIN hospital h ON h.hospital_code = p.hospital_code AND h.area_code = ANY (%(areas)s)
     CROSS JOIN year y
      LEFT JOIN purchase_line o ON o.line_no = p.original_line_no
      LEFT JOIN award_span s ON s.area_code = h.area_code AND s.nhsa_code = p.nhsa_code
           AND coalesce(o.accepted_on, p.accepted_on) BETWEEN s.from_on AND s.to_on
     WHERE p.accepted_on BETWEEN y.first_on AND y.last_on
       AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
),
bought AS (
    SELECT hospital_code, nhsa_code, sum(quantity) AS quantity FROM line
     WHERE round_code = %(round)s GROUP BY 1, 2
),
others AS (
    SELECT hospital_code, name, kind, sum(amount_fen)::bigint AS amount_fen FROM line
     WHERE category IS NULL GROUP BY 1, 2, 3
)
SELECT t.hospital_code, t.hospital_name, t.nhsa_code, t.name, t.specification,
       t.reported_quantity, t.committed_quantity, coalesce(b.quantity, 0) AS actual_quantity,
       k.price_before_yuan, a.award_price,
       CASE WHEN t.first_of_name THEN coalesce(x.amount_fen, 0) ELSE 0 END AS non_selected_fen,
       k.fund_ratio_bp, k.insured_share_bp
  FROM told t
  LEFT JOIN bought b USING (hospital_code, nhsa_code)
  LEFT JOIN others x USING (hospital_code, name, kind)
  LEFT JOIN award_span a ON a.area_code = t.area_code AND a.nhsa_code = t.nhsa_code
       AND a.round_code = %(round)s AND t.last_on BETWEEN a.from_on AND a.to_on
  LEFT JOIN LATERAL (
      SELECT i.price_before_yuan, i.fund_ratio_bp, i.insured_share_bp FROM retention_input i
       WHERE i.hospital_code = t.hospital_code AND i.round_code = %(round)s
         AND i.nhsa_code = t.nhsa_code AND i.period <= %(period)s
       ORDER BY i.period DESC LIMIT 1) k ON true
 ORDER BY t.hospital_code, t.nhsa_code
"""


class Proposed(NamedTuple):
    """A row as retention_inputs would have it; what no line tells is None."""

    hospital_code: str
    hospital_name: str
    nhsa_code: str
    name: str
    specification: str
    base_quantity: Any
    agreed_quantity: Any
    actual_quantity: Any
    price_before_yuan: Any
    award_price_yuan: Any
    non_selected_fen: int
    fund_ratio_bp: int | None
    insured_share_bp: int | None


def propose(actor: Actor, period: str, round_code: str, area: str | None) -> list[Proposed]:
    """Return the inputs of a round as the lines up to the month's last day say; nothing is written.

    Raises NotAllowed, UnknownArea, OutOfScope.
    """
    access.require(actor, "retention")
    areas = access.areas(actor, area)
    told = {
        "period": period, "round": round_code, "areas": areas, "last": calendar.last_day(period),
    }  # fmt: skip
    with db.atomic():
        spans.build(areas)
        return [Proposed(*row) for row in sql(_PROPOSED, told)]
