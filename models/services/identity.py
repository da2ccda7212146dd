"""The identity of a month: payables = instructions = bank = ledger, payment by payment.

A sheet belongs to the month in whose run it was last paid; a sheet that was never paid belongs to
its own. Four sources are asked independently: the approved sheets, the instructions, what the bank
shows (its statement, else its result files), and the entries of the ledger.
"""

from collections.abc import Sequence

from models.records.base import sql
from models.rules.states import AWAITED, CAME_TO_NOTHING
from models.services.books.check import APPROVED

#: Statuses in the order of the table: what became of the money.
SETTLED, IN_FLIGHT, UNKNOWN, BACK, REFUSED, UNPAID, REPLACED = (
    "settled",
    "in_flight",
    "unknown",
    "came_back",
    "refused",
    "unpaid",
    "replaced",
)
STATUSES = (SETTLED, IN_FLIGHT, UNKNOWN, BACK, REFUSED, UNPAID, REPLACED)
#: The states of the instructions of each status, for the lists behind the figures.
STATES = {
    SETTLED: ("settled",),
    IN_FLIGHT: ("batched", "sent", "accepted"),
    UNKNOWN: ("unknown",),
    BACK: ("returned", "reversed"),
    REFUSED: ("rejected", "cancelled"),
}

_NOTHING = ", ".join(f"'{state}'" for state in CAME_TO_NOTHING)
_AWAITED = ", ".join(f"'{state}'" for state in AWAITED)

#: Of one order: what its sheets owe, what the bank shows as paid out, and the three accounts.
_ORDERS = f"""
CREATE TEMP TABLE identity_row ON COMMIT DROP AS
WITH wanted AS (
    SELECT i.id, i.reference, i.state, i.area_code, i.enterprise_code, i.amount_fen,
           EXISTS (SELECT 1 FROM payment_instruction n WHERE n.reissue_of = i.id) AS replaced
      FROM payment_instruction i
     WHERE i.period = %(period)s AND i.area_code = ANY (%(areas)s) AND i.state <> 'approved'
       AND i.enterprise_code IS NOT NULL
),
owed AS (
    SELECT w.id, sum(s.payable_fen)::bigint AS fen, count(*) AS sheets
      FROM wanted w JOIN payment_allocation a ON a.instruction_id = w.id
      JOIN settlement_sheet s ON s.id = a.sheet_id GROUP BY w.id
),
stated AS (
    SELECT w.id, -sum(t.amount_fen)::bigint AS fen
      FROM wanted w JOIN statement_entry t ON t.instruction_id = w.id GROUP BY w.id
),
worded AS (
    SELECT DISTINCT ON (w.id) w.id, l.outcome, coalesce(l.amount_fen, w.amount_fen) AS fen
      FROM wanted w JOIN bank_result_line l ON l.instruction_id = w.id
     WHERE l.outcome IN ('settled', 'returned', 'rejected')
     ORDER BY w.id, l.id DESC
),
booked AS (
    SELECT w.id,
           sum(CASE WHEN e.debit_account LIKE 'enterprise:%%' THEN e.amount_fen ELSE 0 END
             - CASE WHEN e.credit_account LIKE 'enterprise:%%' THEN e.amount_fen ELSE 0 END
               )::bigint AS paid_fen,
           sum(CASE WHEN e.credit_account LIKE 'in_transit:%%' THEN e.amount_fen ELSE 0 END
             - CASE WHEN e.debit_account LIKE 'in_transit:%%' THEN e.amount_fen ELSE 0 END
               )::bigint AS transit_fen,
           sum(CASE WHEN e.credit_account LIKE 'fund:%%' THEN e.amount_fen ELSE 0 END
             - CASE WHEN e.debit_account LIKE 'fund:%%' THEN e.amount_fen ELSE 0 END
               )::bigint AS fund_fen
      FROM wanted w JOIN ledger_entry e ON e.source = 'instruction:' || w.reference
     GROUP BY w.id
),
shown AS (
    SELECT w.*, o.fen AS payable_fen, o.sheets,
           t.fen AS statement_fen,
           CASE WHEN t.fen IS NOT NULL THEN t.fen WHEN d.outcome = 'settled' THEN d.fen ELSE 0
                END AS bank_fen,
           coalesce(b.paid_fen, 0) AS paid_fen, coalesce(b.transit_fen, 0) AS transit_fen,
           coalesce(b.fund_fen, 0) AS fund_fen,
           CASE WHEN w.replaced THEN '{REPLACED}' WHEN w.state = 'settled' THEN '{SETTLED}'
                WHEN w.state = 'unknown' THEN '{UNKNOWN}'
                WHEN w.state IN ('returned', 'reversed') THEN '{BACK}'
                WHEN w.state IN ('rejected', 'cancelled') THEN '{REFUSED}'
                ELSE '{IN_FLIGHT}' END AS status
      FROM wanted w LEFT JOIN owed o USING (id) LEFT JOIN stated t USING (id)
      LEFT JOIN worded d USING (id) LEFT JOIN booked b USING (id)
)
SELECT status, reference, NULL::text AS sheet_no, area_code, enterprise_code, coalesce(sheets, 0)
           AS sheets,
       CASE WHEN replaced THEN 0 ELSE coalesce(payable_fen, 0) END AS payable_fen,
       amount_fen AS order_fen, bank_fen, statement_fen,
       CASE WHEN state = 'settled' THEN fund_fen
            WHEN state IN ({_NOTHING}) THEN
                 CASE WHEN replaced THEN 0 ELSE amount_fen - paid_fen END
            ELSE transit_fen END AS ledger_fen,
       concat_ws('、',
           CASE WHEN coalesce(payable_fen, 0) <> amount_fen THEN 'payable' END,
           CASE WHEN bank_fen <> CASE WHEN state = 'settled' THEN amount_fen ELSE 0 END
                THEN 'bank' END,
           CASE WHEN (paid_fen, transit_fen, fund_fen) IS DISTINCT FROM CASE
                WHEN state = 'settled' THEN (amount_fen, 0::bigint, amount_fen)
                WHEN state IN ({_AWAITED}) THEN (amount_fen, amount_fen, 0::bigint)
                ELSE (0::bigint, 0::bigint, 0::bigint) END THEN 'ledger' END) AS differs
  FROM shown
"""

#: Approved and never in an order: owed by the ledger, and nowhere else.
_UNPAID = f"""
INSERT INTO identity_row
WITH wanted AS (
    SELECT s.* FROM settlement_sheet s
     WHERE s.period = %(period)s AND s.area_code = ANY (%(areas)s) AND s.state IN {APPROVED}
       AND s.payable_fen > 0
       AND NOT EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
),
booked AS (
    SELECT split_part(split_part(e.source, '#', 1), ':', 2) AS sheet_no,
           sum(CASE WHEN e.credit_account LIKE 'enterprise:%%' THEN e.amount_fen
                    ELSE -e.amount_fen END)::bigint AS fen
      FROM ledger_entry e
     WHERE e.kind IN ('payable', 'payable_undone')
       AND split_part(split_part(e.source, '#', 1), ':', 2) IN (SELECT sheet_no FROM wanted)
     GROUP BY 1
)
SELECT '{UNPAID}', NULL, w.sheet_no, w.area_code, w.enterprise_code, 1, w.payable_fen, 0, 0, NULL,
       coalesce(b.fen, 0),
       CASE WHEN coalesce(b.fen, 0) <> w.payable_fen THEN 'ledger' ELSE '' END
  FROM wanted w LEFT JOIN booked b USING (sheet_no)
"""


def collect(areas: Sequence[str], period: str) -> None:
    """Make the temporary table identity_row of a month: one row for an order or unpaid sheet.

    In the caller's transaction. `differs` names the sources that disagree, empty where all agree.
    """
    told = {"areas": list(areas), "period": period}
    sql("DROP TABLE IF EXISTS pg_temp.identity_row")
    sql(_ORDERS, told)
    sql(_UNPAID, told)
