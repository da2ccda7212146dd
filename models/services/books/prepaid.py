"""What must be true of requests for money, closed sub-ledgers and the round's prepayments."""

from models.rules.offset import PREPAID as FUNDINGS
from models.services.books.check import Check

_FUNDINGS = ", ".join(f"'{one}'" for one in FUNDINGS)

#: Rows of the expected balances (account, fen) that follow from the round's prepayments.
EXPECTED = """
            UNION ALL SELECT 'round_prepaid:' || hospital_code, amount_fen - recovered_fen
                        FROM round_prepayment
                       WHERE destination = 'hospital' AND voucher_no IS NOT NULL
            UNION ALL SELECT e.credit_account, -p.amount_fen FROM round_prepayment p
                        JOIN ledger_entry e ON e.kind = 'round_payout'
                         AND e.source = 'round_prepayment:' || p.prepayment_no
            UNION ALL SELECT 'hospital_fund:' || hospital_code, amount_fen FROM round_recovery
                       WHERE way = 'clawback'
            UNION ALL SELECT e.debit_account, r.amount_fen FROM round_recovery r
                        JOIN ledger_entry e ON e.kind = 'round_repaid'
                         AND e.source = 'round_recovery:' || r.id
""".strip("\n")

PREPAID = (
    Check(
        "requests_follow_receipts",
        "款项通知 {0} 记录收到 {1} 分，凭证合计 {2} 分。",
        """
        SELECT q.request_no, q.received_fen, coalesce(r.fen, 0) FROM money_request q
          LEFT JOIN (SELECT request_id, sum(amount_fen) AS fen FROM money_receipt
                      GROUP BY request_id) r ON r.request_id = q.id
         WHERE q.received_fen <> coalesce(r.fen, 0)
            OR (q.state = 'paid') <> (q.received_fen = q.amount_fen)
        """,
    ),
    Check(
        "top_ups_within_vouchers",
        "补足凭证 {0} 的 {1} 分少于它所答复的通知 {2} 分，或不属于同一医院。",
        """
        SELECT r.voucher_no, coalesce(max(v.amount_fen), 0), sum(r.amount_fen)
          FROM money_receipt r JOIN money_request q ON q.id = r.request_id AND q.kind = 'top_up'
          LEFT JOIN prepayment_voucher v ON v.voucher_no = r.voucher_no
               AND v.hospital_code = q.hospital_code AND v.kind <> 'refund'
         GROUP BY r.voucher_no
        HAVING sum(r.amount_fen) > coalesce(max(v.amount_fen), 0)
        """,
    ),
    Check(
        "closed_sub_ledgers_are_empty",
        "医院 {0} 的分簿已销户，但余额为 {1} 分。",
        f"""
        SELECT c.hospital_code, b.fen FROM subledger_closing c
          JOIN (SELECT hospital_code, sum(fen) AS fen FROM (
                SELECT hospital_code, CASE kind WHEN 'refund' THEN -amount_fen ELSE amount_fen
                       END AS fen FROM prepayment_voucher
                 UNION ALL
                SELECT s.hospital_code, -s.payable_fen FROM settlement_sheet s
                 WHERE s.funding IN ({_FUNDINGS})
                   AND EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)) m
                GROUP BY hospital_code) b USING (hospital_code)
         WHERE c.state = 'closed' AND b.fen <> 0
        """,
    ),
    Check(
        "round_shares_add_up",
        "集采预付 {0} 的 {1} 分与各配送企业份额之和 {2} 分不符。",
        """
        SELECT p.prepayment_no, p.amount_fen, coalesce(s.fen, 0) FROM round_prepayment p
          LEFT JOIN (SELECT prepayment_id, sum(amount_fen) AS fen FROM round_share
                      GROUP BY prepayment_id) s ON s.prepayment_id = p.id
         WHERE p.amount_fen <> coalesce(s.fen, 0)
        """,
    ),
    Check(
        "round_money_is_booked",
        "集采预付 {0} 的拨付与凭证或账面不符。",
        """
        SELECT p.prepayment_no FROM round_prepayment p
          LEFT JOIN prepayment_voucher v ON v.voucher_no = p.voucher_no
               AND v.kind = 'round_prepayment'
          LEFT JOIN ledger_entry e ON e.kind = 'round_payout' AND e.reverses IS NULL
               AND e.source = 'round_prepayment:' || p.prepayment_no
         WHERE p.voucher_no IS NOT NULL
           AND CASE p.destination WHEN 'hospital' THEN e.amount_fen IS DISTINCT FROM p.amount_fen
               ELSE (v.hospital_code, v.amount_fen) IS DISTINCT FROM
                    (p.hospital_code, p.amount_fen) END
        """,
    ),
    Check(
        "clawbacks_cover_recoveries",
        "医院 {0} 在 {1} 收回的集采预付 {2} 分超过当月预付清算 {3} 分。",
        """
        SELECT r.hospital_code, r.period, sum(r.amount_fen), coalesce(max(m.clawback_fen), 0)
          FROM round_recovery r LEFT JOIN monthly_fund m ON m.period = r.period
               AND m.hospital_code = r.hospital_code
         WHERE r.way = 'clawback' GROUP BY r.hospital_code, r.period
        HAVING sum(r.amount_fen) > coalesce(max(m.clawback_fen), 0)
        """,
    ),
)
