"""What hospitals used of the products of a round, and the terms and catalogue it is asked by.

关于完善医药集中带量采购和执行工作机制的通知 (医保发〔2024〕31号) and the rounds' own notices let a
report follow what was used before; products are compared by name and kind, as the share of
non-selected goods is.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from models.records.base import sql

#: One row for each name of a round's catalogue: its smallest code.
CATALOGUE = """
SELECT d.name, d.kind, min(d.nhsa_code) AS nhsa_code
  FROM (SELECT nhsa_code FROM round_product WHERE round_code = %(round)s
        UNION SELECT nhsa_code FROM award WHERE round_code = %(round)s) listed
  JOIN product d USING (nhsa_code)
 GROUP BY d.name, d.kind
"""
#: The hospitals that are asked, with the terms of the nearest area and the period of use.
ASKED = """
SELECT h.hospital_code, h.area_code, h.ownership, t.report_from, t.report_by, t.sign_by,
       t.agreed_share_bp, t.under_report_bp, t.over_report_bp, t.participants,
       coalesce(t.use_from, (u.use_to + 1 - interval '12 months')::date) AS use_from, u.use_to
  FROM hospital h
  JOIN round_term_of t ON t.of_area = h.area_code AND t.round_code = %(round)s
  JOIN vbp_round b ON b.round_code = t.round_code
 CROSS JOIN LATERAL (SELECT coalesce(t.use_to,
       (date_trunc('month', coalesce(t.report_by, b.term_start)) - interval '1 day')::date)
       AS use_to) u
 WHERE h.hospital_code = ANY (%(hospitals)s) OR h.area_code = ANY (%(areas)s)
"""
#: Net use by hospital and name: lines that stand, by their own day of acceptance.
USED = f"""
SELECT p.hospital_code, l.nhsa_code, sum(p.quantity) AS quantity, sum(p.amount_fen) AS amount_fen,
       count(*) AS lines
  FROM ({CATALOGUE}) l
  JOIN product same ON same.name = l.name AND same.kind = l.kind
  JOIN purchase_line p ON p.nhsa_code = same.nhsa_code
  JOIN asked a ON a.hospital_code = p.hospital_code
       AND p.accepted_on BETWEEN a.use_from AND a.use_to
  LEFT JOIN line_void v USING (line_no)
 WHERE v.line_no IS NULL
 GROUP BY p.hospital_code, l.nhsa_code
"""


class Used(NamedTuple):
    """What a hospital used of one name of a round."""

    hospital_code: str
    nhsa_code: str
    quantity: Any


def used(round_code: str, hospitals: Sequence[str]) -> list[Used]:
    """Return what some hospitals used of each name of a round, above zero, by the round's terms."""
    told = {"round": round_code, "hospitals": list(hospitals), "areas": []}
    rows = sql(
        f"WITH asked AS ({ASKED}) SELECT hospital_code, nhsa_code, quantity FROM ({USED}) u"
        " WHERE quantity > 0 ORDER BY hospital_code, nhsa_code",
        told,
    )
    return [Used(*row) for row in rows]
