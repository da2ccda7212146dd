"""How many orders go into one file: the bank's count, fewer where its bytes would not fit."""

from datetime import datetime

from models.records.base import sql
from models.rules.errors.payment import OrderTooLarge
from models.services.bank_files.format import BatchHead
from models.services.bank_files.order_rows import ORDER_COLUMNS, stream
from models.services.bank_files.run import Run

#: More orders are never in one file, whatever the profile says: a file is one page of work.
ROWS_MAX = 100_000

#: The first file of each account as it would be with so many orders.
_TRIALS = """
SELECT o.agency_code, o.in_bank, g.account_no, g.account_name, g.bank_name, g.cnaps_code, count(*),
       sum(amount_fen)::bigint, o.rail
  FROM pay_order o JOIN agency g USING (agency_code)
 WHERE o.place <= %(rows)s
 GROUP BY o.agency_code, o.in_bank, o.rail, g.account_no, g.account_name, g.bank_name, g.cnaps_code
 ORDER BY o.agency_code, o.in_bank, o.rail
"""


def rows_per_file(run: Run, now: datetime) -> int:
    """Return how many orders a file takes: the profile's count, fewer where bytes would not fit."""
    rows = min(run.format.max_rows or ROWS_MAX, ROWS_MAX)
    limit = run.format.max_bytes
    if limit is None:
        return rows
    query = (
        f"SELECT {ORDER_COLUMNS} FROM pay_order WHERE agency_code = %s AND in_bank = %s"
        " AND rail = %s AND place <= %s ORDER BY place"
    )
    for agency, in_bank, *rest in sql(_TRIALS, {"rows": rows}).fetchall():
        head = BatchHead("P" * 16, now, run.on, *rest)
        count = head.count
        told = (agency, in_bank, head.rail, count)
        size = sum(map(len, run.format.write(head, stream(query, told))))
        if size > limit:
            # Orders differ in length; a tenth is left so that the next file fits as well.
            rows = min(rows, count * limit * 9 // (size * 10))
        if rows < 1:
            raise OrderTooLarge(profile=run.profile.code, max_bytes=limit)
    return rows
