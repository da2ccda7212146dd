"""Who and what is paid directly: lists of schemes, mandates, members of leads, and the coverage."""

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
from models.rules.scope import ListRule, Outside
from models.rules.words import Category, Lane


class SchemeProduct(Record):
    """A product that a scheme puts in or out of direct settlement from a day on (产品名单)."""

    scheme_code = CodeField()
    valid_from = pw.DateField()
    nhsa_code = CodeField()
    valid_to = pw.DateField(null=True)
    rule = StateField(ListRule)
    note = pw.TextField(null=True)

    class Meta:
        """One row for a scheme, day and product."""

        primary_key = pw.CompositeKey("scheme_code", "valid_from", "nhsa_code")
        constraints = [
            one_of("rule", ListRule, name="scheme_product_rule_known"),
            promise("scheme_product_ends_after_it_began", "valid_to >= valid_from"),
        ]


class SchemeRound(Record):
    """A round that a scheme puts in or out of direct settlement from a day on (批次名单)."""

    scheme_code = CodeField()
    valid_from = pw.DateField()
    round_code = CodeField()
    valid_to = pw.DateField(null=True)
    rule = StateField(ListRule)
    note = pw.TextField(null=True)

    class Meta:
        """One row for a scheme, day and round."""

        primary_key = pw.CompositeKey("scheme_code", "valid_from", "round_code")
        constraints = [
            one_of("rule", ListRule, name="scheme_round_rule_known"),
            promise("scheme_round_ends_after_it_began", "valid_to >= valid_from"),
        ]


class Mandate(Record):
    """A hospital's entrustment of the agency with paying for it (结算委托书), with its document."""

    hospital_code = CodeField()
    valid_from = pw.DateField()
    #: Empty: until it is ended.
    valid_to = pw.DateField(null=True)
    document_no = pw.TextField()
    signed_on = pw.DateField(null=True)
    #: The signed document; rows of a file have none until it is uploaded.
    file_id = pw.BigIntegerField(null=True)
    registered_by = CodeField(null=True)
    registered_at = UtcDateTimeField(null=True)
    ended_by = CodeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    end_reason = pw.TextField(null=True)

    class Meta:
        """Promises of a mandate."""

        primary_key = pw.CompositeKey("hospital_code", "valid_from")
        constraints = [
            promise("mandate_ends_after_it_began", "valid_to >= valid_from"),
            promise(
                "mandate_ended_with_a_reason",
                "(ended_by IS NULL) = (end_reason IS NULL)"
                " AND (ended_by IS NULL OR valid_to IS NOT NULL)",
            ),
        ]


class LedMember(Record):
    """That lines of a member were settled with its lead in a month (牵头单位代结算)."""

    period = CodeField()
    hospital_code = CodeField()
    lead_hospital_code = CodeField(index=True)
    noted_at = UtcDateTimeField()

    class Meta:
        """One row for a month, member and lead."""

        primary_key = pw.CompositeKey("period", "hospital_code", "lead_hospital_code")
        constraints = [promise("led_member_is_not_its_lead", "hospital_code <> lead_hospital_code")]


class CoverageRun(Record):
    """When the coverage of a month was last added up; the page tells this time."""

    period = CodeField(primary_key=True)
    figured_at = UtcDateTimeField()
    lines = pw.BigIntegerField()
    amount_fen = FenField()


class CoverageFigure(Record):
    """The lines that a hospital accepted in a month, net, by category, lane and reason."""

    period = CodeField()
    hospital_code = CodeField()
    area_code = CodeField()
    category = StateField(Category)
    lane = StateField(Lane)
    #: Empty in the direct lane.
    outside = CodeField()
    lines = pw.BigIntegerField()
    amount_fen = FenField()

    class Meta:
        """One row for everything the page filters by."""

        primary_key = pw.CompositeKey("period", "hospital_code", "category", "lane", "outside")
        constraints = [
            one_of("category", Category, name="coverage_figure_category_known"),
            one_of("lane", Lane, name="coverage_figure_lane_known"),
            promise(
                "coverage_figure_outside_has_a_reason",
                "(lane = 'direct') = (outside = '') AND outside IN ('', "
                + ", ".join(f"'{reason}'" for reason in Outside)
                + ")",
            ),
        ]
