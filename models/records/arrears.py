"""What is published about debts: figures of a day, the ranking of a month, the list of a year."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.publication import PublicationState
from models.rules.words import HospitalLevel, Lane


class OverdueFigureRun(Record):
    """When the figures of a day were last made; the board tells this time."""

    as_of = pw.DateField(primary_key=True)
    figured_at = UtcDateTimeField()
    lines = pw.BigIntegerField()
    unpaid_fen = FenField()


class OverdueFigure(Record):
    """What is overdue on a day, added up for one institution and everything the board filters by.

    A line counts once for its hospital, once for its enterprise, and once for the agency that must
    pay it.
    """

    as_of = pw.DateField()
    #: hospital, enterprise, agency
    kind = CodeField()
    code = CodeField()
    area_code = CodeField()
    lane = StateField(Lane)
    responsible = CodeField()
    #: 0: the ladder has not begun.
    step = pw.IntegerField()
    #: Place of the age in views.late.BUCKETS.
    bucket = pw.IntegerField()
    lines = pw.BigIntegerField()
    unpaid_fen = FenField()
    interest_fen = FenField()
    days_late = pw.IntegerField()
    #: Lines that reached their step on this day.
    new_lines = pw.BigIntegerField()
    step_name = pw.TextField(null=True)
    #: The first day on which one of the lines reaches a higher step, and its name.
    rises_on = pw.DateField(null=True)
    rises_to = pw.TextField(null=True)

    class Meta:
        """One row for a day, institution and everything filtered by."""

        primary_key = pw.CompositeKey(
            "as_of", "kind", "code", "area_code", "lane", "responsible", "step", "bucket"
        )


class ArrearsRanking(Record):
    """A ranking of hospitals by what they owe (欠款排行), recorded once and shown unchanged."""

    as_of = pw.DateField()
    #: First day of acceptance of the long window.
    since_on = pw.DateField()
    made_at = UtcDateTimeField()
    made_by = CodeField()
    hospitals = pw.IntegerField()

    class Meta:
        """One for a day and beginning."""

        primary_key = pw.CompositeKey("as_of", "since_on")


class ArrearsRankingRow(Record):
    """The figures of one hospital in a ranking, with its name and level of that day."""

    as_of = pw.DateField()
    since_on = pw.DateField()
    hospital_code = CodeField()
    hospital_name = pw.TextField()
    area_code = CodeField()
    level = StateField(HospitalLevel)
    #: Overdue of what was accepted since `since_on`, and what was accepted in all.
    owed_fen = FenField()
    accepted_fen = FenField()
    #: Overdue of what fell due last month, and what fell due in all.
    month_owed_fen = FenField()
    month_due_fen = FenField()

    class Meta:
        """One row for a ranking and hospital."""

        primary_key = pw.CompositeKey("as_of", "since_on", "hospital_code")
        constraints = [one_of("level", HospitalLevel, name="arrears_ranking_row_level_known")]


class OverduePublication(Record):
    """The list of overdue contracts of a year, published by 31 March (逾期未支付信息公示).

    保障中小企业款项支付条例 (国务院令第802号), art. 18.
    """

    id = pw.AutoField()
    year = pw.IntegerField()
    #: The area it is published for, with all below; 'all' for everything.
    area_code = CodeField()
    #: 1, 2 …: a published list is never changed, a correction is the next version.
    version = pw.IntegerField()
    state = StateField(PublicationState)
    drafted_by = CodeField()
    drafted_at = UtcDateTimeField()
    content_hash = CodeField()
    #: Lines that wait for the enterprise itself: told inside, not published.
    own_fault_lines = pw.BigIntegerField()
    own_fault_fen = FenField()
    reviewed_by = CodeField(null=True)
    reviewed_at = UtcDateTimeField(null=True)
    #: Why it was last given back.
    reason = pw.TextField(null=True)
    publication_no = CodeField(null=True, unique=True)
    published_by = CodeField(null=True)
    published_at = UtcDateTimeField(null=True)
    published_on = pw.DateField(null=True)

    class Meta:
        """One version is one list (more in ddl: one open list, published ones stay)."""

        indexes = ((("year", "area_code", "version"), True),)
        constraints = [
            one_of("state", PublicationState, name="overdue_publication_state_known"),
            promise(
                "overdue_publication_two_persons",
                "reviewed_by IS NULL OR reviewed_by <> drafted_by",
            ),
            promise(
                "overdue_publication_published_whole",
                "state <> 'published' OR (publication_no IS NOT NULL AND reviewed_by IS NOT NULL"
                " AND published_on IS NOT NULL)",
            ),
        ]


class PublicationRow(Record):
    """What one debtor had not paid in time, in a list."""

    publication_id = pw.IntegerField()
    #: hospital or agency
    debtor_kind = CodeField()
    debtor_code = CodeField()
    debtor_name = pw.TextField()
    area_code = CodeField()
    #: Overdue and unpaid at the end of 31 December.
    contracts = pw.BigIntegerField()
    lines = pw.BigIntegerField()
    unpaid_fen = FenField()
    #: Overdue at any time of the year: also what was paid late in it.
    year_contracts = pw.BigIntegerField()
    year_lines = pw.BigIntegerField()
    year_fen = FenField()

    class Meta:
        """One row for a list and debtor."""

        primary_key = pw.CompositeKey("publication_id", "debtor_kind", "debtor_code")
