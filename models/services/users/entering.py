"""Coming in: the password, then the six figures; failures are counted and lock, in the database."""

from dataclasses import dataclass
from datetime import datetime

from models import clock
from models import settings as settings_module
from models.records.access import User
from models.records.base import db, sql
from models.records.entrance import SignInAttempt
from models.rules.entrance import (
    ADDRESS_FAILURES_MAX,
    ADDRESS_SPAN,
    FAILED,
    FAILURES_MAX,
    LOCK,
    AttemptResult,
)
from models.rules.errors.signin import (
    AddressClosed,
    CodeRefused,
    DemoPassword,
    SignInRefused,
    UserLocked,
)
from models.rules.passwords import DEMO_PASSWORD
from models.services import audit
from models.services.users import passwords, second_factors, sessions
from models.services.users.sessions import AGENT_CHARS_MAX, Visitor


@dataclass(frozen=True)
class Before:
    """What a person reads after coming in: the last time, and what failed since."""

    at: datetime
    address: str
    failures: int


def attempted(name: str | None, visitor: Visitor, result: AttemptResult) -> None:
    """Write down one try; it stays when the caller refuses."""
    SignInAttempt.insert(
        happened_at=clock.now(),
        user_name=name,
        address=visitor.address,
        agent=visitor.agent[:AGENT_CHARS_MAX],
        result=result,
    ).execute()


def require_open(visitor: Visitor) -> None:
    """Refuse with AddressClosed after too many failures from one address."""
    failures = (
        SignInAttempt.select()
        .where(
            SignInAttempt.address == visitor.address,
            SignInAttempt.happened_at > clock.now() - ADDRESS_SPAN,
            SignInAttempt.result.in_(sorted(FAILED)),
        )
        .limit(ADDRESS_FAILURES_MAX)
        .count()
    )
    if visitor.address and failures >= ADDRESS_FAILURES_MAX:
        raise AddressClosed(minutes=int(ADDRESS_SPAN.total_seconds() // 60))


def check_password(name: str, password: str, visitor: Visitor | None = None) -> User:
    """Return the user whose password this is; who must show six figures is not in yet.

    Raises SignInRefused, UserLocked, AddressClosed, DemoPassword.
    """
    visitor = visitor or Visitor()
    require_open(visitor)
    user: User | None = User.get_or_none(User.name == name)
    if user is None or not user.active or not user.password_hash:
        passwords.fits(None, password)
        known = None if user is None else user.name
        result = AttemptResult.WRONG_PASSWORD if user else AttemptResult.UNKNOWN_NAME
        attempted(known, visitor, result)
        raise SignInRefused
    _require_unlocked(user, visitor)
    if not passwords.fits(user.password_hash, password):
        _failed(user.name, visitor, AttemptResult.WRONG_PASSWORD)
        raise SignInRefused
    if password == DEMO_PASSWORD and settings_module.load().production:
        attempted(user.name, visitor, AttemptResult.WRONG_PASSWORD)
        raise DemoPassword
    return user


def check_code(user: User, code: str, visitor: Visitor) -> None:
    """Take the six figures or a recovery code. Raises CodeRefused, UserLocked, AddressClosed."""
    require_open(visitor)
    _require_unlocked(user, visitor)
    if not second_factors.take(user.name, code):
        _failed(user.name, visitor, AttemptResult.WRONG_CODE)
        raise CodeRefused


def enter(user: User, visitor: Visitor, *, second_factor: bool) -> tuple[str, Before | None]:
    """Begin a session of a user who proved who he is; return its number and the time before."""
    before, now = last_time(user.name), clock.now()
    with db.atomic():
        User.update(failed_count=0, locked_until=None, last_seen_at=now).where(
            User.name == user.name
        ).execute()
        attempted(user.name, visitor, AttemptResult.ENTERED)
        number = sessions.begin(user.name, visitor, second_factor=second_factor)
        audit.wrote(
            "user.signed_in",
            actor=user.name,
            subject=f"user:{user.name}",
            address=visitor.address,
            second_factor=second_factor,
        )
    return number, before


_LAST = """
SELECT l.happened_at, l.address,
       (SELECT count(*) FROM sign_in_attempt f
         WHERE f.user_name = l.user_name AND f.id > l.id
           AND f.result IN ('wrong_password', 'wrong_code', 'locked'))
  FROM sign_in_attempt l WHERE l.user_name = %s AND l.result = 'entered'
 ORDER BY l.happened_at DESC, l.id DESC LIMIT 1
"""


def last_time(name: str) -> Before | None:
    """Return the last time a user came in and how many tries failed since, or None."""
    row = sql(_LAST, (name,)).fetchone()
    return None if row is None else Before(*row)


def attempts_of(name: str, *, number: int, size: int) -> list[SignInAttempt]:
    """Return the tries of a user, the latest first, one more than a page."""
    return list(
        SignInAttempt.select()
        .where(SignInAttempt.user_name == name)
        .order_by(SignInAttempt.happened_at.desc(), SignInAttempt.id.desc())
        .limit(size + 1)
        .offset(number * size)
    )


def unlock(name: str, *, by: str) -> None:
    """End a lock-out before its time."""
    with db.atomic():
        ended = (
            User.update(failed_count=0, locked_until=None)
            .where(User.name == name, User.locked_until.is_null(is_null=False))
            .execute()
        )
        if ended:
            audit.wrote("user.unlocked", actor=by, subject=f"user:{name}")


def _require_unlocked(user: User, visitor: Visitor) -> None:
    if user.locked_until is not None and user.locked_until > clock.now():
        attempted(user.name, visitor, AttemptResult.LOCKED)
        raise UserLocked(times=FAILURES_MAX, until=_told(user.locked_until))


def _told(instant: datetime) -> str:
    return instant.astimezone(clock.SHANGHAI).strftime("%H:%M")


def _failed(name: str, visitor: Visitor, result: AttemptResult) -> None:
    """Count a failure; the one that reaches the limit locks and is written to the trail."""
    until = clock.now() + LOCK
    with db.atomic():
        attempted(name, visitor, result)
        User.update(failed_count=User.failed_count + 1).where(User.name == name).execute()
        locked = (
            User.update(failed_count=0, locked_until=until)
            .where(User.name == name, User.failed_count >= FAILURES_MAX)
            .execute()
        )
        if locked:
            audit.wrote("user.locked", actor=name, subject=f"user:{name}", until=until.isoformat())
