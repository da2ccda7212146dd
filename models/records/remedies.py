"""What people answered to lateness: who knew and promised, what is excused, which measures."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    JsonField,
    Record,
    StateField,
    TextArrayField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.overdue import Responsible
from models.rules.remedies import (
    Authority,
    Channel,
    ExcuseReason,
    ExcuseState,
    MeasureKind,
    MeasureState,
)


class Acknowledgement(Record):
    """That an institution knows of its late lines, and the day by which it promised to pay."""

    id = pw.AutoField()
    party_kind = StateField(Responsible)
    party_code = CodeField()
    #: Where its lines lie: the staff of any of these areas sees it.
    area_codes = TextArrayField()
    known_on = pw.DateField()
    #: Empty: known, nothing promised.
    promised_on = pw.DateField(null=True)
    channel = StateField(Channel)
    #: The person of the institution who said it.
    said_by = pw.TextField()
    #: Number of the letter, or time of the call.
    reference = pw.TextField(null=True)
    note = pw.TextField(null=True)
    evidence_file_id = pw.BigIntegerField(null=True)
    lines_count = pw.IntegerField()
    unpaid_fen = FenField()
    made_by = CodeField()
    made_at = UtcDateTimeField()
    #: The same words about the same lines on the same day are one row.
    dedupe_key = CodeField(unique=True)

    class Meta:
        """Promises of an acknowledgement."""

        constraints = [
            one_of("party_kind", Responsible, name="acknowledgement_party_known"),
            one_of("channel", Channel, name="acknowledgement_channel_known"),
            promise("acknowledgement_has_lines", "lines_count > 0"),
            promise("acknowledgement_promises_forward", "promised_on >= known_on"),
            promise("acknowledgement_names_a_person", "btrim(said_by) <> ''"),
        ]
        indexes = ((("party_kind", "party_code"), False),)


class AcknowledgedLine(Record):
    """One line of an acknowledgement, with what was open of it that day."""

    acknowledgement_id = pw.IntegerField()
    line_no = CodeField(index=True)
    due_on = pw.DateField()
    unpaid_fen = FenField()

    class Meta:
        """A line once in an acknowledgement."""

        primary_key = pw.CompositeKey("acknowledgement_id", "line_no")


class LineExcuse(Record):
    """That somebody asked not to urge a late line for a while, and what a second person decided.

    What was asked never changes and what was decided is never decided again (ddl). Its last day
    ends it without anybody's doing.
    """

    id = pw.BigAutoField()
    #: The same for everything asked for together.
    request_no = CodeField(index=True)
    line_no = CodeField(index=True)
    hospital_code = CodeField()
    enterprise_code = CodeField()
    area_code = CodeField()
    #: Who had to act when it was asked for.
    responsible = StateField(Responsible)
    party_code = CodeField(null=True)
    due_on = pw.DateField()
    unpaid_fen = FenField()
    from_on = pw.DateField()
    #: The last day it covers; empty: until it is ended.
    until_on = pw.DateField(null=True)
    reason = StateField(ExcuseReason)
    note = pw.TextField(null=True)
    evidence_file_id = pw.BigIntegerField(null=True)
    state = StateField(ExcuseState)
    asked_by = CodeField()
    asked_at = UtcDateTimeField()
    asked_on = pw.DateField()
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    decided_on = pw.DateField(null=True)
    answer = pw.TextField(null=True)
    #: Taken back, ended early or lapsed: from this day on it covers nothing.
    ended_by = CodeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    ended_on = pw.DateField(null=True)
    end_reason = pw.TextField(null=True)

    class Meta:
        """Promises of an excuse; ddl adds: one live excuse for a line."""

        constraints = [
            one_of("reason", ExcuseReason, name="line_excuse_reason_known"),
            one_of("state", ExcuseState, name="line_excuse_state_known"),
            one_of("responsible", Responsible, name="line_excuse_responsible_known"),
            promise("line_excuse_needs_a_second_person", "decided_by <> asked_by"),
            promise(
                "line_excuse_decided_whole",
                "(decided_by IS NULL) = (decided_at IS NULL)"
                " AND (decided_by IS NULL) = (decided_on IS NULL)"
                " AND (decided_by IS NULL) = (state IN ('asked', 'withdrawn'))",
            ),
            promise(
                "line_excuse_ended_whole",
                "(ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) ="
                " (ended_on IS NULL)"
                " AND (ended_by IS NULL) = (state IN ('asked', 'granted', 'refused'))",
            ),
            promise("line_excuse_runs_forward", "until_on >= from_on"),
            promise("line_excuse_not_backdated", "from_on >= asked_on"),
            promise(
                "line_excuse_other_says_why", "reason <> 'other' OR coalesce(btrim(note), '') <> ''"
            ),
        ]
        indexes = ((("state", "area_code"), False),)


class Measure(Record):
    """A measure taken of an institution that pays late: bulletin, interview, letter, suspension."""

    id = pw.AutoField()
    #: As printed: 约谈〔2026〕3号.
    measure_no = CodeField(unique=True)
    kind = StateField(MeasureKind)
    state = StateField(MeasureState)
    party_kind = StateField(Responsible)
    party_code = CodeField()
    #: Where its lines lie: the staff of any of these areas sees it.
    area_codes = TextArrayField()
    opened_on = pw.DateField()
    #: What it is about, in the words of who made it.
    words = pw.TextField()
    #: What was late that day.
    lines_count = pw.IntegerField()
    unpaid_fen = FenField()
    interest_fen = FenField()
    days_late_max = pw.IntegerField()
    #: An interview: when, where, who is asked to come; who came and what was agreed.
    meet_on = pw.DateField(null=True)
    meet_time = pw.TextField(null=True)
    place = pw.TextField(null=True)
    invited = pw.TextField(null=True)
    attended = pw.TextField(null=True)
    outcome = pw.TextField(null=True)
    #: By when it is to be put right.
    rectify_by_on = pw.DateField(null=True)
    #: A suspension: its first and last day, and what a second person decided.
    from_on = pw.DateField(null=True)
    until_on = pw.DateField(null=True)
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    decided_on = pw.DateField(null=True)
    answer = pw.TextField(null=True)
    #: Revoked, withdrawn or lifted: by whom, since when, why.
    ended_by = CodeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    ended_on = pw.DateField(null=True)
    end_reason = pw.TextField(null=True)
    made_by = CodeField()
    made_at = UtcDateTimeField()
    #: The same wish sent twice is one measure.
    dedupe_key = CodeField(unique=True)

    class Meta:
        """Promises of a measure; ddl adds: one suspension of an institution at a time."""

        constraints = [
            one_of("kind", MeasureKind, name="measure_kind_known"),
            one_of("state", MeasureState, name="measure_state_known"),
            one_of("party_kind", Responsible, name="measure_party_known"),
            promise("measure_rests_on_lines", "lines_count > 0"),
            promise(
                "measure_state_fits_its_kind",
                "CASE kind WHEN 'interview' THEN state IN"
                " ('planned', 'held', 'missed', 'revoked')"
                " WHEN 'suspension' THEN state IN"
                " ('proposed', 'in_force', 'refused', 'withdrawn', 'lifted', 'lapsed')"
                " ELSE state IN ('issued', 'revoked') END",
            ),
            promise(
                "measure_interview_has_day_and_place",
                "kind <> 'interview' OR (meet_on IS NOT NULL AND place IS NOT NULL)",
            ),
            promise(
                "measure_interview_held_says_what",
                "state <> 'held' OR (attended IS NOT NULL AND outcome IS NOT NULL)",
            ),
            promise(
                "measure_suspension_has_its_day",
                "(kind = 'suspension') = (from_on IS NOT NULL)",
            ),
            promise("measure_runs_forward", "until_on >= from_on"),
            promise("measure_suspension_needs_a_second_person", "decided_by <> made_by"),
            promise(
                "measure_decided_whole",
                "(decided_by IS NULL) = (decided_at IS NULL)"
                " AND (decided_by IS NULL) = (decided_on IS NULL)"
                " AND (decided_by IS NOT NULL)"
                " = (state IN ('in_force', 'refused', 'lifted', 'lapsed'))",
            ),
            promise(
                "measure_ended_whole",
                "(ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) ="
                " (ended_on IS NULL)"
                " AND (ended_by IS NOT NULL)"
                " = (state IN ('revoked', 'withdrawn', 'lifted', 'lapsed'))",
            ),
        ]
        indexes = ((("party_kind", "party_code"), False),)


class MeasureStep(Record):
    """A recorded step of the ladder that a measure rests on, with what was open that day."""

    measure_id = pw.IntegerField()
    line_no = CodeField(index=True)
    step = pw.IntegerField()
    due_on = pw.DateField()
    days_late = pw.IntegerField()
    unpaid_fen = FenField()

    class Meta:
        """A line once in a measure."""

        primary_key = pw.CompositeKey("measure_id", "line_no")


class MeasureCopy(Record):
    """That an authority got a copy of a measure, when and by which letter."""

    id = pw.AutoField()
    measure_id = pw.IntegerField(index=True)
    authority = StateField(Authority)
    #: The authority's own name, as 某市卫生健康委员会.
    name = pw.TextField()
    copied_on = pw.DateField()
    letter_no = pw.TextField(null=True)
    made_by = CodeField()
    made_at = UtcDateTimeField()

    class Meta:
        """The same authority on the same day once."""

        constraints = [one_of("authority", Authority, name="measure_copy_authority_known")]
        indexes = ((("measure_id", "authority", "name", "copied_on"), True),)


class MeasureEvent(Record):
    """What happened to a measure, added and never edited."""

    id = pw.AutoField()
    measure_id = pw.IntegerField(index=True)
    move = CodeField()
    from_state = CodeField(null=True)
    to_state = CodeField()
    happened_on = pw.DateField()
    happened_at = UtcDateTimeField()
    actor = CodeField()
    facts = JsonField()


class MeasureFile(Record):
    """A document of a measure: the minutes, the letter, the receipt."""

    id = pw.AutoField()
    measure_id = pw.IntegerField(index=True)
    file_id = pw.BigIntegerField(unique=True)
    made_by = CodeField()
    made_at = UtcDateTimeField()
