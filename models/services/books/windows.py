"""What must be true of automatic confirmations: each is marked, and says the line's amount."""

from models.services.books.check import Check

WINDOWS = (
    Check(
        "automatic_words_are_marked",
        "明细 {0} 的自动确认（{1}）没有对应的确认记录，或金额与明细不符。",
        """
        SELECT w.line_no, w.party FROM confirm_window w
          JOIN purchase_line p USING (line_no)
          LEFT JOIN confirmation f ON f.line_no = w.line_no AND f.party = w.party
               AND f.decided_at = w.automatic_at
         WHERE w.automatic_at IS NOT NULL
           AND (f.decision, f.amount_fen) IS DISTINCT FROM ('confirm', p.amount_fen)
        """,
    ),
)
