"""Reporting for volume procurement: terms of rounds, hospitals' reports, findings about them."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    JsonField,
    QuantityField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.participation import FindingKind, FindingMove, FindingState
from models.rules.reporting import Participants, ReportMove, ReportState, UseState


class RoundTerm(Record):
    """What a round asks of the hospitals of an area, and by when (批次执行参数)."""

    round_code = CodeField()
    area_code = CodeField()
    report_from = pw.DateField(null=True)
    report_by = pw.DateField(null=True)
    sign_by = pw.DateField(null=True)
    agreed_share_bp = pw.IntegerField(default=10_000, constraints=[pw.SQL("DEFAULT 10000")])
    under_report_bp = pw.IntegerField(null=True)
    over_report_bp = pw.IntegerField(null=True)
    use_from = pw.DateField(null=True)
    use_to = pw.DateField(null=True)
    participants = StateField(
        Participants, default=Participants.PUBLIC, constraints=[pw.SQL("DEFAULT 'public'")]
    )

    class Meta:
        """One row for a round and area."""

        primary_key = pw.CompositeKey("round_code", "area_code")
        constraints = [
            one_of("participants", Participants, name="round_term_participants_known"),
            promise("round_term_reports_forward", "report_by >= report_from"),
            promise("round_term_use_forward", "use_to >= use_from"),
            promise("round_term_share_range", "agreed_share_bp BETWEEN 0 AND 10000"),
        ]


class RoundProduct(Record):
    """A product that is to be reported in a round (报量目录)."""

    round_code = CodeField()
    nhsa_code = CodeField()
    note = pw.TextField(null=True)

    class Meta:
        """One row for a round and product."""

        primary_key = pw.CompositeKey("round_code", "nhsa_code")


class QuantityReport(Record):
    """A hospital's report of quantities for a round, with its signed letter (报量)."""

    id = pw.AutoField()
    hospital_code = CodeField()
    round_code = CodeField()
    #: A lead that reports for its members too (牵头单位统一报量).
    unified = pw.BooleanField(default=False)
    state = StateField(ReportState)
    letter_file_id = pw.BigIntegerField(null=True)
    letter_signed_on = pw.DateField(null=True)
    made_by = CodeField()
    made_at = UtcDateTimeField()
    submitted_by = CodeField(null=True)
    submitted_on = pw.DateField(null=True)
    decided_by = CodeField(null=True)
    decided_on = pw.DateField(null=True)
    answer = pw.TextField(null=True)

    class Meta:
        """Promises of a report."""

        constraints = [
            one_of("state", ReportState, name="quantity_report_state_known"),
            promise(
                "quantity_report_submitted_with_letter",
                "state NOT IN ('submitted', 'reviewed') OR"
                " (letter_file_id IS NOT NULL AND submitted_by IS NOT NULL)",
            ),
            promise(
                "quantity_report_needs_a_second_person",
                "state <> 'reviewed' OR (decided_by IS NOT NULL AND decided_by <> submitted_by)",
            ),
        ]
        indexes = ((("hospital_code", "round_code"), True),)


class QuantityReportLine(Record):
    """What a hospital says it will need of a product (报量填报)."""

    hospital_code = CodeField()
    round_code = CodeField()
    nhsa_code = CodeField()
    reported_quantity = QuantityField()
    #: Why it is less or more than was used.
    reason = pw.TextField(null=True)

    class Meta:
        """One row for a hospital, round and product."""

        primary_key = pw.CompositeKey("hospital_code", "round_code", "nhsa_code")
        constraints = [promise("quantity_report_line_not_below_zero", "reported_quantity >= 0")]


class QuantityReportEvent(Record):
    """What happened to a report, added and never edited."""

    id = pw.AutoField()
    report_id = pw.IntegerField(index=True)
    move = StateField(ReportMove)
    from_state = CodeField()
    to_state = CodeField()
    #: Products told and their quantities as they stood.
    lines = JsonField()
    note = pw.TextField(default="", constraints=[pw.SQL("DEFAULT ''")])
    letter_file_id = pw.BigIntegerField(null=True)
    actor = CodeField()
    happened_on = pw.DateField()
    happened_at = UtcDateTimeField()

    class Meta:
        """Promises of an event."""

        constraints = [one_of("move", ReportMove, name="quantity_report_event_move_known")]


class ReportingRun(Record):
    """When use and reports of a round were last compared."""

    round_code = CodeField(primary_key=True)
    figured_on = pw.DateField()
    figured_at = UtcDateTimeField()
    hospitals = pw.IntegerField()
    findings = pw.IntegerField()


class ReportingStatus(Record):
    """What a hospital used and reported of one name in a round, by the last comparison."""

    hospital_code = CodeField()
    round_code = CodeField()
    #: The smallest code of the name in the catalogue.
    nhsa_code = CodeField()
    name = pw.TextField()
    kind = CodeField()
    use_from = pw.DateField()
    use_to = pw.DateField()
    used_quantity = QuantityField()
    used_fen = FenField()
    reported_quantity = QuantityField()
    committed_quantity = QuantityField()
    state = StateField(UseState)

    class Meta:
        """One row for a hospital, round and name."""

        primary_key = pw.CompositeKey("hospital_code", "round_code", "nhsa_code")
        constraints = [one_of("state", UseState, name="reporting_status_state_known")]


class ParticipationFinding(Record):
    """Something wrong with how a hospital takes part in a round (参与问题)."""

    id = pw.AutoField()
    kind = StateField(FindingKind)
    hospital_code = CodeField()
    round_code = CodeField()
    #: Empty: about the round as a whole.
    nhsa_code = CodeField(default="", constraints=[pw.SQL("DEFAULT ''")])
    state = StateField(FindingState)
    #: The figures it rests on.
    facts = JsonField()
    found_on = pw.DateField()
    last_found_on = pw.DateField()
    #: By when the hospital answers or puts it right.
    due_on = pw.DateField(null=True)

    class Meta:
        """Once for a kind, hospital, round and product."""

        constraints = [
            one_of("kind", FindingKind, name="participation_finding_kind_known"),
            one_of("state", FindingState, name="participation_finding_state_known"),
            promise(
                "participation_finding_has_its_day",
                "state NOT IN ('asked', 'rectifying') OR due_on IS NOT NULL",
            ),
        ]
        indexes = (
            (("kind", "hospital_code", "round_code", "nhsa_code"), True),
            (("state", "hospital_code"), False),
        )


class ParticipationStep(Record):
    """What was done about a finding, added and never edited."""

    id = pw.BigAutoField()
    finding_id = pw.IntegerField(index=True)
    #: The same for everything done together: one mail tells it.
    act_no = CodeField(index=True)
    move = StateField(FindingMove)
    from_state = CodeField()
    to_state = CodeField()
    due_on = pw.DateField(null=True)
    words = pw.TextField(default="", constraints=[pw.SQL("DEFAULT ''")])
    file_id = pw.BigIntegerField(null=True)
    actor = CodeField()
    happened_on = pw.DateField()
    happened_at = UtcDateTimeField()

    class Meta:
        """Promises of a step."""

        constraints = [
            one_of("move", FindingMove, name="participation_step_move_known"),
            promise(
                "participation_step_says_why",
                "move NOT IN ('ask', 'rectify', 'answer', 'settle') OR btrim(words) <> ''",
            ),
        ]
