"""How orders of the month were answered and delivered, position by position."""

from datetime import date

from models.records.base import sql
from models.records.planning import linear_joins
from models.services.monitoring.selection import Selection

#: What was received longer than this before the month of an order is not its.
EARLY_DAYS = 31

#: What arrived counts by the receipt, or by the delivery note where that says more.
_ORDERED = """
CREATE TEMP TABLE ordered ON COMMIT DROP AS
WITH got AS (
    SELECT p.order_no, p.nhsa_code, sum(p.amount_fen) AS fen, sum(p.quantity) AS quantity,
           min(p.accepted_on) AS first_on
      FROM purchase_line p
     WHERE p.line_kind = 'receipt' AND p.accepted_on >= %(early)s {of_line}
       AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
     GROUP BY 1, 2
),
sent AS (
    SELECT n.order_no, n.nhsa_code, sum(n.amount_fen) AS fen, sum(n.quantity) AS quantity
      FROM delivery_note n WHERE n.delivered_on >= %(early)s GROUP BY 1, 2
)
SELECT o.order_no, o.nhsa_code, o.enterprise_code, o.hospital_code, o.amount_fen,
       greatest(coalesce(g.fen, 0), coalesce(s.fen, 0)) AS delivered_fen,
       CASE WHEN g.first_on <= o.ordered_on + 7 THEN g.fen ELSE 0 END AS in_7_fen,
       1 AS specs, (greatest(g.quantity, s.quantity, 0) > 0)::int AS delivered,
       (greatest(g.quantity, s.quantity, 0) >= o.quantity)::int AS filled,
       coalesce(o.responded_on <= o.ordered_on + 1, false)::int AS responded
  FROM purchase_order o JOIN hospital h USING (hospital_code)
  LEFT JOIN got g ON g.order_no = o.order_no AND g.nhsa_code = o.nhsa_code
  LEFT JOIN sent s ON s.order_no = o.order_no AND s.nhsa_code = o.nhsa_code
 WHERE o.ordered_on BETWEEN %(first)s AND %(last)s AND {of}
"""


def collect(chosen: Selection) -> None:
    """Make `ordered`: one row for a position of an order of the month.

    Receipts and notes of its number and product count whoever they name: the order's parties do.
    """
    told = chosen.told
    told["early"] = date.fromordinal(told["first"].toordinal() - EARLY_DAYS)
    of_line = ""
    if chosen.one_by_one:
        of_line = (
            "AND p.order_no IN (SELECT q.order_no FROM purchase_order q WHERE q.ordered_on"
            " BETWEEN %(first)s AND %(last)s AND q.hospital_code = ANY (%(hospitals)s))"
        )
    sql("DROP TABLE IF EXISTS pg_temp.ordered")
    with linear_joins():
        sql(_ORDERED.format(of=chosen.of("h"), of_line=of_line), told)
