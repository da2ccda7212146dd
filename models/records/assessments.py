"""How the score of a round comes about: items of a form with their points, and what was given."""

import peewee as pw

from models.records.base import CodeField, QuantityField, Record, UtcDateTimeField, promise


class AssessmentItem(Record):
    """An item of the form of a scheme from a day on (考核项目)."""

    scheme_code = CodeField()
    valid_from = pw.DateField()
    item_code = CodeField()
    name = pw.TextField()
    points = QuantityField()
    #: How points are given, as the notice says it.
    how = pw.TextField(null=True)
    #: The indicator whose value is shown beside it as evidence.
    indicator = CodeField(null=True)

    class Meta:
        """One row for a scheme, day and item."""

        primary_key = pw.CompositeKey("scheme_code", "valid_from", "item_code")
        constraints = [promise("assessment_item_points_range", "points > 0 AND points <= 100")]


class AssessmentPoint(Record):
    """What a hospital was given for an item in a round and month."""

    period = CodeField()
    hospital_code = CodeField()
    round_code = CodeField()
    item_code = CodeField()
    points = QuantityField()
    #: The most it could have been, when it was given.
    points_max = QuantityField()
    reason = pw.TextField(null=True)
    given_by = CodeField()
    given_at = UtcDateTimeField()

    class Meta:
        """One row for a month, hospital, round and item; fewer points say why."""

        primary_key = pw.CompositeKey("period", "hospital_code", "round_code", "item_code")
        constraints = [
            promise("assessment_point_range", "points >= 0 AND points <= points_max"),
            promise(
                "assessment_point_says_why",
                "points = points_max OR btrim(coalesce(reason, '')) <> ''",
            ),
        ]
