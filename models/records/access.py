"""Who may sign in and act, and the chain of what everybody did."""

import peewee as pw

from models.records.base import CodeField, JsonField, Record, StateField, UtcDateTimeField, one_of
from models.rules.words import Role


class User(Record):
    """A person of an agency, hospital or enterprise."""

    name = CodeField(primary_key=True)
    full_name = pw.TextField()
    role = StateField(Role)
    #: 'all' or an area code: rows of that area and below.
    area_code = CodeField()
    #: hospital_code or credit_code for the roles hospital and enterprise.
    party_code = CodeField(null=True)
    email = pw.TextField(null=True)
    password_hash = pw.TextField(null=True)
    active = pw.BooleanField(default=True, constraints=[pw.SQL("DEFAULT true")])
    failed_count = pw.IntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    locked_until = UtcDateTimeField(null=True)
    last_seen_at = UtcDateTimeField(null=True)
    language = CodeField(default="zh", constraints=[pw.SQL("DEFAULT 'zh'")])
    created_at = UtcDateTimeField()

    class Meta:
        """Promises of a user."""

        table_name = "app_user"
        constraints = [one_of("role", Role, name="user_role_known")]


class ApiToken(Record):
    """A token with which another system acts as a user; only its hash is kept."""

    id = pw.AutoField()
    token_hash = CodeField(unique=True)
    user_name = CodeField(index=True)
    label = pw.TextField()
    created_at = UtcDateTimeField()
    revoked_at = UtcDateTimeField(null=True)


class IdempotencyKey(Record):
    """A key another system sent with a request: same key and content, same first answer."""

    user_name = CodeField()
    key = CodeField()
    payload_sha256 = CodeField()
    answer = JsonField()
    status = pw.IntegerField()
    made_at = UtcDateTimeField()

    class Meta:
        """A key belongs to one user."""

        primary_key = pw.CompositeKey("user_name", "key")


class AuditEvent(Record):
    """One thing somebody did; each row's hash covers the row before it."""

    id = pw.BigAutoField()
    happened_at = UtcDateTimeField()
    actor = CodeField()
    action = CodeField(index=True)
    subject = CodeField(index=True)
    facts = JsonField()
    prev_hash = CodeField(unique=True)
    hash = CodeField(unique=True)
