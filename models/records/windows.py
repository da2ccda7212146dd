"""What awaits whom until when: windows of confirmation, disputes and what was said about them."""

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
from models.rules.windows import Advice, DisputeEnd, DisputeState, WindowKind, WindowState
from models.rules.words import ConfirmUnit, HolidayShift, Party, Silence


class ConfirmWindow(Record):
    """One party's time to answer for one line (确认时限), with the terms it was opened under."""

    id = pw.BigAutoField()
    line_no = CodeField()
    party = StateField(Party)
    #: The how-manieth window of the line and party.
    round_no = pw.IntegerField()
    kind = StateField(WindowKind)
    hospital_code = CodeField()
    enterprise_code = CodeField()
    area_code = CodeField()
    amount_fen = FenField()
    #: The month the line belongs to.
    period = CodeField()
    scheme_code = CodeField()
    scheme_valid_from = pw.DateField()
    #: Empty for an application that no day is named for.
    days = pw.IntegerField(null=True)
    unit = StateField(ConfirmUnit)
    holiday_shift = StateField(HolidayShift)
    silence = StateField(Silence)
    revocable_days = pw.IntegerField(null=True)
    opened_on = pw.DateField()
    due_on = pw.DateField(null=True)
    state = StateField(WindowState)
    #: The business day on which it left `open` or `escalated` for good.
    closed_on = pw.DateField(null=True)
    #: The day the party spoke, by its own word.
    answered_on = pw.DateField(null=True)
    #: The first day on which another window may open.
    next_on = pw.DateField(null=True)
    #: The instant of the automatic confirmation: with line and party it names that very row.
    automatic_at = UtcDateTimeField(null=True)
    revocable_until = pw.DateField(null=True)
    revoked_by = CodeField(null=True)
    #: Mails that told of the opening, of the day coming near, and of the silence.
    opened_mail_id = pw.BigIntegerField(null=True)
    soon_mail_id = pw.BigIntegerField(null=True)
    silent_mail_id = pw.BigIntegerField(null=True)
    agency_mail_id = pw.BigIntegerField(null=True)

    class Meta:
        """Promises of a window; window_guard adds: one running window for a line and party."""

        constraints = [
            one_of("party", Party, name="confirm_window_party_known"),
            one_of("kind", WindowKind, name="confirm_window_kind_known"),
            one_of("unit", ConfirmUnit, name="confirm_window_unit_known"),
            one_of("holiday_shift", HolidayShift, name="confirm_window_shift_known"),
            one_of("silence", Silence, name="confirm_window_silence_known"),
            one_of("state", WindowState, name="confirm_window_state_known"),
            promise("confirm_window_runs_forward", "due_on >= opened_on"),
            promise(
                "confirm_window_answer_has_its_day", "kind = 'apply' OR (due_on, days) IS NOT NULL"
            ),
            promise(
                "confirm_window_closed_has_a_day",
                "(closed_on IS NULL) = (state IN ('open', 'escalated'))",
            ),
            promise(
                "confirm_window_automatic_only_by_its_terms",
                "automatic_at IS NULL OR (silence = 'auto_confirm' AND kind = 'answer'"
                " AND automatic_at >= (due_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')",
            ),
            promise(
                "confirm_window_automatic_has_its_instant",
                "(automatic_at IS NOT NULL)"
                " = (state IN ('auto_confirmed', 'revoked', 'overruled'))",
            ),
        ]
        indexes = (
            (("line_no", "party", "round_no"), True),
            (("hospital_code", "state"), False),
            (("enterprise_code", "state"), False),
        )


class LineDispute(Record):
    """That a party disputes a line (异议); it ends by what is done, never by advice."""

    id = pw.BigAutoField()
    line_no = CodeField(index=True)
    party = StateField(Party)
    hospital_code = CodeField()
    enterprise_code = CodeField()
    area_code = CodeField()
    amount_fen = FenField()
    #: What the party holds to be right.
    claimed_fen = FenField()
    reason = pw.TextField(null=True)
    #: The instant of the word that opened it.
    said_at = UtcDateTimeField()
    opened_on = pw.DateField()
    due_on = pw.DateField(null=True)
    state = StateField(DisputeState)
    advice = StateField(Advice, null=True)
    advice_words = pw.TextField(null=True)
    advised_by = CodeField(null=True)
    advised_on = pw.DateField(null=True)
    closed_on = pw.DateField(null=True)
    ended = StateField(DisputeEnd, null=True)

    class Meta:
        """Promises of a dispute; window_guard adds: one live dispute for a line and party."""

        constraints = [
            one_of("party", Party, name="line_dispute_party_known"),
            one_of("state", DisputeState, name="line_dispute_state_known"),
            one_of("advice", Advice, name="line_dispute_advice_known"),
            one_of("ended", DisputeEnd, name="line_dispute_end_known"),
            promise(
                "line_dispute_closed_whole",
                "(closed_on IS NULL) = (state <> 'closed')"
                " AND (closed_on IS NULL) = (ended IS NULL)",
            ),
            promise(
                "line_dispute_advised_whole",
                "(advice IS NULL) = (advised_by IS NULL)"
                " AND (advice IS NULL) = (advised_on IS NULL)"
                " AND (state <> 'advised' OR advice IS NOT NULL)",
            ),
        ]
        indexes = ((("state", "due_on"), False),)


class DisputeWord(Record):
    """What somebody said about a dispute, with a document; added and never edited."""

    id = pw.BigAutoField()
    dispute_id = pw.BigIntegerField(index=True)
    #: hospital, enterprise or agency.
    side = CodeField()
    words = pw.TextField()
    #: Set where the agency advised.
    advice = StateField(Advice, null=True)
    file_id = pw.BigIntegerField(null=True)
    said_by = CodeField()
    said_on = pw.DateField()
    said_at = UtcDateTimeField()

    class Meta:
        """Promises of a word."""

        constraints = [
            one_of("side", ("hospital", "enterprise", "agency"), name="dispute_word_side_known"),
            one_of("advice", Advice, name="dispute_word_advice_known"),
            promise("dispute_word_says_something", "btrim(words) <> ''"),
        ]
