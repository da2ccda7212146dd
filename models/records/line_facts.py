"""What is said about a line, summed up once when it is said: its invoices, each party's last word.

Invoices and confirmations are added and never changed, so their sum can be kept as they come. Every
judgement of a line then looks up one row instead of going through all that was ever said. Triggers
keep it, so that no writer can forget it, in the writer's own transaction.
"""

import peewee as pw

from models.records.base import CodeField, FenField, Record

#: What a word says in its last two bits; from OTHER_AMOUNT on the party confirms.
WITHDRAWN, DISPUTED, OTHER_AMOUNT, CONFIRMED = range(4)


class LineFact(Record):
    """The invoices and the last words about a purchase line; follows from its facts alone."""

    line_no = CodeField(primary_key=True)
    #: Sum of the line's invoices in fen; empty without one.
    invoiced_fen = FenField(null=True)
    #: Latest day of its invoices.
    invoiced_on = pw.DateField(null=True)
    #: Each party's latest word in one number: its instant in microseconds, then what it says. So
    #: the greatest word is the latest.
    hospital_word = pw.BigIntegerField(null=True)
    enterprise_word = pw.BigIntegerField(null=True)

    class Meta:
        """One row for a line of which anything was said."""

        table_name = "line_fact"


_WORD = f"""
max((date_part('epoch', c.decided_at) * 1000000)::bigint * 4
        + CASE WHEN c.decision = 'dispute' THEN {DISPUTED}
               WHEN c.decision = 'withdraw' THEN {WITHDRAWN}
               WHEN c.amount_fen <> p.amount_fen THEN {OTHER_AMOUNT} ELSE {CONFIRMED} END)
        FILTER (WHERE c.party = '{{party}}')
"""

#: What rows of invoice_line and confirmation say about their lines.
INVOICED = """
SELECT line_no, sum(amount_fen)::bigint AS invoiced_fen, max(issued_on) AS invoiced_on
  FROM {rows} GROUP BY line_no
"""
SPOKEN = f"""
SELECT c.line_no, {_WORD.format(party="hospital")} AS hospital_word,
       {_WORD.format(party="enterprise")} AS enterprise_word
  FROM {{rows}} c JOIN purchase_line p USING (line_no) GROUP BY c.line_no
"""

#: In the order of the numbers, so that two writers of the same lines wait and never deadlock.
FUNCTIONS = f"""
CREATE FUNCTION keep_invoiced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO line_fact AS f (line_no, invoiced_fen, invoiced_on)
    SELECT * FROM ({INVOICED.format(rows="new_rows")}) said ORDER BY line_no
    ON CONFLICT (line_no) DO UPDATE
       SET invoiced_fen = coalesce(f.invoiced_fen, 0) + excluded.invoiced_fen,
           invoiced_on = greatest(f.invoiced_on, excluded.invoiced_on);
    RETURN NULL;
END $$;

CREATE FUNCTION keep_spoken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO line_fact AS f (line_no, hospital_word, enterprise_word)
    SELECT * FROM ({SPOKEN.format(rows="new_rows")}) said ORDER BY line_no
    ON CONFLICT (line_no) DO UPDATE
       SET hospital_word = greatest(f.hospital_word, excluded.hospital_word),
           enterprise_word = greatest(f.enterprise_word, excluded.enterprise_word);
    RETURN NULL;
END $$;
"""

#: Room on each page, so that what comes later stays beside what came first.
TRIGGERS = """
ALTER TABLE line_fact SET (fillfactor = 80);
CREATE TRIGGER invoice_line_keep_invoiced AFTER INSERT ON invoice_line
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_invoiced();
CREATE TRIGGER confirmation_keep_spoken AFTER INSERT ON confirmation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_spoken();
"""
