"""Sessions: begun with a number never seen before, ended for good by owner, keeper or time."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from models import clock
from models.records.access import User
from models.records.base import db
from models.records.entrance import UserSession
from models.rules.entrance import SessionEnd
from models.services import audit

NUMBER_BYTES = 32
#: A session's last click is written down this seldom.
TOUCH = timedelta(minutes=1)
AGENT_CHARS_MAX = 200


@dataclass(frozen=True)
class Visitor:
    """Where somebody comes from, as the network and the browser say."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True)
class Span:
    """How long a session may last: without a click, and in all."""

    idle: timedelta
    age: timedelta


def hash_of(number: str) -> str:
    """Return what is kept of a session's number."""
    return hashlib.sha256(number.encode()).hexdigest()


def begin(name: str, visitor: Visitor, *, second_factor: bool) -> str:
    """Begin a session in the caller's transaction and return its number, kept nowhere."""
    number, now = secrets.token_urlsafe(NUMBER_BYTES), clock.now()
    UserSession.insert(
        number_hash=hash_of(number),
        user_name=name,
        began_at=now,
        seen_at=now,
        confirmed_at=now,
        second_factor=second_factor,
        address=visitor.address,
        agent=visitor.agent[:AGENT_CHARS_MAX],
    ).execute()
    return number


def find(number: str, span: Span, *, by_hand: bool = True) -> tuple[User, UserSession] | None:
    """Return who a session's number stands for, while it lasts; one whose time is over ends.

    What a page asks for by itself is not `by_hand`: it keeps nobody signed in.
    """
    found: UserSession | None = (
        UserSession.select(UserSession, User)
        .join(User, on=(User.name == UserSession.user_name), attr="user")
        .where(
            UserSession.number_hash == hash_of(number),
            UserSession.ended_at.is_null(),
            User.active,
        )
        .first()
    )
    if found is None:
        return None
    now, how = clock.now(), None
    if now - found.began_at >= span.age:
        how = SessionEnd.AGED
    elif now - found.seen_at >= span.idle:
        how = SessionEnd.IDLE
    if how is not None:
        end(found.id, how)
        return None
    if by_hand and now - found.seen_at > TOUCH:
        UserSession.update(seen_at=now).where(UserSession.id == found.id).execute()
    user: User = vars(found)["user"]
    return user, found


def _end(which: object, how: SessionEnd) -> int:
    return int(
        UserSession.update(ended_at=clock.now(), ended_as=how)
        .where(which, UserSession.ended_at.is_null())
        .execute()
    )


def left(of: UserSession, span: Span) -> timedelta:
    """Return how long a session lasts if nobody clicks."""
    now = clock.now()
    rest: timedelta = min(of.seen_at + span.idle, of.began_at + span.age) - now
    return rest


def touch(session_id: int) -> None:
    """Write down that the person is there."""
    UserSession.update(seen_at=clock.now()).where(UserSession.id == session_id).execute()


def confirm(of: UserSession) -> None:
    """Write that the person of a session proved again to be there."""
    with db.atomic():
        UserSession.update(confirmed_at=clock.now()).where(UserSession.id == of.id).execute()
        audit.wrote(
            "session.confirmed",
            actor=of.user_name,
            subject=f"user:{of.user_name}",
            session=of.id,
        )


def end(session_id: int, how: SessionEnd) -> int:
    """End one session; a second time changes nothing."""
    return _end(UserSession.id == session_id, how)


def end_number(number: str, how: SessionEnd) -> int:
    """End the session of a number."""
    return _end(UserSession.number_hash == hash_of(number), how)


def end_own(name: str, session_id: int) -> int:
    """End one session of a user who asks for it; another user's is left alone."""
    with db.atomic():
        ended = _end(
            (UserSession.id == session_id) & (UserSession.user_name == name), SessionEnd.OWNER
        )
        if ended:
            audit.wrote("session.ended", actor=name, subject=f"user:{name}", session=session_id)
    return ended


def end_all(name: str, how: SessionEnd, *, but: int | None = None) -> int:
    """End all sessions of a user but the one named, in the caller's transaction."""
    which = UserSession.user_name == name
    return _end(which if but is None else which & (UserSession.id != but), how)


def open_of(name: str, span: Span) -> list[UserSession]:
    """Return the sessions of a user that last, the latest click first."""
    now = clock.now()
    return list(
        UserSession.select()
        .where(
            UserSession.user_name == name,
            UserSession.ended_at.is_null(),
            UserSession.began_at > now - span.age,
            UserSession.seen_at > now - span.idle,
        )
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
