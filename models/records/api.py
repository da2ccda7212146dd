"""Who calls from other systems: keys of institutions, used nonces, requests already answered."""

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
from models.rules.api_keys import KEY_ROLES, LIFE_DAYS_MAX
from models.rules.words import Role


class ApiKey(Record):
    """A key of one system of one institution; only its hash is kept."""

    id = pw.AutoField()
    key_hash = CodeField(unique=True)
    #: First characters, by which people tell keys apart.
    hint = CodeField()
    label = pw.TextField()
    role = StateField(Role)
    #: 'all' or an area code: rows of that area and below.
    area_code = CodeField()
    #: hospital_code or credit_code of the seats.
    party_code = CodeField(null=True)
    #: send:<table> and read:<what>.
    permissions = TextArrayField()
    #: CIDR; empty: from anywhere.
    addresses = TextArrayField()
    #: sha256 of the client's certificate, where the proxy must have seen it.
    certificate_sha256 = CodeField(null=True)
    #: Encrypted; present: every request must be signed.
    sealed_signing_secret = pw.TextField(null=True)
    expires_on = pw.DateField()
    made_by = CodeField()
    made_at = UtcDateTimeField()
    #: Written at most once a minute.
    last_used_at = UtcDateTimeField(null=True)
    last_used_from = CodeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    ended_by = CodeField(null=True)

    class Meta:
        """Promises of a key (ddl adds: what it may do never changes, an end is for ever)."""

        constraints = [
            one_of("role", KEY_ROLES, name="api_key_role_known"),
            promise(
                "api_key_seat_has_its_party",
                "(role IN ('hospital', 'enterprise')) = (party_code IS NOT NULL)",
            ),
            promise("api_key_may_something", "cardinality(permissions) > 0"),
            promise("api_key_ended_by_somebody", "(ended_at IS NULL) = (ended_by IS NULL)"),
            promise(
                "api_key_ends",
                f"expires_on <= (made_at AT TIME ZONE 'Asia/Shanghai')::date + {LIFE_DAYS_MAX}",
            ),
        ]
        indexes = ((("party_code",), False),)


class ApiNonce(Record):
    """That a signed request of a key was seen: the same again is refused."""

    key_id = pw.IntegerField()
    nonce = CodeField()
    seen_at = UtcDateTimeField(index=True)

    class Meta:
        """Once for a key."""

        primary_key = pw.CompositeKey("key_id", "nonce")


class ApiRequest(Record):
    """A writing request that was answered: the same key and content get the same answer."""

    #: Role and institution: a new key of the institution knows the requests of the old one.
    owner = CodeField()
    key = CodeField()
    payload_sha256 = CodeField()
    answer = JsonField()
    status = pw.IntegerField()
    made_at = UtcDateTimeField(index=True)

    class Meta:
        """An Idempotency-Key belongs to one institution."""

        primary_key = pw.CompositeKey("owner", "key")
