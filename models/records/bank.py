"""What the bank says: result files, statements, and cases a person must decide."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    JsonField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.words import ExceptionKind


class BankResultFile(Record):
    """A result file (回盘) as received; the same bytes are taken once."""

    id = pw.AutoField()
    file_id = pw.BigIntegerField()
    sha256 = CodeField()
    profile_code = CodeField()
    profile_version = pw.IntegerField()
    #: lines, settled, rejected, returned, unknown, exceptions
    counts = JsonField()
    imported_by = CodeField()
    imported_at = UtcDateTimeField()

    class Meta:
        """The same bytes under one profile are one file."""

        indexes = ((("profile_code", "sha256"), True),)


class BankResultLine(Record):
    """One line of a result file, what it matched and what came of it."""

    id = pw.AutoField()
    result_file_id = pw.BigIntegerField(index=True)
    row = pw.IntegerField()
    reference = CodeField(null=True)
    status_text = pw.TextField()
    status = CodeField(null=True)
    amount_fen = FenField(null=True)
    booked_on = pw.DateField(null=True)
    bank_reason = pw.TextField(null=True)
    account_no = CodeField(null=True)
    account_name = pw.TextField(null=True)
    #: The bank's own number of the line.
    bank_line_no = CodeField(null=True)
    #: Why the line moved nothing when it came (a kind of case), if so.
    problem = CodeField(null=True)
    instruction_id = pw.BigIntegerField(null=True, index=True)
    #: settled, rejected, returned, unknown, exception, unchanged
    outcome = CodeField()


class StatementDay(Record):
    """A day of an account's statement; closed when opening plus entries is closing."""

    account_no = CodeField()
    day = pw.DateField()
    opening_fen = FenField()
    closing_fen = FenField()
    entries_fen = FenField()
    entries_count = pw.IntegerField()
    closed = pw.BooleanField()
    #: The bank's own number and running number of the statement, where it gives them.
    statement_id = CodeField(null=True)
    sequence = pw.IntegerField(null=True)
    file_id = pw.BigIntegerField()
    recorded_at = UtcDateTimeField()
    recorded_by = CodeField()

    class Meta:
        """A day is closed only when it adds up."""

        primary_key = pw.CompositeKey("account_no", "day")
        constraints = [
            promise(
                "statement_day_adds_up", "NOT closed OR opening_fen + entries_fen = closing_fen"
            )
        ]


class StatementEntry(Record):
    """One entry of a statement; a debit is negative."""

    account_no = CodeField()
    day = pw.DateField()
    entry_no = CodeField()
    booked_on = pw.DateField()
    amount_fen = FenField()
    counter_account = CodeField(null=True)
    counter_name = pw.TextField(null=True)
    reference = CodeField(null=True)
    purpose = pw.TextField(null=True)
    #: The bank corrects its own entry (冲账).
    reversal = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])
    #: File that brought it first, and its record there.
    file_id = pw.BigIntegerField(null=True)
    row = pw.IntegerField(null=True)
    instruction_id = pw.BigIntegerField(null=True, index=True)

    class Meta:
        """An entry number is unique on its account and day."""

        primary_key = pw.CompositeKey("account_no", "day", "entry_no")


class PaymentException(Record):
    """A case for a person: evidence that contradicts, is unknown or belongs nowhere."""

    id = pw.AutoField()
    kind = StateField(ExceptionKind)
    instruction_id = pw.BigIntegerField(null=True, index=True)
    sheet_id = pw.IntegerField(null=True, index=True)
    line_no = CodeField(null=True)
    amount_fen = FenField(null=True)
    evidence = CodeField(null=True)
    facts = JsonField()
    opened_at = UtcDateTimeField()
    opened_on = pw.DateField()
    closed_at = UtcDateTimeField(null=True)
    closed_by = CodeField(null=True)
    resolution = pw.TextField(null=True)
    #: The same evidence opens one case only.
    dedupe_key = CodeField(unique=True)

    class Meta:
        """Promises of a case."""

        constraints = [one_of("kind", ExceptionKind, name="payment_exception_kind_known")]
