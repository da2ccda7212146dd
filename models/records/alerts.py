"""Overdue steps that were recorded and the mails that told people."""

import peewee as pw

from models.records.base import CodeField, JsonField, Record, StateField, UtcDateTimeField, one_of
from models.rules.words import MailLanguage, MailState


class OverdueStep(Record):
    """That a line reached a step of the ladder, with what proved it that day; once for ever."""

    line_no = CodeField()
    step = pw.IntegerField()
    recorded_on = pw.DateField()
    recorded_at = UtcDateTimeField()
    facts = JsonField()

    class Meta:
        """One event for a line and step."""

        primary_key = pw.CompositeKey("line_no", "step")


class Mail(Record):
    """A mail in the outbox: what is sent, to whom, and how far it got."""

    id = pw.AutoField()
    #: overdue, top_up, account_change, returned_payment, ...
    kind = CodeField()
    #: hospital, enterprise or agency, with its code
    party_kind = CodeField()
    party_code = CodeField()
    to_address = pw.TextField()
    copy_addresses = pw.TextField(null=True)
    subject = pw.TextField()
    body_text = pw.TextField()
    body_html = pw.TextField()
    attachment_file_id = pw.BigIntegerField(null=True)
    business_on = pw.DateField()
    state = StateField(MailState)
    attempts = pw.IntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    next_try_at = UtcDateTimeField(null=True)
    #: The hour its agency sends at; empty: at once.
    not_before = UtcDateTimeField(null=True)
    #: Empty: nobody said, so Chinese with a short English part.
    language = StateField(MailLanguage, null=True)
    last_error = pw.TextField(null=True)
    created_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(null=True)
    #: One reminder for an institution and day.
    dedupe_key = CodeField(unique=True)

    class Meta:
        """Promises of a mail."""

        constraints = [
            one_of("state", MailState, name="mail_state_known"),
            one_of("language", MailLanguage, name="mail_language_known"),
        ]
        indexes = (
            (("state", "next_try_at"), False),
            (("party_kind", "party_code"), False),
        )


class MailLine(Record):
    """The lines and steps that called for a mail; repetition counts from here."""

    mail_id = pw.BigIntegerField()
    line_no = CodeField()
    step = pw.IntegerField()
    mailed_on = pw.DateField()

    class Meta:
        """One row for a mail, line and step."""

        primary_key = pw.CompositeKey("mail_id", "line_no", "step")
        indexes = ((("line_no", "step"), False),)


class MailFact(Record):
    """A fact an institution was told of by mail: each fact is told to each of them once."""

    #: event:<id of a payment's move> or case:<id of an exception>
    fact = CodeField()
    party_kind = CodeField()
    party_code = CodeField()
    mail_id = pw.BigIntegerField(index=True)

    class Meta:
        """The same fact is told to the same institution once."""

        primary_key = pw.CompositeKey("fact", "party_kind", "party_code")
