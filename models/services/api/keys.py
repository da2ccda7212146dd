"""Keys of other systems: made for an institution, known by their hash, ended by a person or a day.

A key acts as an actor of its role and institution, so rights and rows are those of a user there.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models import clock
from models.records.api import ApiKey
from models.records.base import db, sql
from models.rules import api_keys
from models.rules.errors.api import KeyLabel, NoPermission, UnknownKey
from models.rules.rights import ROLES
from models.rules.words import Role
from models.schemas import tables
from models.services import access, audit, sealing
from models.services.access import Actor
from models.services.api import institutions

SIGNING = "api signing"
KEY_BYTES = 32
#: What of a key is shown where it must be told from others.
HINT_CHARS = 9
LABEL_CHARS_MAX = 100
#: The last use is written when it is older than this.
USED_SECONDS = 60


@dataclass(frozen=True)
class Wish:
    """What a key shall be."""

    label: str
    role: str
    permissions: Sequence[str]
    expires_on: date
    area_code: str = access.ALL_AREAS
    party_code: str | None = None
    addresses: str = ""
    certificate: str = ""
    signed: bool = False


@dataclass(frozen=True)
class Made:
    """A new key: its secrets are told once and never kept readable."""

    key: ApiKey
    secret: str
    signing_secret: str | None


def sendable(role: str) -> list[str]:
    """Return the tables a role may send (file formats §4)."""
    return [
        schema.about.kind for schema in tables.ALL if access.may_import(role, schema.about.kind)
    ]


def permissions(role: str) -> tuple[str, ...]:
    """Return everything a key of the role may be allowed."""
    found = api_keys.permissions(sendable(role))
    if "problem_report" in access.MAY.get(role, frozenset()):
        found += (api_keys.sends(api_keys.PROBLEMS),)
    return found


def make(wish: Wish, actor: Actor) -> Made:
    """Make a key for an institution within the actor's rows and return it with its secrets.

    Raises NotAllowed, UnknownInstitution, NoPermission, KeyTooLong, BadAddresses, BadFingerprint,
    KeyLabel.
    """
    access.require(actor, "api_keys")
    place = institutions.place(wish.role, wish.area_code, wish.party_code, actor)
    allowed = permissions(wish.role)
    chosen = [one for one in allowed if one in set(wish.permissions)]
    if not chosen or set(wish.permissions) - set(allowed):
        role_zh, role_en = ROLES[wish.role]
        raise NoPermission(role=role_zh, role_en=role_en)
    label = wish.label.strip()
    if not 0 < len(label) <= LABEL_CHARS_MAX:
        raise KeyLabel
    secret = "zj_" + secrets.token_urlsafe(KEY_BYTES)
    signing = "zs_" + secrets.token_urlsafe(KEY_BYTES) if wish.signed else None
    with db.atomic():
        key = ApiKey.create(
            key_hash=key_hash(secret),
            hint=secret[:HINT_CHARS],
            label=label,
            role=Role(wish.role),
            area_code=place.area_code,
            party_code=place.party_code,
            permissions=chosen,
            addresses=api_keys.networks(wish.addresses),
            certificate_sha256=(
                api_keys.fingerprint(wish.certificate) if wish.certificate.strip() else None
            ),
            sealed_signing_secret=sealing.seal(signing, SIGNING) if signing else None,
            expires_on=api_keys.check_last_day(wish.expires_on, clock.today()),
            made_by=actor.name,
            made_at=clock.now(),
        )
        audit.wrote(
            "api_key.made",
            actor=actor.name,
            subject=f"api_key:{key.id}",
            label=label,
            role=wish.role,
            area_code=place.area_code,
            party_code=place.party_code,
            permissions=chosen,
            expires_on=wish.expires_on,
        )
    return Made(key, secret, signing)


def end(key_id: int, actor: Actor) -> None:
    """End a key; requests with it are refused from now on. A second time changes nothing.

    Raises UnknownKey for one outside the actor's rows, NotAllowed.
    """
    access.require(actor, "api_keys")
    with db.atomic():
        key = ApiKey.get_or_none(ApiKey.id == key_id)
        if key is None or not institutions.is_within(key, actor):
            raise UnknownKey
        ended = (
            ApiKey.update(ended_at=clock.now(), ended_by=actor.name)
            .where(ApiKey.id == key_id, ApiKey.ended_at.is_null())
            .execute()
        )
        if ended:
            audit.wrote(
                "api_key.ended", actor=actor.name, subject=f"api_key:{key_id}", label=key.label
            )


def key_hash(secret: str) -> str:
    """Return what is kept of a key: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def of_secret(secret: str) -> ApiKey | None:
    """Return the live key with this secret, or None."""
    found: ApiKey | None = ApiKey.get_or_none(
        ApiKey.key_hash == key_hash(secret),
        ApiKey.ended_at.is_null(),
        ApiKey.expires_on >= clock.today(),
    )
    return found


def signing_secret(key: ApiKey) -> str | None:
    """Return the secret the key's requests must be signed with, None where they need not."""
    sealed = key.sealed_signing_secret
    return sealing.unseal(sealed, SIGNING) if sealed else None


def used(key: ApiKey, address: str) -> None:
    """Note that a key was used and from where, at most once a minute."""
    now = clock.now()
    if key.last_used_at is not None and now - key.last_used_at < timedelta(seconds=USED_SECONDS):
        return
    ApiKey.update(last_used_at=now, last_used_from=address).where(
        ApiKey.id == key.id, ApiKey.ended_at.is_null()
    ).execute()


_KEEP_NONCE = """
INSERT INTO api_nonce (key_id, nonce, seen_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""


def take_nonce(key: ApiKey, nonce: str) -> bool:
    """Return whether the nonce is new for the key; from now on it is not."""
    return bool(sql(_KEEP_NONCE, (key.id, nonce, clock.now())).rowcount)


def owner(actor: Actor) -> str:
    """Return the institution behind an actor: requests are known to all of its keys."""
    return f"{actor.role}:{actor.party_code or actor.area_code}"


#: Nonces are kept as long as their time could still be accepted; answers long enough for anybody.
NONCE_SECONDS = 2 * api_keys.TIME_SECONDS + 60
REQUEST_DAYS = 90


def tidy(rows_max: int) -> int:
    """Remove nonces and answers nobody can ask for any more; return how many."""
    removed = 0
    for table, key, column, age in (
        ("api_nonce", "(key_id, nonce)", "seen_at", timedelta(seconds=NONCE_SECONDS)),
        ("api_request", "(owner, key)", "made_at", timedelta(days=REQUEST_DAYS)),
    ):
        names = key.strip("()")
        removed += sql(
            f"DELETE FROM {table} WHERE {key} IN (SELECT {names} FROM {table}"
            f" WHERE {column} < %s LIMIT %s)",
            (clock.now() - age, rows_max),
        ).rowcount
    return removed


_NAMES = """
SELECT %(prefix)s || id FROM api_key
 WHERE role = %(role)s AND party_code IS NOT DISTINCT FROM %(party)s
   AND (party_code IS NOT NULL OR area_code = %(area)s)
"""


def names(actor: Actor) -> list[str]:
    """Return the names under which keys of the actor's institution ask for work, ended ones too."""
    told = {
        "prefix": api_keys.ACTOR_PREFIX,
        "role": str(actor.role),
        "area": actor.area_code,
        "party": actor.party_code,
    }
    return [row[0] for row in sql(_NAMES, told)]
