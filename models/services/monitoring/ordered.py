"""How orders of the month were answered and delivered, position by position."""

from models.records.base import sql
from models.services import deliveries
from models.services.monitoring.selection import Selection

#: What arrived counts by the receipt, or by the delivery note where that says more.
_ORDERED = """
CREATE TEMP TABLE ordered ON COMMIT DROP AS
SELECT order_no, nhsa_code, enterprise_code, hospital_code, ordered_fen AS amount_fen,
       greatest(received_fen, sent_fen) AS delivered_fen,
       CASE WHEN first_received_on <= ordered_on + 7 THEN received_fen ELSE 0 END AS in_7_fen,
       1 AS specs, (greatest(received, sent) > 0)::int AS delivered,
       (greatest(received, sent) >= ordered)::int AS filled,
       coalesce(responded_on <= ordered_on + 1, false)::int AS responded
  FROM delivery_position WHERE ordered > 0
"""


def collect(chosen: Selection) -> None:
    """Make `ordered`: one row for a position of an order of the month."""
    hospital = chosen.hospital or None
    deliveries.collect(chosen.areas, chosen.period, chosen.on, hospital=hospital)
    sql("DROP TABLE IF EXISTS pg_temp.ordered")
    sql(_ORDERED)
