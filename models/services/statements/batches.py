"""One debit for a whole batch (批量记账): taken apart into its orders when the totals agree."""

from models.records.base import sql

#: The orders an entry is the sum of: those of an earlier import, else all of the batch, else all
#: the bank did not refuse. Any other sum stays one entry, and a person looks.
_PARTS = """
CREATE TEMP TABLE batch_part ON COMMIT DROP AS
WITH whole AS (
    SELECT s.place, s.account_no, s.day, s.entry_no, s.amount_fen, b.id AS batch_id
      FROM said_entry s
      JOIN payment_batch b ON b.batch_no = s.reference AND b.debtor_account_no = s.account_no
     WHERE s.amount_fen < 0 AND b.file_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM payment_instruction i WHERE i.reference = s.reference)
),
offered AS (
    SELECT w.*, i.id AS order_id, i.amount_fen AS part_fen,
           e.entry_no IS NOT NULL AS recorded,
           i.state NOT IN ('rejected', 'cancelled') AS stands
      FROM whole w JOIN payment_instruction i ON i.batch_id = w.batch_id
      LEFT JOIN statement_entry e ON (e.account_no, e.day) = (w.account_no, w.day)
           AND e.entry_no = w.entry_no || '/' || i.line_in_batch
),
summed AS (
    SELECT place, bool_or(recorded) AS recorded,
           -sum(part_fen) FILTER (WHERE recorded) AS recorded_fen, -sum(part_fen) AS all_fen,
           -sum(part_fen) FILTER (WHERE stands) AS standing_fen
      FROM offered GROUP BY place
)
SELECT o.place, o.order_id
  FROM offered o JOIN summed s USING (place)
 WHERE CASE WHEN s.recorded THEN o.recorded AND s.recorded_fen = o.amount_fen
            WHEN s.all_fen = o.amount_fen THEN true
            ELSE o.stands AND s.standing_fen = o.amount_fen END
"""
_EXPLODE = """
INSERT INTO said_entry (place, account_no, day, entry_no, booked_on, amount_fen, reference, purpose,
                        reversal, row)
SELECT (SELECT max(place) FROM said_entry) + row_number() OVER (ORDER BY s.place, i.line_in_batch),
       s.account_no, s.day, s.entry_no || '/' || i.line_in_batch, s.booked_on, -i.amount_fen,
       i.reference, s.purpose, s.reversal, s.row
  FROM batch_part p JOIN said_entry s USING (place) JOIN payment_instruction i ON i.id = p.order_id
"""
_REPLACED = "DELETE FROM said_entry WHERE place IN (SELECT place FROM batch_part)"


def take_apart() -> None:
    """Replace entries that name a batch by one entry for each order, numbered entry/line.

    The parts add up to the entry, so the day adds up as before, and each order has its own proof.
    """
    sql("DROP TABLE IF EXISTS pg_temp.batch_part")
    sql(_PARTS)
    sql(_EXPLODE)
    sql(_REPLACED)
