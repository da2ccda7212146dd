"""What the database itself asks before a payment is made again: a release, and two proofs.

The service asks the same with reasons people can read (models/services/payment_proofs.py); the
text of the proofs stands here once, so that both always mean the same.
"""

from models.rules.states import CAME_TO_NOTHING
from models.rules.words import InstructionState

#: Full banking days after execution and the bank's refusal whose statements must be closed.
REJECTED_DAYS = 1
#: Full banking days after execution whose statements must be closed when only silence came.
SILENT_DAYS = 2
#: No rest of the banks is longer; days beyond are not looked at.
_LOOKED_AHEAD_DAYS = 40

NOTHING = ", ".join(f"'{state}'" for state in CAME_TO_NOTHING)

#: Columns of a payment `i`, its batch `b` and the laterals of PROOF_JOINS.
PROOF_COLUMNS = f"""
       w.result_said, q.answered AS inquiry_said,
       i.state IN ('returned', 'reversed') AS came_back,
       x.booked_fen >= 0 AS no_debit, x.credited,
       (SELECT coalesce(array_agg(DISTINCT g.day ORDER BY g.day), '{{}}')
          FROM unnest(ARRAY[i.sent_on, z.executed_on]) AS g(day)
         WHERE NOT EXISTS (SELECT 1 FROM statement_day d
                            WHERE d.account_no = b.debtor_account_no AND d.day = g.day
                              AND d.closed)) AS send_days_open,
       (SELECT coalesce(array_agg(t.day ORDER BY t.day), '{{}}') FROM (
            SELECT g.day::date AS day FROM generate_series(l.after_on + 1,
                   l.after_on + {_LOOKED_AHEAD_DAYS}, interval '1 day') AS g(day)
              LEFT JOIN calendar_day c ON c.day = g.day::date
             WHERE coalesce((SELECT k.kind FROM bank_day k WHERE k.day = g.day::date
                                AND k.profile_code IN (b.profile_code, '*')
                              ORDER BY k.profile_code = '*' LIMIT 1), c.kind,
                            CASE WHEN extract(isodow FROM g.day) < 6 THEN 'working' END)
                   IN ('working', 'makeup')
             ORDER BY g.day LIMIT l.days) t
         WHERE NOT EXISTS (SELECT 1 FROM statement_day d
                            WHERE d.account_no = b.debtor_account_no AND d.day = t.day
                              AND d.closed)) AS later_days_open
""".strip()

PROOF_JOINS = f"""
  LEFT JOIN payment_batch b ON b.id = i.batch_id
 CROSS JOIN LATERAL (SELECT greatest(i.sent_on, b.execution_on) AS executed_on) z
 CROSS JOIN LATERAL (SELECT coalesce(sum(s.amount_fen), 0) AS booked_fen,
                            coalesce(bool_or(s.amount_fen > 0), false) AS credited
                       FROM statement_entry s WHERE s.instruction_id = i.id) x
 CROSS JOIN LATERAL (SELECT count(*) > 0 AS result_said,
                            max(r.booked_on) FILTER (WHERE r.outcome = 'rejected') AS refused_on
                       FROM bank_result_line r WHERE r.instruction_id = i.id
                        AND r.outcome IN ('rejected', 'returned')) w
 CROSS JOIN LATERAL (SELECT i.state = '{InstructionState.REJECTED}' AS rejected) s
 CROSS JOIN LATERAL (SELECT CASE WHEN s.rejected THEN greatest(z.executed_on, w.refused_on)
                                 ELSE z.executed_on END AS after_on,
                            CASE WHEN s.rejected THEN {REJECTED_DAYS}
                                 ELSE {SILENT_DAYS} END AS days) l
 CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM bank_inquiry y WHERE y.instruction_id = i.id
                               AND y.confirmed_by IS NOT NULL) AS answered) q
""".strip("\n")

FUNCTIONS = f"""
CREATE FUNCTION paid_again_on_proof() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE proved boolean;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM payment_reissue r
                    WHERE r.instruction_id = NEW.reissue_of AND r.released) THEN
        RAISE EXCEPTION 'payment_instruction % needs a released request', NEW.reference
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT p.came_to_nothing AND (p.result_said OR p.inquiry_said)
           AND CASE WHEN p.came_back THEN p.credited
                    ELSE p.no_debit AND p.sent_on IS NOT NULL
                         AND cardinality(p.send_days_open) + cardinality(p.later_days_open) = 0 END
      INTO proved
      FROM (SELECT i.sent_on, i.state IN ({NOTHING}) AS came_to_nothing,
       {PROOF_COLUMNS}
              FROM payment_instruction i
{PROOF_JOINS}
             WHERE i.id = NEW.reissue_of) p;
    IF proved IS NOT TRUE THEN
        RAISE EXCEPTION 'payment_instruction % lacks a proof that % came to nothing',
            NEW.reference, NEW.reissue_of USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION paid_sheets_are_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Joins alone: asked row by row the planner walks all payments backwards for each sheet.
    IF EXISTS (SELECT 1 FROM new_rows n
                 JOIN payment_allocation a
                   ON a.sheet_id = n.sheet_id AND a.instruction_id <> n.instruction_id
                 JOIN payment_instruction i ON i.id = n.instruction_id
                WHERE i.reissue_of IS NULL OR a.instruction_id > i.reissue_of)
       OR EXISTS (SELECT 1 FROM new_rows n JOIN payment_instruction i ON i.id = n.instruction_id
                    LEFT JOIN payment_allocation a
                      ON a.instruction_id = i.reissue_of AND a.sheet_id = n.sheet_id
                   WHERE i.reissue_of IS NOT NULL AND a.sheet_id IS NULL)
       OR EXISTS (SELECT 1 FROM new_rows n JOIN payment_instruction i ON i.id = n.instruction_id
                   WHERE i.hospital_code IS NOT NULL)
    THEN
        RAISE EXCEPTION 'a sheet paid before is paid again by the re-issue of that payment alone'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER payment_instruction_again BEFORE INSERT ON payment_instruction
    FOR EACH ROW WHEN (NEW.reissue_of IS NOT NULL) EXECUTE FUNCTION paid_again_on_proof();
CREATE TRIGGER payment_allocation_again AFTER INSERT ON payment_allocation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION paid_sheets_are_replaced();
"""
