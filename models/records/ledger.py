"""The books: transfers of one debit account, one credit account and a positive amount."""

import peewee as pw

from models.records.base import CodeField, FenField, Record, UtcDateTimeField, promise


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
