"""What must be true of settlement sheets: they add up, continue, and two people approved them."""

from models.records.held_pairs import ADDED
from models.records.line_facts import INVOICED, SPOKEN
from models.rules.states import SHEET_SHOWS
from models.services.books.check import APPROVED, Check

_SHOWN = ", ".join(f"('{one}', '{shown}')" for one, shown in SHEET_SHOWS.items())
_HELD = ADDED.format(rows="true")

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
         WHERE v.line_no IS NOT NULL OR (p.amount_fen, p.enterprise_code)
               IS DISTINCT FROM (l.amount_fen, s.enterprise_code)
            OR p.hospital_code IS DISTINCT FROM s.hospital_code AND NOT EXISTS (
               SELECT FROM led_member d WHERE d.period = s.period
                  AND d.hospital_code = p.hospital_code AND d.lead_hospital_code = s.hospital_code)
        """,
    ),
    Check(
        "line_facts_follow",
        "明细 {0} 的发票合计或最后确认与发票、确认记录不符。",
        f"""
        SELECT line_no FROM ({INVOICED.format(rows="invoice_line")}) i
          FULL JOIN ({SPOKEN.format(rows="confirmation")}) c USING (line_no)
          FULL JOIN line_fact f USING (line_no)
         WHERE (i.invoiced_fen, i.invoiced_on, c.hospital_word, c.enterprise_word)
               IS DISTINCT FROM
               (f.invoiced_fen, f.invoiced_on, f.hospital_word, f.enterprise_word)
        """,
    ),
    Check(
        "held_pairs_follow",
        "医疗机构 {0} 某月的挂起合计与其挂起明细不符。",
        f"""
        SELECT DISTINCT hospital_code FROM (
            (SELECT * FROM held_pair EXCEPT ({_HELD})) UNION ALL
            (({_HELD}) EXCEPT SELECT * FROM held_pair)) differing
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
        "结算单 {0} 未经非经办人员对同一内容逐级审批，每级一人。",
        f"""
        SELECT s.sheet_no FROM settlement_sheet s
          LEFT JOIN sheet_review r ON r.sheet_id = s.id AND r.counts AND r.approved
               AND r.content_hash = s.content_hash AND NOT r.reviewer = ANY (s.makers)
         WHERE s.state IN {APPROVED} OR s.state = 'nothing_payable'
         GROUP BY s.id, s.sheet_no, s.reviews_needed
        HAVING count(DISTINCT r.reviewer) <> s.reviews_needed
            OR count(DISTINCT r.level) <> s.reviews_needed
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
