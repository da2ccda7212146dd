"""Order positions of a month: an order and product with what was ordered, sent and received.

What was ordered is in the month of its order, with everything sent and received for it whenever
that was; what nobody ordered is in the month in which it was received or sent. So every receipt and
every note is in exactly one month.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from models.records.base import sql
from models.rules import calendar
from models.rules.deliveries import Difference

#: Nothing is missing before so many days after the order, or after the last note.
GRACE_DAYS = 7
#: What was received longer than this before the month of an order is not its: the order came late,
#: and nobody looks for it in all receipts there ever were.
EARLY_DAYS = 31

_D = Difference

_MADE = f"""
CREATE TEMP TABLE delivery_position ON COMMIT DROP AS
WITH ordered AS MATERIALIZED (
    SELECT * FROM purchase_order WHERE ordered_on BETWEEN %(first)s AND %(last)s
),
receipts AS (
    SELECT p.order_no, p.nhsa_code, p.hospital_code, p.enterprise_code, p.line_kind, p.quantity,
           p.amount_fen, p.accepted_on, o.order_no IS NOT NULL AS is_ordered
      FROM purchase_line p
      LEFT JOIN ordered o ON o.order_no = p.order_no AND o.nhsa_code = p.nhsa_code
      LEFT JOIN line_void v USING (line_no)
     WHERE p.accepted_on >= %(early)s AND p.line_kind <> 'price_adjustment'
       AND v.line_no IS NULL
       AND (o.order_no IS NOT NULL OR (p.accepted_on BETWEEN %(first)s AND %(last)s
            AND NOT EXISTS (
                SELECT FROM purchase_order q
                 WHERE q.order_no = p.order_no AND q.nhsa_code = p.nhsa_code
                   AND p.accepted_on >= date_trunc('month', q.ordered_on)::date - {EARLY_DAYS})))
),
notes AS (
    SELECT n.*, o.order_no IS NOT NULL AS is_ordered
      FROM delivery_note n
      LEFT JOIN ordered o ON o.order_no = n.order_no AND o.nhsa_code = n.nhsa_code
     WHERE n.delivered_on >= %(early)s
       AND (o.order_no IS NOT NULL OR (n.delivered_on BETWEEN %(first)s AND %(last)s
            AND NOT EXISTS (
                SELECT FROM purchase_order q
                 WHERE q.order_no = n.order_no AND q.nhsa_code = n.nhsa_code
                   AND n.delivered_on >= date_trunc('month', q.ordered_on)::date - {EARLY_DAYS})))
),
-- What was ordered belongs to the parties of the order; all else to those it names itself.
facts AS (
    SELECT r.order_no, r.nhsa_code, coalesce(o.hospital_code, r.hospital_code) AS hospital_code,
           coalesce(o.enterprise_code, r.enterprise_code) AS enterprise_code, r.is_ordered,
           (r.hospital_code, r.enterprise_code)
               <> (coalesce(o.hospital_code, r.hospital_code),
                   coalesce(o.enterprise_code, r.enterprise_code)) AS is_other,
           r.line_kind = 'receipt' AS is_receipt, r.line_kind = 'goods_return' AS is_return,
           r.quantity, r.amount_fen, r.accepted_on AS day
      FROM receipts r LEFT JOIN ordered o USING (order_no, nhsa_code)
    UNION ALL
    SELECT n.order_no, n.nhsa_code, coalesce(o.hospital_code, n.hospital_code),
           coalesce(o.enterprise_code, n.enterprise_code), n.is_ordered,
           (n.hospital_code, n.enterprise_code)
               <> (coalesce(o.hospital_code, n.hospital_code),
                   coalesce(o.enterprise_code, n.enterprise_code)),
           false, false, n.quantity, n.amount_fen, n.delivered_on
      FROM notes n LEFT JOIN ordered o USING (order_no, nhsa_code)
),
summed AS (
    SELECT order_no, nhsa_code, hospital_code, enterprise_code, bool_or(is_other) AS is_other,
           coalesce(sum(quantity) FILTER (WHERE is_receipt), 0) AS received,
           coalesce(sum(amount_fen) FILTER (WHERE is_receipt), 0)::bigint AS received_fen,
           count(*) FILTER (WHERE is_receipt) AS receipts,
           coalesce(sum(quantity) FILTER (WHERE is_return), 0) AS returned,
           coalesce(sum(quantity) FILTER (WHERE NOT is_receipt AND NOT is_return), 0) AS sent,
           coalesce(sum(amount_fen) FILTER (WHERE NOT is_receipt AND NOT is_return), 0)::bigint
               AS sent_fen,
           min(day) FILTER (WHERE is_receipt) AS first_received_on,
           max(day) FILTER (WHERE NOT is_receipt AND NOT is_return) AS last_sent_on
      FROM facts GROUP BY order_no, nhsa_code, hospital_code, enterprise_code
),
known AS (
    SELECT coalesce(o.order_no, s.order_no) AS order_no,
           coalesce(o.nhsa_code, s.nhsa_code) AS nhsa_code,
           coalesce(o.hospital_code, s.hospital_code) AS hospital_code,
           coalesce(o.enterprise_code, s.enterprise_code) AS enterprise_code,
           o.ordered_on, o.responded_on, o.quantity AS ordered, o.amount_fen AS ordered_fen,
           coalesce(s.sent, 0) AS sent, coalesce(s.sent_fen, 0) AS sent_fen, s.last_sent_on,
           coalesce(s.received, 0) AS received, coalesce(s.received_fen, 0) AS received_fen,
           coalesce(s.returned, 0) AS returned, coalesce(s.receipts, 0) AS receipts,
           s.first_received_on, coalesce(s.is_other, false) AS is_other
      FROM ordered o FULL JOIN summed s
           ON s.order_no = o.order_no AND s.nhsa_code = o.nhsa_code
          AND s.hospital_code = o.hospital_code AND s.enterprise_code = o.enterprise_code
)
SELECT k.*, h.area_code, array_remove(ARRAY[
       CASE WHEN k.ordered IS NULL THEN '{_D.ORDER_MISSING}' END,
       CASE WHEN k.is_other THEN '{_D.PARTY_DIFFERS}' END,
       CASE WHEN k.ordered > 0 AND greatest(k.sent, k.received) = 0
                 AND %(on)s >= k.ordered_on + {GRACE_DAYS} THEN '{_D.NOT_DELIVERED}' END,
       CASE WHEN greatest(k.sent, k.received) > 0 AND greatest(k.sent, k.received) < k.ordered
                 AND %(on)s >= k.ordered_on + {GRACE_DAYS} THEN '{_D.DELIVERED_SHORT}' END,
       CASE WHEN k.received > k.ordered THEN '{_D.RECEIVED_OVER}' END,
       CASE WHEN k.sent > k.received AND %(on)s >= k.last_sent_on + {GRACE_DAYS}
            THEN '{_D.RECEIPT_MISSING}' END,
       CASE WHEN k.sent > 0 AND k.received > k.sent THEN '{_D.NOTE_MISSING}' END,
       CASE WHEN k.receipts > 0 AND k.ordered > 0
                 AND abs(k.received_fen * k.ordered - k.ordered_fen * k.received)
                     > k.receipts * k.ordered THEN '{_D.PRICE_DIFFERS}' END
       ], NULL) AS differences
  FROM known k JOIN hospital h USING (hospital_code)
 WHERE h.area_code = ANY (%(areas)s)
   AND (%(hospital)s::text IS NULL OR k.hospital_code = %(hospital)s)
   AND (%(enterprise)s::text IS NULL OR k.enterprise_code = %(enterprise)s)
"""


def collect(
    areas: Sequence[str],
    period: str,
    on: date,
    *,
    hospital: str | None = None,
    enterprise: str | None = None,
) -> None:
    """Make the temporary table delivery_position of a month, as it looks on a day.

    In the caller's transaction; bounded to areas, and to a seat's own hospital or enterprise.
    """
    first = calendar.first_day(period)
    told = {
        "areas": list(areas),
        "first": first,
        "last": calendar.last_day(period),
        "early": first - timedelta(days=EARLY_DAYS),
        "on": on,
        "hospital": hospital,
        "enterprise": enterprise,
    }
    sql("DROP TABLE IF EXISTS pg_temp.delivery_position")
    sql(_MADE, told)
