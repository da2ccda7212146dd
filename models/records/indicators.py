"""Execution of volume procurement: inputs of monitoring and retention, and their last results."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    QuantityField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.measures import Measure
from models.rules.monitoring import Direction, Target
from models.rules.retention import RetentionMove
from models.rules.words import ProductKind


class ProcurementTotal(Record):
    """What a hospital bought in all and online in a month (采购总额)."""

    period = CodeField()
    hospital_code = CodeField()
    kind = StateField(ProductKind)
    total_fen = FenField()
    online_fen = FenField()

    class Meta:
        """One row for a month, hospital and kind."""

        primary_key = pw.CompositeKey("period", "hospital_code", "kind")
        constraints = [one_of("kind", ProductKind, name="procurement_total_kind_known")]


class ReportedQuantity(Record):
    """What a hospital reported and agreed to buy in a round (报量)."""

    hospital_code = CodeField()
    round_code = CodeField()
    nhsa_code = CodeField()
    reported_quantity = QuantityField()
    committed_quantity = QuantityField()
    letter_signed_on = pw.DateField(null=True)

    class Meta:
        """One row for a hospital, round and product."""

        primary_key = pw.CompositeKey("hospital_code", "round_code", "nhsa_code")


class Assessment(Record):
    """The score of a hospital in a round (考核)."""

    period = CodeField()
    hospital_code = CodeField()
    round_code = CodeField()
    score = QuantityField()

    class Meta:
        """One row for a month, hospital and round."""

        primary_key = pw.CompositeKey("period", "hospital_code", "round_code")
        constraints = [promise("assessment_score_range", "score BETWEEN 0 AND 100")]


class RetentionInput(Record):
    """What retention of a product is calculated from (结余留用测算)."""

    period = CodeField()
    hospital_code = CodeField()
    round_code = CodeField()
    nhsa_code = CodeField()
    base_quantity = QuantityField()
    agreed_quantity = QuantityField()
    actual_quantity = QuantityField()
    price_before_yuan = QuantityField()
    award_price_yuan = QuantityField()
    non_selected_fen = FenField()
    fund_ratio_bp = pw.IntegerField()
    insured_share_bp = pw.IntegerField()
    excluded_reason = pw.TextField(null=True)

    class Meta:
        """One row for a month, hospital, round and product."""

        primary_key = pw.CompositeKey("period", "hospital_code", "round_code", "nhsa_code")
        constraints = [
            promise("retention_fund_ratio_range", "fund_ratio_bp BETWEEN 0 AND 10000"),
            promise("retention_insured_share_range", "insured_share_bp BETWEEN 0 AND 10000"),
        ]


class IndicatorValue(Record):
    """One indicator of a hospital in the last monitoring run of a month (指标)."""

    period = CodeField()
    hospital_code = CodeField()
    indicator = CodeField()
    subject = CodeField(default="", constraints=[pw.SQL("DEFAULT ''")])
    numerator = QuantityField()
    denominator = QuantityField()
    #: numerator and denominator are money (2 decimals) or quantities (4 decimals)
    is_money = pw.BooleanField()
    value_bp = pw.BigIntegerField()
    target_bp = pw.BigIntegerField(null=True)
    verdict = CodeField(null=True)
    #: What the definition in force said, and the day up to which payments counted.
    name = pw.TextField(default="", constraints=[pw.SQL("DEFAULT ''")])
    numerator_of = CodeField(default="", constraints=[pw.SQL("DEFAULT ''")])
    denominator_of = CodeField(default="", constraints=[pw.SQL("DEFAULT ''")])
    direction = StateField(Direction, null=True)
    measured_on = pw.DateField(null=True)

    class Meta:
        """One row for a month, hospital, indicator and subject."""

        primary_key = pw.CompositeKey("period", "hospital_code", "indicator", "subject")
        #: A trend reads a hospital's months, a ranking an indicator's hospitals.
        indexes = ((("hospital_code", "indicator", "period"), False),)


class IndicatorDefinition(Record):
    """A dated version of what an indicator is in an area, and the notice it rests on (指标定义)."""

    indicator = CodeField()
    subject = CodeField()
    area_code = CodeField()
    valid_from = pw.DateField()
    #: Last day; afterwards what counted before counts again.
    valid_to = pw.DateField(null=True)
    name = pw.TextField()
    numerator = StateField(Measure)
    denominator = StateField(Measure)
    direction = StateField(Direction)
    target = StateField(Target)
    target_bp = pw.IntegerField(null=True)
    source_title = pw.TextField()
    source_article = pw.TextField(null=True)

    class Meta:
        """One version for an indicator, subject, area and first day."""

        primary_key = pw.CompositeKey("indicator", "subject", "area_code", "valid_from")
        constraints = [
            one_of("numerator", Measure, name="indicator_definition_numerator_known"),
            one_of("denominator", Measure, name="indicator_definition_denominator_known"),
            one_of("direction", Direction, name="indicator_definition_direction_known"),
            one_of("target", Target, name="indicator_definition_target_known"),
            promise("indicator_definition_ends_after_it_began", "valid_to >= valid_from"),
            promise(
                "indicator_definition_fixed_target_is_said",
                "(target = 'fixed') = (target_bp IS NOT NULL)",
            ),
        ]


class RetentionResult(Record):
    """What a hospital may keep for a round in the last retention run of a month (结余留用)."""

    period = CodeField()
    hospital_code = CodeField()
    round_code = CodeField()
    base_fen = FenField()
    score = QuantityField(null=True)
    ratio_bp = pw.IntegerField()
    retained_fen = FenField()

    class Meta:
        """One row for a month, hospital and round."""

        primary_key = pw.CompositeKey("period", "hospital_code", "round_code")


class RetentionWord(Record):
    """What a hospital or the agency said about the retention of a round, and of which figures."""

    id = pw.AutoField()
    period = CodeField()
    hospital_code = CodeField()
    round_code = CodeField()
    move = StateField(RetentionMove)
    base_fen = FenField()
    score = QuantityField(null=True)
    ratio_bp = pw.IntegerField()
    retained_fen = FenField()
    note = pw.TextField(default="", constraints=[pw.SQL("DEFAULT ''")])
    said_by = CodeField()
    said_at = UtcDateTimeField()

    class Meta:
        """Add-only; an appeal and its answer say why."""

        indexes = ((("period", "hospital_code", "round_code"), False),)
        constraints = [
            one_of("move", RetentionMove, name="retention_word_move_known"),
            promise("retention_word_says_why", "move = 'declare' OR btrim(note) <> ''"),
        ]
