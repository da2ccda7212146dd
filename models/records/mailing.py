"""Whom mails reach: contacts, attempts, bounced addresses and lines announced before their day."""

import peewee as pw

from models.records.base import (
    CodeField,
    Record,
    StateField,
    TextArrayField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.overdue import Responsible
from models.rules.words import (
    AttemptOutcome,
    BounceSource,
    FileFormat,
    MailLanguage,
    MailTopic,
)


class Contact(Record):
    """A person of an institution who is written to (联系人)."""

    id = pw.AutoField()
    party_kind = StateField(Responsible)
    party_code = CodeField()
    name = pw.TextField()
    duty = pw.TextField(null=True)
    email = pw.TextField()
    topics = TextArrayField()
    language = StateField(MailLanguage)
    file_format = StateField(FileFormat)
    active_from = pw.DateField()
    active_to = pw.DateField(null=True)
    changed_by = CodeField()
    changed_at = UtcDateTimeField()

    class Meta:
        """Promises of the contact."""

        constraints = [
            one_of("party_kind", Responsible, name="contact_party_known"),
            one_of("language", MailLanguage, name="contact_language_known"),
            one_of("file_format", FileFormat, name="contact_file_format_known"),
            promise(
                "contact_topics_known",
                "cardinality(topics) > 0 AND topics <@ ARRAY["
                + ", ".join(f"'{topic}'" for topic in MailTopic)
                + "]",
            ),
            promise("contact_ends_after_it_begins", "active_to >= active_from"),
        ]


class MailAttempt(Record):
    """One handing over of a mail: when, to whom, and what was answered."""

    id = pw.BigAutoField()
    mail_id = pw.BigIntegerField(index=True)
    attempt = pw.IntegerField()
    begun_at = UtcDateTimeField()
    #: Empty: under way, or the sender died.
    ended_at = UtcDateTimeField(null=True)
    #: A server that cannot be reached is one row, however often it was tried.
    times = pw.IntegerField(default=1, constraints=[pw.SQL("DEFAULT 1")])
    recipients = pw.TextField()
    #: The recipients the server took it for; they are not asked again.
    taken = pw.TextField(null=True)
    #: Of the first recipient: limits are by domain.
    domain = CodeField()
    outcome = StateField(AttemptOutcome, null=True)
    answer = pw.TextField(null=True)

    class Meta:
        """Promises of the attempt."""

        constraints = [one_of("outcome", AttemptOutcome, name="mail_attempt_outcome_known")]
        indexes = ((("domain", "begun_at"), False),)


class MailBounce(Record):
    """An address that takes no mail, until a person says that it is mended (退信地址)."""

    #: In small letters.
    address = CodeField(primary_key=True)
    #: The institution whose mail came back last, and that mail.
    party_kind = CodeField()
    party_code = CodeField()
    mail_id = pw.BigIntegerField()
    code = CodeField()
    answer = pw.TextField()
    source = StateField(BounceSource)
    first_seen_at = UtcDateTimeField()
    last_seen_at = UtcDateTimeField()
    times = pw.IntegerField()
    cleared_at = UtcDateTimeField(null=True)
    cleared_by = CodeField(null=True)

    class Meta:
        """Promises of the bounced address."""

        constraints = [
            one_of("source", BounceSource, name="mail_bounce_source_known"),
            promise(
                "mail_bounce_cleared_by_somebody", "(cleared_at IS NULL) = (cleared_by IS NULL)"
            ),
        ]
        indexes = ((("party_kind", "party_code"), False),)


class UpcomingLine(Record):
    """That a line was announced before its due day; once for ever."""

    line_no = CodeField(primary_key=True)
    due_on = pw.DateField()
    announced_on = pw.DateField()
    party_kind = CodeField()
    party_code = CodeField()
    mail_id = pw.BigIntegerField(index=True)
