"""Passwords: their hashes, the house's rules for them, and giving a user a new one."""

import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models import clock
from models import settings as settings_module
from models.records.access import User
from models.records.base import db
from models.records.entrance import PasswordUsed
from models.rules import passwords as rules
from models.rules.entrance import SessionEnd
from models.rules.errors.access import UnknownUser
from models.rules.errors.signin import PasswordUsedBefore
from models.services import audit
from models.services.users import sessions

_hasher = PasswordHasher()
#: Verified when there is no such user, so that both answers take the same time.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def policy() -> rules.Policy:
    """Return this installation's rules for passwords."""
    settings = settings_module.load()
    return rules.Policy(
        length_min=settings.password_length_min,
        classes_min=settings.password_classes_min,
        history=settings.password_history,
        days_max=settings.password_days_max,
        banned=frozenset({rules.DEMO_PASSWORD}) if settings.production else frozenset(),
    )


def hashed(name: str, password: str) -> str:
    """Return the hash of a password that the rules take. Raises PasswordTooWeak, -Common."""
    rules.check(policy(), name, password)
    return _hasher.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Return whether this is the password; without a hash it takes as long and is not."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False


def is_old(user: User, days: int) -> bool:
    """Return whether the house, which allows so many days (0: any), wants a new password."""
    since = user.password_set_at or user.created_at
    return bool(days and user.password_hash and clock.now() - since > timedelta(days=days))


def set_password(
    name: str,
    password: str,
    *,
    by: str,
    session_id: int | None = None,
    for_now: bool = False,
) -> None:
    """Give a user a new password, end a lock-out and all sessions but the one named.

    What somebody else chose, or is meant `for_now`, its owner changes before anything else.

    Raises UnknownUser, PasswordTooWeak, PasswordTooCommon, PasswordUsedBefore.
    """
    made, times = hashed(name, password), policy().history
    with db.atomic():
        user: User | None = User.select().where(User.name == name).for_update().first()
        if user is None:
            raise UnknownUser(name=name)
        before = [user.password_hash] if user.password_hash else []
        before += [
            row.password_hash
            for row in PasswordUsed.select()
            .where(PasswordUsed.user_name == name)
            .order_by(PasswordUsed.id.desc())
            .limit(max(times - 1, 0))
        ]
        if any(fits(one, password) for one in before[:times]):
            raise PasswordUsedBefore(times=times)
        now = clock.now()
        if user.password_hash:
            PasswordUsed.create(user_name=name, password_hash=user.password_hash, set_at=now)
        user.password_hash, user.password_set_at = made, now
        user.password_by_other = for_now or by not in {name, "system"}
        user.failed_count, user.locked_until = 0, None
        user.save()
        sessions.end_all(name, SessionEnd.PASSWORD, but=session_id)
        audit.wrote("user.password_set", actor=by, subject=f"user:{name}")
