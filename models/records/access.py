"""Who may sign in and act, and the chain of what everybody did."""

import peewee as pw

from models.records.base import (
    CodeField,
    JsonField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
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
    #: Empty: when it was set is not known.
    password_set_at = UtcDateTimeField(null=True)
    #: Somebody else knows it: the user chooses an own one before anything else.
    password_by_other = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])
    #: Keeper of an institution (机构管理员): invites its colleagues.
    keeper = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])
    active = pw.BooleanField(default=True, constraints=[pw.SQL("DEFAULT true")])
    failed_count = pw.IntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    locked_until = UtcDateTimeField(null=True)
    last_seen_at = UtcDateTimeField(null=True)
    language = CodeField(default="zh", constraints=[pw.SQL("DEFAULT 'zh'")])
    created_at = UtcDateTimeField()

    class Meta:
        """Promises of a user."""

        table_name = "app_user"
        constraints = [
            one_of("role", Role, name="user_role_known"),
            promise("user_is_no_key", "left(name, 4) <> 'api:'"),
            promise("user_keeper_has_institution", "NOT keeper OR party_code IS NOT NULL"),
        ]


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
