"""Papers about the execution of procurement, their rules, and what hospitals must put right."""

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
from models.rules.papers import PaperKind, PaperState, RectificationState

_KINDS = ", ".join(f"'{kind}'" for kind in PaperKind)


class CadenceRule(Record):
    """Which papers an area makes by the clock, and who must come to an interview (监测规则)."""

    area_code = CodeField()
    valid_from = pw.DateField()
    valid_to = pw.DateField(null=True)
    kinds = TextArrayField()
    #: Percentage points behind time, in basis points; empty: nobody is asked for it.
    progress_gap_bp = pw.IntegerField(null=True)
    lagging_products = pw.IntegerField(null=True)
    settlement_rate_bp = pw.IntegerField(null=True)
    online_rate_bp = pw.IntegerField(null=True)
    #: Findings about taking part that are not settled (参与问题): from so many on.
    participation_findings = pw.IntegerField(null=True)
    #: Days a hospital has to answer a rectification.
    rectify_days = pw.IntegerField()
    #: The health department of the same level, and who else gets copies (`;`).
    health_department = pw.TextField(null=True)
    copy_to = pw.TextField(null=True)

    class Meta:
        """One row for an area and day."""

        primary_key = pw.CompositeKey("area_code", "valid_from")
        constraints = [
            promise("cadence_rule_ends_after_it_began", "valid_to >= valid_from"),
            promise("cadence_rule_kinds_known", f"kinds <@ ARRAY[{_KINDS}]"),
            promise("cadence_rule_answers_in_days", "rectify_days BETWEEN 1 AND 366"),
        ]


class Paper(Record):
    """One version of a paper; what it says never changes (guard), its state does."""

    id = pw.AutoField()
    kind = StateField(PaperKind)
    #: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026
    span = CodeField()
    #: The area it is about, with all below.
    area_code = CodeField(index=True)
    version = pw.IntegerField()
    state = StateField(PaperState)
    #: As printed, from the day it is sent: 采购通报〔2026〕3号.
    paper_no = CodeField(null=True, unique=True)
    due_on = pw.DateField(null=True)
    content = JsonField()
    content_hash = CodeField()
    docx_file_id = pw.BigIntegerField(null=True)
    xlsx_file_id = pw.BigIntegerField(null=True)
    made_by = CodeField()
    made_at = UtcDateTimeField()
    made_on = pw.DateField()
    reviewed_by = CodeField(null=True)
    reviewed_at = UtcDateTimeField(null=True)
    #: Why it was last given back.
    reason = pw.TextField(null=True)
    sent_by = CodeField(null=True)
    sent_at = UtcDateTimeField(null=True)
    sent_on = pw.DateField(null=True)
    #: Withdrawn, dropped or replaced: by whom, when, why.
    ended_by = CodeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    end_reason = pw.TextField(null=True)

    class Meta:
        """One version is one paper (the guard adds: one open, one in force)."""

        indexes = ((("kind", "span", "area_code", "version"), True),)
        constraints = [
            one_of("kind", PaperKind, name="paper_kind_known"),
            one_of("state", PaperState, name="paper_state_known"),
            promise("paper_two_persons", "reviewed_by <> made_by"),
            promise(
                "paper_sent_whole",
                "state IN ('draft', 'reviewed', 'dropped') = (sent_on IS NULL)"
                " AND (sent_on IS NULL) = (paper_no IS NULL)"
                " AND (sent_on IS NULL OR reviewed_by IS NOT NULL)",
            ),
            promise(
                "paper_ended_whole",
                "(state IN ('dropped', 'withdrawn', 'replaced')) = (ended_at IS NOT NULL)",
            ),
        ]


class PaperHospital(Record):
    """What a paper says of one hospital: its place, what it missed, why it must come."""

    paper_id = pw.IntegerField()
    hospital_code = CodeField(index=True)
    #: Place by progress against time; empty without contracts.
    place = pw.IntegerField(null=True)
    #: Sentences on targets that were missed.
    missed = TextArrayField()
    #: Why it is on the interview list; empty: it is not.
    reasons = TextArrayField()
    words = TextArrayField()

    class Meta:
        """One row for a paper and hospital; added, never edited."""

        primary_key = pw.CompositeKey("paper_id", "hospital_code")


class Rectification(Record):
    """What a hospital is asked to put right, by when, and what came of it (整改)."""

    id = pw.AutoField()
    #: 整改〔2026〕3号
    rectification_no = CodeField(unique=True)
    hospital_code = CodeField(index=True)
    area_code = CodeField(index=True)
    #: The paper whose interview list it comes from; empty: opened by hand.
    paper_id = pw.IntegerField(null=True)
    #: What was found, and what is asked.
    findings = pw.TextField()
    demand = pw.TextField()
    #: The interview, where there is one.
    meet_on = pw.DateField(null=True)
    place = pw.TextField(null=True)
    #: The day by which the hospital answers.
    answer_by_on = pw.DateField()
    state = StateField(RectificationState)
    opened_by = CodeField()
    opened_at = UtcDateTimeField()
    opened_on = pw.DateField()
    #: The hospital's plan, the day it promised, its document.
    plan = pw.TextField(null=True)
    promised_on = pw.DateField(null=True)
    file_id = pw.BigIntegerField(null=True)
    answered_by = CodeField(null=True)
    answered_at = UtcDateTimeField(null=True)
    answered_on = pw.DateField(null=True)
    #: What the agency last said.
    reply = pw.TextField(null=True)
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    closed_on = pw.DateField(null=True)

    class Meta:
        """Promises of a rectification."""

        indexes = ((("paper_id", "hospital_code"), True),)
        constraints = [
            one_of("state", RectificationState, name="rectification_state_known"),
            promise(
                "rectification_answered_whole",
                "(state IN ('answered', 'accepted', 'closed')) <= (plan IS NOT NULL"
                " AND promised_on IS NOT NULL AND answered_by IS NOT NULL)",
            ),
            promise(
                "rectification_closed_has_its_day", "(state = 'closed') = (closed_on IS NOT NULL)"
            ),
            promise("rectification_answer_after_opening", "answer_by_on >= opened_on"),
        ]


class RectificationEvent(Record):
    """What happened to a rectification, added and never edited."""

    id = pw.AutoField()
    rectification_id = pw.IntegerField(index=True)
    move = CodeField()
    to_state = CodeField()
    happened_on = pw.DateField()
    happened_at = UtcDateTimeField()
    actor = CodeField()
    words = pw.TextField(null=True)
    #: The day to answer or the day promised, as the move says.
    day = pw.DateField(null=True)
    file_id = pw.BigIntegerField(null=True)
