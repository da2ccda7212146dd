"""What must be true of sheets, payments and offsets: each a query that finds where it is not."""

from dataclasses import dataclass

from models.rules.offset import ADVANCED, PREPAID
from models.rules.states import INSTRUCTION, SHEET_SHOWS


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: the query yields what the sentence names; no row means it holds."""

    name: str
    sentence: str
    query: str


_LEGAL = ", ".join(f"('{start}', '{end}')" for (start, _), end in INSTRUCTION.items())
_SHOWN = ", ".join(f"('{one}', '{shown}')" for one, shown in SHEET_SHOWS.items())
_ADVANCED = ", ".join(f"'{one}'" for one in ADVANCED)
_PREPAID = ", ".join(f"'{one}'" for one in PREPAID)
#: Sheets that two people approved, whatever came of their payment.
APPROVED = "('approved', 'short', 'sent', 'unknown', 'paid', 'rejected', 'returned')"

SHEETS = (
    Check(
        "sheets_add_up",
        "结算单 {0} 的合计与其明细不符。",
        """
        SELECT s.sheet_no FROM settlement_sheet s
          LEFT JOIN (SELECT sheet_id, count(*) AS n, min(due_on) AS due_on,
                   coalesce(sum(amount_fen) FILTER (WHERE line_kind = 'receipt'), 0) AS received,
                   coalesce(sum(amount_fen) FILTER (WHERE line_kind = 'goods_return'), 0) AS
                       returned,
                   coalesce(sum(amount_fen) FILTER (WHERE line_kind = 'price_adjustment'), 0) AS
                       adjusted
              FROM sheet_line GROUP BY sheet_id) l ON l.sheet_id = s.id
         WHERE (s.lines_count, s.received_fen, s.returned_fen, s.adjusted_fen)
               <> (coalesce(l.n, 0), coalesce(l.received, 0), coalesce(l.returned, 0),
                   coalesce(l.adjusted, 0))
            OR s.due_on IS DISTINCT FROM l.due_on
        """,
    ),
    Check(
        "sheet_lines_are_purchases",
        "结算明细 {0} 与采购明细的金额、医院或企业不符，或已作废。",
        """
        SELECT l.line_no FROM sheet_line l LEFT JOIN settlement_sheet s ON s.id = l.sheet_id
          LEFT JOIN purchase_line p USING (line_no) LEFT JOIN line_void v USING (line_no)
         WHERE v.line_no IS NOT NULL OR (p.amount_fen, p.hospital_code, p.enterprise_code)
               IS DISTINCT FROM (l.amount_fen, s.hospital_code, s.enterprise_code)
        """,
    ),
    Check(
        "carries_continue",
        "结算单 {0} 的上期结转与前一张结算单的结转不符。",
        """
        SELECT sheet_no FROM (
            SELECT sheet_no, carried_in_fen, coalesce(lag(carried_out_fen) OVER (
                       PARTITION BY hospital_code, enterprise_code ORDER BY period), 0) AS
                           before_fen
              FROM settlement_sheet) c
         WHERE carried_in_fen <> before_fen
        """,
    ),
    Check(
        "two_people_approved",
        "结算单 {0} 未经两名非经办人员对同一内容的两级审批。",
        f"""
        SELECT s.sheet_no FROM settlement_sheet s
          LEFT JOIN sheet_review r ON r.sheet_id = s.id AND r.counts AND r.approved
               AND r.content_hash = s.content_hash AND NOT r.reviewer = ANY (s.makers)
         WHERE s.state IN {APPROVED} OR s.state = 'nothing_payable'
         GROUP BY s.id, s.sheet_no
        HAVING count(DISTINCT r.reviewer) <> 2 OR count(DISTINCT r.level) <> 2
        """,
    ),
    Check(
        "sheets_show_their_payment",
        "结算单 {0} 的状态 {1} 与其最近一笔付款的状态 {2} 不符。",
        f"""
        WITH latest AS (
            SELECT DISTINCT ON (a.sheet_id) a.sheet_id, i.state
              FROM payment_allocation a JOIN payment_instruction i ON i.id = a.instruction_id
             ORDER BY a.sheet_id, a.instruction_id DESC
        )
        SELECT s.sheet_no, s.state, coalesce(l.state, '-') FROM settlement_sheet s
          LEFT JOIN latest l ON l.sheet_id = s.id
          LEFT JOIN (VALUES {_SHOWN}) AS m (instruction_state, sheet_state) ON m.instruction_state
              = l.state
         WHERE s.state <> coalesce(m.sheet_state, s.state)
            OR (l.state IS NULL AND s.state IN ('sent', 'unknown', 'paid', 'rejected', 'returned'))
        """,
    ),
)

PAYMENTS = (
    Check(
        "one_live_payment_per_sheet",
        "结算单 {0} 同时有 {1} 笔有效付款。",
        """
        SELECT s.sheet_no, count(*) FROM payment_allocation a JOIN settlement_sheet s ON s.id =
            a.sheet_id
          JOIN payment_instruction i ON i.id = a.instruction_id
         WHERE i.state NOT IN ('rejected', 'returned', 'reversed', 'cancelled')
         GROUP BY s.sheet_no HAVING count(*) > 1
        """,
    ),
    Check(
        "live_follows_state",
        "付款 {0} 的有效标记与其状态 {1} 不符。",
        """
        SELECT i.reference, i.state FROM payment_allocation a JOIN payment_instruction i ON i.id =
            a.instruction_id
         WHERE a.live = (i.state IN ('rejected', 'returned', 'reversed', 'cancelled'))
        """,
    ),
    Check(
        "paid_within_payable",
        "结算单 {0} 的付款 {1} 分与应付 {2} 分不符。",
        """
        SELECT s.sheet_no, a.amount_fen, s.payable_fen
          FROM payment_allocation a JOIN settlement_sheet s ON s.id = a.sheet_id
         WHERE a.amount_fen <> s.payable_fen
        """,
    ),
    Check(
        "instructions_add_up",
        "付款 {0} 的金额与其结算单之和不符，或收款企业不符。",
        """
        SELECT i.reference FROM payment_instruction i
          LEFT JOIN payment_allocation a ON a.instruction_id = i.id
          LEFT JOIN settlement_sheet s ON s.id = a.sheet_id
         GROUP BY i.id, i.reference, i.amount_fen, i.enterprise_code
        HAVING i.amount_fen <> coalesce(sum(a.amount_fen), 0)
            OR NOT bool_and(s.enterprise_code = i.enterprise_code)
        """,
    ),
    Check(
        "instructions_are_sealed",
        "付款 {0} 的内容与其摘要不符。",
        """
        SELECT reference FROM payment_instruction
         WHERE content_hash <> encode(sha256(convert_to(concat_ws('|', reference, payee_account_no,
                   payee_account_name, payee_bank_name, payee_cnaps_code, amount_fen, purpose),
                       'UTF8')), 'hex')
        """,
    ),
    Check(
        "reissues_replace_what_came_to_nothing",
        "重新付款 {0} 所替代的付款 {1} 仍然有效，或付的不是同一批结算单。",
        """
        SELECT n.reference, o.reference FROM payment_instruction n JOIN payment_instruction o ON
            o.id = n.reissue_of
         WHERE o.state NOT IN ('rejected', 'returned', 'reversed', 'cancelled')
            OR (SELECT array_agg(sheet_id ORDER BY sheet_id) FROM payment_allocation WHERE
                instruction_id = n.id)
               IS DISTINCT FROM
               (SELECT array_agg(sheet_id ORDER BY sheet_id) FROM payment_allocation WHERE
                   instruction_id = o.id)
        """,
    ),
    Check(
        "batches_add_up",
        "批次 {0} 的笔数、金额或摘要与其付款不符。",
        """
        SELECT b.batch_no FROM payment_batch b
          LEFT JOIN (SELECT batch_id, count(*) AS n, sum(amount_fen) AS fen,
              encode(sha256(convert_to(
                   string_agg(content_hash, '' ORDER BY content_hash), 'UTF8')), 'hex') AS hash
              FROM payment_instruction GROUP BY batch_id) i ON i.batch_id = b.id
         WHERE (b.lines_count, b.total_fen, b.content_hash) IS DISTINCT FROM (i.n, i.fen, i.hash)
        """,
    ),
    Check(
        "sent_means_a_stored_file",
        "批次 {0} 已发送，但没有保存其文件，或文件摘要不符。",
        """
        SELECT b.batch_no FROM payment_batch b LEFT JOIN stored_file f ON f.id = b.file_id
         WHERE b.state NOT IN ('prepared', 'voided') AND (f.id IS NULL OR f.sha256 <> b.file_sha256)
        """,
    ),
    Check(
        "every_move_has_its_event",
        "付款 {0} 的经过与其状态 {1} 不符。",
        f"""
        WITH steps AS (
            SELECT instruction_id, from_state, to_state,
                   lag(to_state, 1, 'approved') OVER w AS before, lead(to_state) OVER w IS NULL AS
                       is_last
              FROM instruction_event WINDOW w AS (PARTITION BY instruction_id ORDER BY id)
        )
        SELECT i.reference, i.state FROM payment_instruction i
          LEFT JOIN steps s ON s.instruction_id = i.id
          LEFT JOIN (VALUES {_LEGAL}) AS m (start, target) ON (m.start, m.target) = (s.from_state,
              s.to_state)
         GROUP BY i.id, i.reference, i.state
        HAVING NOT bool_and(m.start IS NOT NULL AND s.before = s.from_state)
            OR coalesce(max(s.to_state) FILTER (WHERE s.is_last), 'approved') <> i.state
        """,
    ),
    Check(
        "results_lose_no_line",
        "回盘文件 {0} 的各项计数之和与其行数不符。",
        """
        SELECT f.id FROM bank_result_file f
          LEFT JOIN (SELECT result_file_id, count(*) AS n FROM bank_result_line GROUP BY 1) l
                 ON l.result_file_id = f.id
         WHERE (f.counts ->> 'lines')::bigint <> coalesce(l.n, 0)
            OR (f.counts ->> 'lines')::bigint <> (f.counts ->> 'settled')::bigint
               + (f.counts ->> 'rejected')::bigint + (f.counts ->> 'returned')::bigint
               + (f.counts ->> 'unknown')::bigint + (f.counts ->> 'exceptions')::bigint
        """,
    ),
    Check(
        "statement_days_add_up",
        "账户对账单 {0} 日的发生额与其分录不符。",
        """
        SELECT d.day FROM statement_day d
          LEFT JOIN (SELECT account_no, day, sum(amount_fen) AS fen, count(*) AS n FROM
              statement_entry
                      GROUP BY account_no, day) e USING (account_no, day)
         WHERE (d.entries_fen, d.entries_count) <> (coalesce(e.fen, 0), coalesce(e.n, 0))
        """,
    ),
)

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

ALL = (*SHEETS, *PAYMENTS, *FUNDS, *LEDGER)
