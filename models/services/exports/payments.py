"""The exports about payments: what waits for the bank, what came back, the identity of a month."""

from models.rules.errors.exports import PeriodNeeded
from models.services import identity
from models.services.exports.scope import Ask

#: A hospital gets the sum of its own sheets, as its page shows it.
_AMOUNT = """(CASE WHEN %(hospital)s::text IS NULL THEN i.amount_fen ELSE (
           SELECT sum(a.amount_fen) FROM payment_allocation a
             JOIN settlement_sheet s ON s.id = a.sheet_id
            WHERE a.instruction_id = i.id AND s.hospital_code = %(hospital)s)
        END::numeric / 100)::numeric(24, 2)"""
_OWN = """(%(enterprise)s::text IS NULL OR i.enterprise_code = %(enterprise)s)
   AND (%(hospital)s::text IS NULL OR EXISTS (
       SELECT 1 FROM payment_allocation a JOIN settlement_sheet s ON s.id = a.sheet_id
        WHERE a.instruction_id = i.id AND s.hospital_code = %(hospital)s))"""

UNCONFIRMED_COLUMNS = (
    "reference batch_no area_code enterprise_code amount_yuan state sent_on days results entries"
)
UNCONFIRMED = f"""
SELECT i.reference, b.batch_no, i.area_code, i.enterprise_code,
       {_AMOUNT}, i.state, i.sent_on,
       %(on)s::date - i.sent_on,
       (SELECT count(*) FROM bank_result_line l WHERE l.instruction_id = i.id),
       (SELECT count(*) FROM statement_entry t WHERE t.instruction_id = i.id)
  FROM payment_instruction i LEFT JOIN payment_batch b ON b.id = i.batch_id
 WHERE i.state IN ('sent', 'unknown', 'accepted') AND i.area_code = ANY (%(areas)s)
   AND (%(period)s::text IS NULL OR i.period = %(period)s)
   AND {_OWN}
 ORDER BY i.sent_on, i.reference
"""

RETURNS_COLUMNS = (
    "reference batch_no period area_code enterprise_code amount_yuan state sent_on booked_on"
    " returned_on bank_reason reissue_of successor"
)
RETURNS = f"""
SELECT i.reference, b.batch_no, i.period, i.area_code, i.enterprise_code,
       {_AMOUNT},
       i.state, i.sent_on, i.booked_on, i.returned_on,
       CASE WHEN i.bank_reason ~ '^[=+@-]' THEN '''' || i.bank_reason ELSE i.bank_reason END,
       o.reference, n.reference
  FROM payment_instruction i LEFT JOIN payment_batch b ON b.id = i.batch_id
  LEFT JOIN payment_instruction o ON o.id = i.reissue_of
  LEFT JOIN payment_instruction n ON n.reissue_of = i.id
 WHERE i.state IN ('rejected', 'returned', 'reversed', 'cancelled')
   AND i.area_code = ANY (%(areas)s)
   AND (%(period)s::text IS NULL OR i.period = %(period)s)
   AND {_OWN}
 ORDER BY i.reference
"""

IDENTITY_COLUMNS = (
    "status reference sheet_no area_code enterprise_code payable_yuan order_yuan bank_yuan"
    " statement_yuan ledger_yuan differs"
)
IDENTITY = """
SELECT r.status, r.reference, r.sheet_no, r.area_code, r.enterprise_code,
       (r.payable_fen::numeric / 100)::numeric(24, 2), (r.order_fen::numeric / 100)::numeric(24, 2),
       (r.bank_fen::numeric / 100)::numeric(24, 2),
       (r.statement_fen::numeric / 100)::numeric(24, 2),
       (r.ledger_fen::numeric / 100)::numeric(24, 2), r.differs
  FROM identity_row r
 WHERE %(hospital)s::text IS NULL AND %(enterprise)s::text IS NULL
 ORDER BY r.reference, r.sheet_no
"""


def collect(asked: Ask) -> None:
    """Make the rows of the identity. Raises PeriodNeeded: it is that of one month."""
    if asked.period is None:
        raise PeriodNeeded(what="identity")
    identity.collect(asked.areas, asked.period)
