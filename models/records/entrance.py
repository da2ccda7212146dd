"""How people come in: sessions, attempts, second factors, passwords of before, links."""

import peewee as pw

from models.records.base import CodeField, Record, StateField, UtcDateTimeField, one_of, promise
from models.rules.entrance import AttemptResult, LinkPurpose, SessionEnd


class UserSession(Record):
    """One browser that signed in; it keeps a random number, we keep the hash of it."""

    id = pw.BigAutoField()
    number_hash = CodeField(unique=True)
    user_name = CodeField()
    began_at = UtcDateTimeField()
    seen_at = UtcDateTimeField()
    #: When the person last proved to be there; money acts ask for a fresh proof.
    confirmed_at = UtcDateTimeField()
    #: Whether six figures or a recovery code were given.
    second_factor = pw.BooleanField()
    address = CodeField()
    agent = pw.TextField()
    ended_at = UtcDateTimeField(null=True)
    ended_as = StateField(SessionEnd, null=True)

    class Meta:
        """Promises of a session."""

        table_name = "user_session"
        constraints = [
            one_of("ended_as", SessionEnd, name="user_session_end_known"),
            promise("user_session_ends_somehow", "(ended_at IS NULL) = (ended_as IS NULL)"),
        ]
        indexes = ((("user_name", "began_at"), False),)


class SignInAttempt(Record):
    """One try to come in, whatever became of it; what was typed is not kept."""

    id = pw.BigAutoField()
    happened_at = UtcDateTimeField()
    #: Empty: there is no such user.
    user_name = CodeField(null=True)
    address = CodeField()
    agent = pw.TextField()
    result = StateField(AttemptResult)

    class Meta:
        """Promises of an attempt; it is never edited."""

        constraints = [one_of("result", AttemptResult, name="sign_in_attempt_result_known")]
        indexes = ((("address", "happened_at"), False), (("user_name", "happened_at"), False))


class SecondFactor(Record):
    """The secret that a telephone and we share, sealed; on once a code of it was right."""

    user_name = CodeField(primary_key=True)
    sealed_secret = pw.TextField()
    begun_at = UtcDateTimeField()
    on_since = UtcDateTimeField(null=True)
    #: Half minute (since 1970) of the last code taken: none is taken twice.
    last_step = pw.BigIntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])


class RecoveryCode(Record):
    """A code for the day the telephone is lost; only its hash is kept, good once."""

    id = pw.AutoField()
    user_name = CodeField()
    code_hash = CodeField()
    made_at = UtcDateTimeField()
    used_at = UtcDateTimeField(null=True)

    class Meta:
        """Promises of a recovery code."""

        indexes = ((("user_name", "code_hash"), True),)


class PasswordUsed(Record):
    """A password a user had, as its hash: the last ones are not taken again."""

    id = pw.BigAutoField()
    user_name = CodeField(index=True)
    password_hash = pw.TextField()
    set_at = UtcDateTimeField()


class PasswordLink(Record):
    """A link to choose a first or a new password; its number is computed, in no table."""

    id = pw.AutoField()
    user_name = CodeField()
    purpose = StateField(LinkPurpose)
    nonce = CodeField()
    made_at = UtcDateTimeField()
    made_by = CodeField()
    expires_at = UtcDateTimeField()
    used_at = UtcDateTimeField(null=True)
    #: A newer link took its place, or the user was made inactive.
    ended_at = UtcDateTimeField(null=True)

    class Meta:
        """Promises of a link; one open link for a user by an index of ddl.py."""

        constraints = [
            one_of("purpose", LinkPurpose, name="password_link_purpose_known"),
            promise("password_link_used_or_ended", "used_at IS NULL OR ended_at IS NULL"),
            promise("password_link_has_a_life", "expires_at > made_at"),
        ]
        indexes = ((("user_name",), False),)
