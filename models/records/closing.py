"""Closed months: who proposed, who closed, what both saw, and which areas and books are closed."""

import peewee as pw

from models.records.base import (
    CodeField,
    JsonField,
    Record,
    StateField,
    TextArrayField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.closing import CloseState


class PeriodClose(Record):
    """A proposal to close a month of an area (关账), and what the second person decided."""

    id = pw.AutoField()
    close_no = CodeField(unique=True)
    period = CodeField()
    #: The area it was proposed for; 'all' for everything.
    area_code = CodeField()
    #: The areas it closes: that one and those below that were still open.
    area_codes = TextArrayField()
    #: The sums and the points as both persons saw them, sealed by the hash.
    totals = JsonField()
    points = JsonField()
    content_hash = CodeField()
    #: Why the points that are carried on may be.
    note = pw.TextField(null=True)
    proposed_by = CodeField()
    proposed_at = UtcDateTimeField()
    proposed_on = pw.DateField()
    state = StateField(CloseState)
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    decided_on = pw.DateField(null=True)
    #: Why it was refused or withdrawn.
    answer = pw.TextField(null=True)

    class Meta:
        """Promises of a close; ddl adds: one open proposal, the life cycle, kept as said."""

        indexes = ((("period", "area_code"), False),)
        constraints = [
            one_of("state", CloseState, name="period_close_state_known"),
            promise(
                "period_close_needs_a_second_person",
                "state NOT IN ('closed', 'refused') OR decided_by <> proposed_by",
            ),
            promise(
                "period_close_decided_whole",
                "(decided_by IS NULL) = (state = 'proposed')"
                " AND (decided_by IS NULL) = (decided_at IS NULL)"
                " AND (decided_by IS NULL) = (decided_on IS NULL)",
            ),
        ]


class ClosedMonth(Record):
    """That a month of an area is closed, for ever."""

    period = CodeField()
    area_code = CodeField()
    close_id = pw.IntegerField(index=True)

    class Meta:
        """A month of an area is closed once."""

        primary_key = pw.CompositeKey("period", "area_code")


class ClosedBook(Record):
    """That the books of an agency are closed for a month: all areas it pays for are."""

    period = CodeField()
    agency_code = CodeField()
    close_id = pw.IntegerField(index=True)

    class Meta:
        """The books of a month are closed once."""

        primary_key = pw.CompositeKey("period", "agency_code")
