"""What must be true of offsets, prepayments and the ledger: each balance follows the facts."""

from models.rules.offset import ADVANCED, PREPAID
from models.services.books.check import APPROVED, Check
from models.services.books.offsets import EXPECTED
from models.services.books.prepaid import EXPECTED as ROUNDS
from models.services.books.retention import EXPECTED as RETENTION

_ADVANCED = ", ".join(f"'{one}'" for one in ADVANCED)
_PREPAID = ", ".join(f"'{one}'" for one in PREPAID)

FUNDS = (
    Check(
        "offsets_continue",
        "医院 {0} 在 {1} 抵扣的上期结转与前一期的结转不符。",
        """
        SELECT hospital_code, period FROM (
            SELECT hospital_code, period, carried_in_fen, coalesce(lag(carried_out_fen) OVER (
                       PARTITION BY hospital_code ORDER BY period), 0) AS before_fen
              FROM hospital_offset) o
         WHERE carried_in_fen <> before_fen
        """,
    ),
    Check(
        "sub_ledger_never_negative",
        "医院 {0} 的预付分簿余额为负：{1} 分。",
        f"""
        SELECT hospital_code, sum(fen) FROM (
            SELECT hospital_code, CASE kind WHEN 'refund' THEN -amount_fen ELSE amount_fen END AS
                fen
              FROM prepayment_voucher
             UNION ALL
            SELECT s.hospital_code, -s.payable_fen FROM settlement_sheet s
             WHERE s.funding IN ({_PREPAID})
               AND EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)) b
         GROUP BY hospital_code HAVING sum(fen) < 0
        """,
    ),
)

LEDGER = (
    Check(
        "reversals_mirror",
        "冲销分录 {0} 与被冲销的分录 {1} 不对应。",
        """
        SELECT r.entry_no, r.reverses FROM ledger_entry r LEFT JOIN ledger_entry e ON e.entry_no =
            r.reverses
         WHERE r.reverses IS NOT NULL AND (e.debit_account, e.credit_account, e.amount_fen,
             e.source)
               IS DISTINCT FROM (r.credit_account, r.debit_account, r.amount_fen, r.source)
        """,
    ),
    Check(
        "balances_follow_the_facts",
        "科目 {0} 的账面余额 {1} 分与业务应有余额 {2} 分不符。",
        f"""
        WITH instruction AS (
            SELECT enterprise_code, agency_code, amount_fen, state FROM payment_instruction
             WHERE state NOT IN ('approved', 'batched')
        ),
        approved AS (SELECT * FROM settlement_sheet WHERE state IN {APPROVED} AND payable_fen > 0),
        taken AS (
            SELECT s.hospital_code, s.payable_fen FROM settlement_sheet s
              JOIN payment_allocation a ON a.sheet_id = s.id AND a.live
              JOIN payment_instruction i ON i.id = a.instruction_id
             WHERE s.funding IN ({_ADVANCED}) AND i.state IN ('sent', 'unknown', 'accepted',
                 'settled')
        ),
        covered AS (
            SELECT s.hospital_code, s.payable_fen FROM settlement_sheet s
             WHERE s.funding IN ({_PREPAID})
               AND EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
        ),
        voucher AS (
            SELECT v.hospital_code, CASE kind WHEN 'refund' THEN -v.amount_fen ELSE v.amount_fen
                END AS fen,
                   v.voucher_no
              FROM prepayment_voucher v
        ),
        booked_voucher AS (
            SELECT v.hospital_code, v.fen,
                   CASE WHEN v.fen < 0 THEN e.credit_account ELSE e.debit_account END AS fund
              FROM voucher v JOIN ledger_entry e ON e.source = 'voucher:' || v.voucher_no
               AND e.kind IN ('prepayment', 'prepayment_refund')
        ),
        expected (account, fen) AS (
            SELECT 'enterprise:' || enterprise_code, -payable_fen FROM approved
            UNION ALL SELECT 'enterprise:' || enterprise_code, amount_fen FROM instruction
                       WHERE state IN ('sent', 'unknown', 'accepted', 'settled')
                         AND enterprise_code IS NOT NULL
            UNION ALL SELECT 'in_transit:' || agency_code, -amount_fen FROM instruction
                       WHERE state IN ('sent', 'unknown', 'accepted')
            UNION ALL SELECT 'fund:' || agency_code, -amount_fen FROM instruction WHERE state =
                'settled'
            UNION ALL SELECT fund, fen FROM booked_voucher
            UNION ALL SELECT 'hospital_goods:' || hospital_code, payable_fen FROM approved
            UNION ALL SELECT 'hospital_goods:' || hospital_code, -payable_fen FROM taken
            UNION ALL SELECT 'hospital_goods:' || hospital_code, -payable_fen FROM covered
            UNION ALL SELECT 'agency_advance:' || hospital_code, payable_fen FROM taken
            UNION ALL SELECT 'agency_advance:' || hospital_code, -offset_fen FROM hospital_offset
            UNION ALL SELECT 'hospital_fund:' || hospital_code, offset_fen FROM hospital_offset
            UNION ALL SELECT 'prepaid:' || hospital_code, -fen FROM booked_voucher
            UNION ALL SELECT 'prepaid:' || hospital_code, payable_fen FROM covered
{EXPECTED}
{ROUNDS}
{RETENTION}
        ),
        actual (account, fen) AS (
            SELECT debit_account, amount_fen FROM ledger_entry
            UNION ALL SELECT credit_account, -amount_fen FROM ledger_entry
        )
        SELECT account, coalesce(a.fen, 0), coalesce(e.fen, 0)
          FROM (SELECT account, sum(fen) AS fen FROM actual GROUP BY account) a
          FULL JOIN (SELECT account, sum(fen) AS fen FROM expected GROUP BY account) e USING
              (account)
         WHERE coalesce(a.fen, 0) <> coalesce(e.fen, 0)
        """,
    ),
    Check(
        "offsets_are_booked",
        "医院 {0} 在 {1} 的抵扣与账面不符。",
        """
        SELECT o.hospital_code, o.period FROM hospital_offset o
          LEFT JOIN (SELECT source, sum(CASE WHEN reverses IS NULL THEN amount_fen ELSE
              -amount_fen END) AS fen
              FROM ledger_entry WHERE kind IN ('offset', 'offset_undone') GROUP BY source) e
            ON e.source = 'offset:' || o.period || ':' || o.hospital_code
         WHERE o.offset_fen <> coalesce(e.fen, 0)
        """,
    ),
)
