"""Grades of hospitals by year (绩效分级): the form, points a person gave, and the lists made."""

import peewee as pw

from models.records.base import (
    CodeField,
    QuantityField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.grades import GradeSource, GradeState


class GradeItem(Record):
    """An item of the yearly form of a scheme from a day on (绩效分级项目)."""

    scheme_code = CodeField()
    valid_from = pw.DateField()
    item_code = CodeField()
    name = pw.TextField()
    points = QuantityField()
    source = StateField(GradeSource)
    #: Indicator, or kind of finding; empty: every kind.
    measure = CodeField(null=True)
    subject = CodeField(null=True)
    none_bp = pw.IntegerField(null=True)
    full_bp = pw.IntegerField(null=True)
    per_finding = QuantityField(null=True)

    class Meta:
        """One row for a scheme, day and item."""

        primary_key = pw.CompositeKey("scheme_code", "valid_from", "item_code")
        constraints = [
            one_of("source", GradeSource, name="grade_item_source_known"),
            promise("grade_item_points_above_zero", "points > 0"),
        ]


class GradeTier(Record):
    """A grade and the least points it takes (绩效分级档次)."""

    scheme_code = CodeField()
    valid_from = pw.DateField()
    min_points = QuantityField()
    grade = CodeField()
    #: What the total budget of the hospital is multiplied by; empty: says nothing.
    factor_bp = pw.IntegerField(null=True)

    class Meta:
        """One row for a scheme, day and least points."""

        primary_key = pw.CompositeKey("scheme_code", "valid_from", "min_points")


class GradePoint(Record):
    """Points that a person gave a hospital for an item of a year (绩效分级给分)."""

    year = pw.IntegerField()
    hospital_code = CodeField()
    item_code = CodeField()
    points = QuantityField()
    note = pw.TextField(null=True)

    class Meta:
        """One row for a year, hospital and item."""

        primary_key = pw.CompositeKey("year", "hospital_code", "item_code")


class GradeList(Record):
    """The grades of a year and area as they were made, for the total budget (绩效分级名单)."""

    id = pw.AutoField()
    #: As printed: 分级〔2026〕3号.
    list_no = CodeField(unique=True)
    year = pw.IntegerField()
    area_code = CodeField()
    state = StateField(GradeState)
    hospitals = pw.IntegerField()
    made_by = CodeField()
    made_on = pw.DateField()
    made_at = UtcDateTimeField()
    decided_by = CodeField(null=True)
    decided_on = pw.DateField(null=True)
    ended_by = CodeField(null=True)
    ended_on = pw.DateField(null=True)
    end_reason = pw.TextField(null=True)

    class Meta:
        """Promises of a list; the guard adds: one that stands for a year and area."""

        constraints = [
            one_of("state", GradeState, name="grade_list_state_known"),
            promise("grade_list_needs_a_second_person", "decided_by <> made_by"),
            promise("grade_list_confirmed_by", "state <> 'confirmed' OR decided_by IS NOT NULL"),
            promise(
                "grade_list_withdrawn_with_a_reason",
                "(state = 'withdrawn') = (coalesce(btrim(end_reason), '') <> '')",
            ),
        ]


class GradeResult(Record):
    """The grade of a hospital in a list."""

    list_id = pw.IntegerField()
    hospital_code = CodeField()
    scheme_code = CodeField()
    #: Of a hundred; empty where nothing was known.
    points = QuantityField(null=True)
    grade = CodeField()
    factor_bp = pw.IntegerField(null=True)

    class Meta:
        """One row for a list and hospital."""

        primary_key = pw.CompositeKey("list_id", "hospital_code")


class GradeResultItem(Record):
    """The points of a hospital for one item of a list, and the value they come from."""

    list_id = pw.IntegerField()
    hospital_code = CodeField()
    item_code = CodeField()
    name = pw.TextField()
    source = StateField(GradeSource)
    of_points = QuantityField()
    value = QuantityField(null=True)
    points = QuantityField(null=True)

    class Meta:
        """One row for a list, hospital and item."""

        primary_key = pw.CompositeKey("list_id", "hospital_code", "item_code")
