"""What must be true of offsets by sheet, of what hospitals are asked for, and of turnover money."""

from models.records.requests import RECEIPT_SOURCE
from models.services.books.check import Check
from models.services.turnover.eligible import OUTSTANDING

#: Rows of the expected balances (account, fen) that follow from money asked of hospitals and
#: from turnover money; each account of an agency is the one its entry named.
EXPECTED = f"""
            UNION ALL SELECT 'agency_advance:' || q.hospital_code, -r.amount_fen
                        FROM money_receipt r JOIN money_request q ON q.id = r.request_id
                       WHERE q.kind = 'collection'
            UNION ALL SELECT e.debit_account, r.amount_fen
                        FROM money_receipt r JOIN money_request q ON q.id = r.request_id
                        JOIN ledger_entry e ON e.kind IN ('collection', 'turnover_repaid')
                         AND e.source = {RECEIPT_SOURCE}
            UNION ALL SELECT 'turnover:' || q.hospital_code, -r.amount_fen
                        FROM money_receipt r JOIN money_request q ON q.id = r.request_id
                       WHERE q.kind = 'repayment'
            UNION ALL SELECT 'turnover:' || hospital_code, amount_fen FROM turnover_grant
                       WHERE voucher_no IS NOT NULL
            UNION ALL SELECT e.credit_account, -g.amount_fen FROM turnover_grant g
                        JOIN ledger_entry e ON e.kind = 'turnover_paid'
                         AND e.source = 'turnover:' || g.turnover_no
            UNION ALL SELECT 'turnover:' || hospital_code, -recovered_fen FROM hospital_offset
            UNION ALL SELECT 'hospital_fund:' || hospital_code, recovered_fen FROM hospital_offset
""".strip("\n")

OFFSETS = (
    Check(
        "offsets_list_their_sheets",
        "医院 {0} 在 {1} 的抵扣货款 {2} 分与所列结算单之和 {3} 分不符。",
        """
        SELECT hospital_code, period, coalesce(o.goods_fen, 0), coalesce(s.fen, 0)
          FROM hospital_offset o
          FULL JOIN (SELECT period, hospital_code, sum(amount_fen) AS fen FROM offset_sheet
                      GROUP BY period, hospital_code) s USING (period, hospital_code)
         WHERE coalesce(o.goods_fen, 0) <> coalesce(s.fen, 0)
        """,
    ),
    Check(
        "sheets_are_offset_once",
        "结算单 {0} 在抵扣中累计 {1} 分，既不是 0 也不是其应付金额。",
        """
        SELECT s.sheet_no, sum(o.amount_fen) FROM offset_sheet o
          JOIN settlement_sheet s ON s.id = o.sheet_id
         GROUP BY s.sheet_no, s.payable_fen
        HAVING sum(o.amount_fen) NOT IN (0, s.payable_fen)
        """,
    ),
    Check(
        "requests_within_debt",
        "医院 {0} 的追缴通知共 {1} 分，超过其欠款 {2} 分。",
        """
        SELECT q.hospital_code, q.open_fen, greatest(coalesce(d.debt_fen, 0), 0) FROM (
            SELECT hospital_code, sum(amount_fen - received_fen) AS open_fen FROM money_request
             WHERE kind = 'collection' AND state = 'asked' GROUP BY hospital_code) q
          LEFT JOIN (
            SELECT o.hospital_code,
                   (array_agg(o.carried_out_fen ORDER BY o.period DESC))[1] + sum(o.collected_fen)
                   - coalesce((SELECT sum(r.amount_fen) FROM money_receipt r
                                 JOIN money_request x ON x.id = r.request_id
                                WHERE x.kind = 'collection'
                                  AND x.hospital_code = o.hospital_code), 0) AS debt_fen
              FROM hospital_offset o GROUP BY o.hospital_code) d USING (hospital_code)
         WHERE q.open_fen > greatest(coalesce(d.debt_fen, 0), 0)
        """,
    ),
    Check(
        "turnover_is_paid_as_approved",
        "周转金 {0} 的拨付凭证与批准金额不符。",
        """
        SELECT g.turnover_no FROM turnover_grant g
          LEFT JOIN prepayment_voucher v ON v.voucher_no = g.voucher_no
         WHERE g.voucher_no IS NOT NULL
           AND (v.hospital_code, v.amount_fen, v.kind)
               IS DISTINCT FROM (g.hospital_code, g.amount_fen, 'prepayment')
        """,
    ),
    Check(
        "turnover_not_recovered_twice",
        "周转金 {0} 收回的金额超过拨付 {1} 分。",
        f"""
        SELECT g.turnover_no, -{OUTSTANDING} FROM turnover_grant g
         WHERE {OUTSTANDING} < 0
        """,
    ),
    Check(
        "turnover_offsets_are_booked",
        "医院 {0} 在 {1} 抵扣收回的周转金与账面不符。",
        """
        SELECT o.hospital_code, o.period FROM hospital_offset o
          LEFT JOIN (SELECT source, sum(CASE WHEN reverses IS NULL THEN amount_fen ELSE
              -amount_fen END) AS fen
              FROM ledger_entry WHERE kind IN ('turnover_offset', 'turnover_offset_undone')
             GROUP BY source) e
            ON e.source = 'turnover_offset:' || o.period || ':' || o.hospital_code
         WHERE o.recovered_fen <> coalesce(e.fen, 0)
        """,
    ),
)
