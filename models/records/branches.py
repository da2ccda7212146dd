"""The directory of bank branches (联行号目录): which number belongs to which branch."""

import peewee as pw

from models.records.base import CodeField, Record, promise


class BankBranch(Record):
    """A branch of a bank in the payment system of the central bank."""

    cnaps_code = CodeField(primary_key=True)
    bank_name = pw.TextField()
    valid_from = pw.DateField(null=True)
    #: Last day on which the branch takes part.
    valid_to = pw.DateField(null=True)

    class Meta:
        """Promises of the directory."""

        constraints = [promise("bank_branch_ends_after_it_begins", "valid_to >= valid_from")]
