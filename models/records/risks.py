"""Findings of the risk rules with their evidence, what was decided, and what was handed over."""

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
from models.rules.overdue import Responsible
from models.rules.risks import HandoverState, RiskKind, RiskState


class RiskRule(Record):
    """How a rule judges in an area from a day on (风险规则)."""

    area_code = CodeField()
    rule = StateField(RiskKind)
    valid_from = pw.DateField()
    active = pw.BooleanField()
    #: Basis points of the price, the mean or the quantity; empty: the rule's default.
    threshold_bp = pw.IntegerField(null=True)
    minimum_fen = FenField(null=True)

    class Meta:
        """One row for an area, rule and day."""

        primary_key = pw.CompositeKey("area_code", "rule", "valid_from")
        constraints = [one_of("rule", RiskKind, name="risk_rule_known")]


class ShortSupply(Record):
    """A product on a list of drugs in short supply (短缺药品) from a day on."""

    nhsa_code = CodeField()
    valid_from = pw.DateField()
    valid_to = pw.DateField(null=True)
    #: Title and number of the list.
    source = pw.TextField(null=True)

    class Meta:
        """One row for a product and day."""

        primary_key = pw.CompositeKey("nhsa_code", "valid_from")


class Prescription(Record):
    """What a prescriber of a department prescribed of a product in a month (处方点评)."""

    period = CodeField()
    hospital_code = CodeField()
    department = CodeField()
    prescriber_code = CodeField()
    nhsa_code = CodeField()
    quantity = QuantityField()
    amount_fen = FenField()

    class Meta:
        """One row for a month, hospital, department, prescriber and product."""

        primary_key = pw.CompositeKey(
            "period", "hospital_code", "department", "prescriber_code", "nhsa_code"
        )


class RiskFinding(Record):
    """What a rule saw about one subject (风险线索); evidence is added to it."""

    id = pw.BigAutoField()
    kind = StateField(RiskKind)
    state = StateField(RiskState)
    #: The same subject is one finding for ever.
    dedupe_key = CodeField(unique=True)
    area_code = CodeField()
    hospital_code = CodeField(index=True)
    enterprise_code = CodeField(null=True, index=True)
    nhsa_code = CodeField(null=True)
    round_code = CodeField(null=True)
    #: Department, prescriber, code or area the rule is about; empty for most.
    subject = CodeField(null=True)
    opened_on = pw.DateField()
    opened_at = UtcDateTimeField()
    #: Of its evidence.
    evidence_count = pw.IntegerField()
    amount_fen = FenField()
    last_evidence_on = pw.DateField()
    reopened_count = pw.IntegerField(constraints=[pw.SQL("DEFAULT 0")], default=0)
    #: The institution asked to explain, since when and until when.
    asked_kind = StateField(Responsible, null=True)
    asked_on = pw.DateField(null=True)
    answer_by_on = pw.DateField(null=True)
    rectify_by_on = pw.DateField(null=True)

    class Meta:
        """Promises of a finding; risk_guard adds: only moves of its life, said things stay."""

        constraints = [
            one_of("kind", RiskKind, name="risk_finding_kind_known"),
            one_of("state", RiskState, name="risk_finding_state_known"),
            one_of("asked_kind", Responsible, name="risk_finding_asked_known"),
            promise("risk_finding_rests_on_evidence", "evidence_count > 0"),
            promise(
                "risk_finding_asked_whole",
                "(asked_kind IS NULL) = (asked_on IS NULL)"
                " AND (state NOT IN ('asked', 'answered') OR asked_on IS NOT NULL)",
            ),
            promise(
                "risk_finding_rectifying_has_its_day",
                "state <> 'rectifying' OR rectify_by_on IS NOT NULL",
            ),
        ]
        indexes = ((("state", "area_code"), False),)


class RiskEvidence(Record):
    """One thing a finding rests on: a line, a code on it, or a month; added and never edited."""

    finding_id = pw.BigIntegerField()
    #: line:…, month:… or what else makes it the same for ever.
    evidence_key = CodeField()
    #: The month that was looked at.
    period = CodeField()
    line_no = CodeField(null=True, index=True)
    quantity = QuantityField(null=True)
    #: What was seen and what was expected: prices, quantities or shares in basis points.
    measured = QuantityField(null=True)
    expected = QuantityField(null=True)
    amount_fen = FenField()
    found_on = pw.DateField()

    class Meta:
        """The same evidence once."""

        primary_key = pw.CompositeKey("finding_id", "evidence_key")


class RiskEvent(Record):
    """What happened to a finding, added and never edited."""

    id = pw.BigAutoField()
    finding_id = pw.BigIntegerField(index=True)
    move = CodeField()
    from_state = CodeField(null=True)
    to_state = CodeField()
    happened_on = pw.DateField()
    happened_at = UtcDateTimeField()
    actor = CodeField()
    note = pw.TextField(null=True)
    facts = JsonField()


class RiskHandover(Record):
    """A numbered list of findings for discipline inspection (线索移交)."""

    id = pw.AutoField()
    #: As printed: 线索移交〔2026〕3号.
    handover_no = CodeField(unique=True)
    area_code = CodeField()
    state = StateField(HandoverState)
    #: To whom, as 某市纪委监委驻卫生健康委纪检监察组.
    authority = pw.TextField()
    words = pw.TextField()
    prepared_by = CodeField()
    prepared_at = UtcDateTimeField()
    prepared_on = pw.DateField()
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    decided_on = pw.DateField(null=True)
    answer = pw.TextField(null=True)

    class Meta:
        """Two people: one prepares, another hands over."""

        constraints = [
            one_of("state", HandoverState, name="risk_handover_state_known"),
            promise("risk_handover_two_persons", "state <> 'handed' OR decided_by <> prepared_by"),
            promise(
                "risk_handover_decided_whole",
                "(decided_by IS NULL) = (state = 'prepared')"
                " AND (decided_by IS NULL) = (decided_on IS NULL)"
                " AND (decided_by IS NULL) = (decided_at IS NULL)",
            ),
        ]


class RiskHandoverItem(Record):
    """A finding of a handover, with what it rested on when it was put there."""

    handover_id = pw.IntegerField()
    finding_id = pw.BigIntegerField(index=True)
    evidence_count = pw.IntegerField()
    amount_fen = FenField()

    class Meta:
        """A finding once in a handover."""

        primary_key = pw.CompositeKey("handover_id", "finding_id")
