"""Exports of what was settled and delivered: the cube of settlements, and order positions."""

from models.records.base import sql
from models.rules import calendar
from models.services import cycles, deliveries
from models.services.exports.scope import Ask

STATISTICS_COLUMNS = (
    "period area_code hospital_code enterprise_code category lines received_yuan returned_yuan"
    " adjusted_yuan net_yuan paid_yuan booked_on cycle_days limit_days"
)
DELIVERIES_COLUMNS = (
    "order_no nhsa_code hospital_code enterprise_code ordered_on responded_on ordered_quantity"
    " ordered_yuan sent_quantity sent_yuan received_quantity received_yuan returned_quantity"
    " differences"
)


def _text(column: str) -> str:
    return f"CASE WHEN {column} ~ '^[=+@-]' THEN '''' || {column} ELSE {column} END"


def _yuan(column: str) -> str:
    return f"(({column})::numeric / 100)::numeric(24, 2)"


STATISTICS = f"""
SELECT s.period, s.area_code, s.hospital_code, s.enterprise_code, l.category, l.lines,
       {_yuan("l.received_fen")}, {_yuan("l.returned_fen")}, {_yuan("l.adjusted_fen")},
       {_yuan("l.received_fen + l.returned_fen + l.adjusted_fen")},
       {
    _yuan('''CASE WHEN s.state IN ('paid', 'nothing_payable')
                THEN l.received_fen + l.returned_fen + l.adjusted_fen ELSE 0 END''')
},
       b.booked_on, e.number - w.number, m.cycle_days
  FROM settlement_sheet s
  JOIN (SELECT sheet_id, category, count(*) AS lines,
               coalesce(sum(amount_fen) FILTER (WHERE line_kind = 'receipt'), 0) AS received_fen,
               coalesce(sum(amount_fen) FILTER (WHERE line_kind = 'goods_return'), 0)
                   AS returned_fen,
               coalesce(sum(amount_fen) FILTER (WHERE line_kind = 'price_adjustment'), 0)
                   AS adjusted_fen
          FROM sheet_line GROUP BY sheet_id, category) l ON l.sheet_id = s.id
  LEFT JOIN settled_booked b ON b.sheet_id = s.id
  LEFT JOIN settled_limit m ON m.scheme_code = s.scheme_code AND m.period = s.period
  LEFT JOIN settled_day w ON w.day = {cycles.PERIOD_END}
  LEFT JOIN settled_day e ON e.day = b.booked_on
 WHERE (%(period)s::text IS NULL OR s.period = %(period)s) AND s.area_code = ANY (%(areas)s)
   AND (%(hospital)s::text IS NULL OR s.hospital_code = %(hospital)s)
   AND (%(enterprise)s::text IS NULL OR s.enterprise_code = %(enterprise)s)
 ORDER BY s.period, s.area_code, s.hospital_code, s.enterprise_code, l.category
"""

DELIVERIES = f"""
SELECT {_text("d.order_no")}, {_text("d.nhsa_code")}, d.hospital_code, d.enterprise_code,
       d.ordered_on, d.responded_on,
       d.ordered, {_yuan("d.ordered_fen")}, d.sent, {_yuan("d.sent_fen")}, d.received,
       {_yuan("d.received_fen")}, d.returned, array_to_string(d.differences, ';')
  FROM delivery_position d
 ORDER BY d.order_no, d.nhsa_code, d.hospital_code, d.enterprise_code
"""


def collect_statistics(asked: Ask) -> None:
    """Make the small tables the cube looks up: bookings, limits and the number of each day."""
    first = sql("SELECT min(period) FROM settlement_sheet").fetchone()[0]
    last = sql("SELECT max(period) FROM settlement_sheet").fetchone()[0]
    now = calendar.period_of(asked.on)
    told = {
        "period_first": asked.period or first or now,
        "period_last": asked.period or last or now,
        "on": asked.on,
    }
    sql("DROP TABLE IF EXISTS pg_temp.settled_booked, pg_temp.settled_limit, pg_temp.settled_day")
    for name, text in (
        ("settled_booked", cycles.BOOKED),
        ("settled_limit", cycles.LIMITS),
        ("settled_day", cycles.WORKING_DAYS),
    ):
        sql(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {text}", told)


def collect_deliveries(asked: Ask) -> None:
    """Make the order positions of the month asked for, else of the month of the day."""
    deliveries.collect(
        asked.areas,
        asked.period or calendar.period_of(asked.on),
        asked.on,
        hospital=asked.hospital_code,
        enterprise=asked.enterprise_code,
    )
