"""Users: made by an administrator, known by their argon2 password, locked after wrong ones."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models import clock
from models.records.access import ApiToken, User
from models.records.base import db
from models.rules.errors.access import UnknownUser
from models.rules.errors.signin import (
    PartyNeeded,
    PasswordTooWeak,
    SignInRefused,
    UserExists,
    UserLocked,
)
from models.rules.words import Role
from models.services import audit

PASSWORD_LENGTH_MIN = 8
FAILURES_MAX = 5
LOCK_MINUTES = 15
TOKEN_BYTES = 32

#: Roles that sit in an institution and see its rows only.
SEATS = frozenset({Role.HOSPITAL, Role.ENTERPRISE})

_hasher = PasswordHasher()
#: Verified when there is no such user, so that both answers take the same time.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def _check_strength(name: str, password: str) -> None:
    good = (
        len(password) >= PASSWORD_LENGTH_MIN
        and re.search(r"[A-Za-z]", password)
        and re.search(r"[0-9]", password)
        and name.lower() not in password.lower()
    )
    if not good:
        raise PasswordTooWeak(length=PASSWORD_LENGTH_MIN)


def create(
    name: str,
    role: Role,
    area_code: str,
    *,
    party_code: str | None = None,
    password: str | None = None,
    full_name: str | None = None,
    email: str | None = None,
    by: str = "system",
) -> User:
    """Make a user and return it; without a password nobody can sign in as this user yet.

    Raises UserExists, PartyNeeded (seats need their institution), PasswordTooWeak.
    """
    if role in SEATS and not party_code:
        raise PartyNeeded(role=str(role))
    if password is not None:
        _check_strength(name, password)
    with db.atomic():
        if User.get_or_none(User.name == name) is not None:
            raise UserExists(name=name)
        user = User.create(
            name=name,
            full_name=full_name or name,
            role=role,
            area_code=area_code,
            party_code=party_code if role in SEATS else None,
            email=email,
            password_hash=_hasher.hash(password) if password is not None else None,
            created_at=clock.now(),
        )
        audit.wrote(
            "user.created",
            actor=by,
            subject=f"user:{name}",
            role=str(role),
            area_code=area_code,
            party_code=party_code,
        )
    return user


def change(
    name: str,
    *,
    by: str,
    full_name: str,
    role: Role,
    area_code: str,
    party_code: str | None,
    email: str | None,
    active: bool,
) -> User:
    """Change what a user is and may see; who leaves is made inactive, never deleted."""
    if role in SEATS and not party_code:
        raise PartyNeeded(role=str(role))
    with db.atomic():
        user: User | None = User.select().where(User.name == name).for_update().first()
        if user is None:
            raise UnknownUser(name=name)
        before = {
            "role": str(user.role),
            "area_code": user.area_code,
            "party_code": user.party_code,
            "active": user.active,
        }
        user.full_name, user.role, user.area_code = full_name, role, area_code
        user.party_code = party_code if role in SEATS else None
        user.email, user.active = email, active
        user.save()
        audit.wrote(
            "user.changed",
            actor=by,
            subject=f"user:{name}",
            before=before,
            after={
                "role": str(role),
                "area_code": area_code,
                "party_code": user.party_code,
                "active": active,
            },
        )
    return user


def set_password(name: str, password: str, *, by: str) -> None:
    """Give a user a new password and end a lock-out. Raises UnknownUser, PasswordTooWeak."""
    _check_strength(name, password)
    with db.atomic():
        changed = (
            User.update(password_hash=_hasher.hash(password), failed_count=0, locked_until=None)
            .where(User.name == name)
            .execute()
        )
        if not changed:
            raise UnknownUser(name=name)
        audit.wrote("user.password_set", actor=by, subject=f"user:{name}")


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _told(instant: datetime) -> str:
    return instant.astimezone(clock.SHANGHAI).strftime("%H:%M")


def check_password(name: str, password: str) -> User:
    """Return the user whose password this is.

    Five wrong ones in a row lock the user for a quarter of an hour. The count is written in its own
    transaction, so it stays when the caller refuses. Raises SignInRefused, UserLocked.
    """
    user: User | None = User.get_or_none(User.name == name)
    if user is None or not user.active or not user.password_hash:
        _fits(_NOBODY, password)
        raise SignInRefused
    now = clock.now()
    if user.locked_until is not None and user.locked_until > now:
        raise UserLocked(times=FAILURES_MAX, until=_told(user.locked_until))
    if _fits(user.password_hash, password):
        User.update(failed_count=0, locked_until=None, last_seen_at=now).where(
            User.name == name
        ).execute()
        return user
    _count_failure(name)
    raise SignInRefused


def _count_failure(name: str) -> None:
    """Count a wrong password; the one that reaches the limit locks and is written to the trail."""
    until = clock.now() + timedelta(minutes=LOCK_MINUTES)
    with db.atomic():
        User.update(failed_count=User.failed_count + 1).where(User.name == name).execute()
        locked = (
            User.update(failed_count=0, locked_until=until)
            .where(User.name == name, User.failed_count >= FAILURES_MAX)
            .execute()
        )
        if locked:
            audit.wrote("user.locked", actor=name, subject=f"user:{name}", until=until.isoformat())


def token_hash(token: str) -> str:
    """Return what is kept of an API token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(name: str, label: str, *, by: str) -> str:
    """Make an API token with which another system acts as the user; shown once, never kept."""
    token = "zj_" + secrets.token_urlsafe(TOKEN_BYTES)
    with db.atomic():
        if User.get_or_none(User.name == name, User.active) is None:
            raise UnknownUser(name=name)
        ApiToken.create(
            token_hash=token_hash(token), user_name=name, label=label, created_at=clock.now()
        )
        audit.wrote("token.made", actor=by, subject=f"user:{name}", label=label)
    return token


def revoke_token(token_id: int, *, by: str) -> None:
    """End a token; requests with it are refused from now on. A second time changes nothing."""
    with db.atomic():
        ended = (
            ApiToken.update(revoked_at=clock.now())
            .where(ApiToken.id == token_id, ApiToken.revoked_at.is_null())
            .execute()
        )
        if ended:
            audit.wrote("token.revoked", actor=by, subject=f"api_token:{token_id}")


def of_token(token: str) -> User | None:
    """Return the active user a token acts as, or None."""
    found: User | None = (
        User.select()
        .join(ApiToken, on=(ApiToken.user_name == User.name))
        .where(
            ApiToken.token_hash == token_hash(token),
            ApiToken.revoked_at.is_null(),
            User.active,
        )
        .first()
    )
    return found
