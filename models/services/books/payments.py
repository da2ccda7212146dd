"""What must be true of payments: orders, batches, their files, and what the bank answered."""

from models.records.payments import EVENT_HASH
from models.rules.states import INSTRUCTION
from models.services.books.check import Check

_LEGAL = ", ".join(f"('{start}', '{end}')" for (start, _), end in INSTRUCTION.items())

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
         WHERE i.enterprise_code IS NOT NULL
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
        "moves_are_chained",
        "付款 {0} 的第 {1} 步经过与其摘要不符，或与前一步不衔接。",
        f"""
        SELECT i.reference, e.step FROM (
            SELECT v.*, row_number() OVER w AS step, lag(hash, 1, '') OVER w AS before
              FROM instruction_event v WINDOW w AS (PARTITION BY instruction_id ORDER BY id)) e
          JOIN payment_instruction i ON i.id = e.instruction_id
         WHERE e.prev_hash <> e.before OR e.hash <> {EVENT_HASH}
         ORDER BY e.id
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
