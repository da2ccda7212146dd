"""The books: transfers of one debit account, one credit account and a positive amount."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    Record,
    TextArrayField,
    UtcDateTimeField,
    promise,
)


class LedgerEntry(Record):
    """One transfer; added, never edited: a mistake is undone by a reversal that points at it."""

    entry_no = pw.BigAutoField()
    posted_at = UtcDateTimeField()
    posted_on = pw.DateField()
    debit_account = CodeField(index=True)
    credit_account = CodeField(index=True)
    amount_fen = FenField()
    #: payable, payment, payment_returned, advance, offset, prepayment, ... (rules/postings.py)
    kind = CodeField()
    #: What caused it: sheet:<sheet_no>, instruction:<reference>, offset:<period>:<hospital>,
    #: voucher:<no>
    source = CodeField()
    reverses = pw.BigIntegerField(null=True, unique=True)

    class Meta:
        """Balanced by construction; the same cause books the same thing once (ddl)."""

        constraints = [
            promise("ledger_amount_positive", "amount_fen > 0"),
            promise("ledger_two_accounts", "debit_account <> credit_account"),
        ]


class BooksRun(Record):
    """That all invariants of the money were proved, and what was found broken; never changed."""

    id = pw.BigAutoField()
    #: Business date.
    proved_on = pw.DateField()
    ran_at = UtcDateTimeField(index=True)
    ran_by = CodeField()
    checked = TextArrayField()
    #: A sentence for each place; empty when the books are whole.
    broken = TextArrayField()

    class Meta:
        """Nothing was proved without a check."""

        table_name = "books_run"
        constraints = [promise("books_run_checked", "cardinality(checked) > 0")]
