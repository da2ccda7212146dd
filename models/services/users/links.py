"""Links to choose a first or a new password: good once, for a time, and for the last one made."""

import secrets
from datetime import timedelta

from models import clock
from models.records.access import User
from models.records.base import db
from models.records.entrance import PasswordLink
from models.rules.entrance import (
    INVITATION_LIFE,
    RESET_LIFE,
    RESET_PAUSE,
    AttemptResult,
    LinkPurpose,
)
from models.rules.errors.access import UnknownUser
from models.rules.errors.signin import AddressNeeded, LinkSpent
from models.rules.job_names import JobName
from models.services import audit, jobs, link_numbers, notifications
from models.services.notifications import Notice, Renderer
from models.services.users import entering, password_news, passwords
from models.services.users.sessions import Visitor

LIVES = {LinkPurpose.INVITATION: INVITATION_LIFE, LinkPurpose.RESET: RESET_LIFE}
#: Purpose → the mail that carries it.
MAILS = {LinkPurpose.INVITATION: "invitation", LinkPurpose.RESET: "password_reset"}


def invite(name: str, *, by: str, render: Renderer) -> PasswordLink:
    """Mail a user the link to choose a first password; an older link ends.

    Raises UnknownUser, AddressNeeded.
    """
    with db.atomic():
        user: User | None = User.select().where(User.name == name, User.active).for_update().first()
        if user is None:
            raise UnknownUser(name=name)
        purpose = LinkPurpose.RESET if user.password_hash else LinkPurpose.INVITATION
        made = _make(user, purpose, INVITATION_LIFE, by=by, render=render)
        audit.wrote("user.invited", actor=by, subject=f"user:{name}", link=made.id)
    return made


def ask_reset(asked: str, visitor: Visitor, render: Renderer) -> None:
    """Mail whoever has this name or address a link; the asker learns nothing of it.

    Raises AddressClosed.
    """
    entering.require_open(visitor)
    user: User | None = User.get_or_none(User.name == asked) or _by_address(asked)
    entering.attempted(user.name if user else None, visitor, AttemptResult.ASKED_RESET)
    if user is None or not user.active or not user.email or not user.password_hash:
        return
    with db.atomic():
        User.select().where(User.name == user.name).for_update().first()
        if not _asked_just_now(user.name):
            _make(user, LinkPurpose.RESET, RESET_LIFE, by=user.name, render=render)
            audit.wrote("user.reset_asked", actor=user.name, subject=f"user:{user.name}")


def find(number: str) -> tuple[PasswordLink, User]:
    """Return the link of a number with its user. Raises LinkSpent."""
    link_id = link_numbers.id_of(number)
    link = PasswordLink.get_or_none(PasswordLink.id == link_id) if link_id else None
    if (
        link is None
        or not link_numbers.fits(number, link.id, link.user_name, link.nonce)
        or link.used_at is not None
        or link.ended_at is not None
        or link.expires_at <= clock.now()
    ):
        raise LinkSpent
    user = User.get_or_none(User.name == link.user_name, User.active)
    if user is None:
        raise LinkSpent
    return link, user


def use(number: str, password: str, render: Renderer | None = None) -> User:
    """Take the password that was chosen at a link; the link is spent with it, its owner told.

    Raises LinkSpent, PasswordTooWeak, PasswordTooCommon, PasswordUsedBefore.
    """
    with db.atomic():
        link, user = find(number)
        spent = (
            PasswordLink.update(used_at=clock.now())
            .where(
                PasswordLink.id == link.id,
                PasswordLink.used_at.is_null(),
                PasswordLink.ended_at.is_null(),
            )
            .execute()
        )
        if not spent:
            raise LinkSpent
        passwords.set_password(user.name, password, by=user.name)
        if render is not None:
            password_news.tell(user.name, by=user.name, render=render)
        audit.wrote("link.used", actor=user.name, subject=f"user:{user.name}", link=link.id)
    return user


def open_link(name: str) -> PasswordLink | None:
    """Return the link that a user has not used yet, or None."""
    found: PasswordLink | None = (
        PasswordLink.select()
        .where(
            PasswordLink.user_name == name,
            PasswordLink.used_at.is_null(),
            PasswordLink.ended_at.is_null(),
        )
        .first()
    )
    return found


def number_of(link: PasswordLink) -> str:
    """Return a link's number, for whoever hands it over where no mail server is."""
    return link_numbers.number(link.id, link.user_name, link.nonce)


def _by_address(asked: str) -> User | None:
    """Return the user with this mail address, if it is one person's alone."""
    if "@" not in asked:
        return None
    found = list(User.select().where(User.email == asked, User.active).limit(2))
    return found[0] if len(found) == 1 else None


def _asked_just_now(name: str) -> bool:
    return bool(
        PasswordLink.select()
        .where(
            PasswordLink.user_name == name,
            PasswordLink.purpose == LinkPurpose.RESET,
            PasswordLink.made_at > clock.now() - RESET_PAUSE,
        )
        .count()
    )


def _make(
    user: User, purpose: LinkPurpose, life: timedelta, *, by: str, render: Renderer
) -> PasswordLink:
    if not user.email:
        raise AddressNeeded(name=user.name)
    now = clock.now()
    PasswordLink.update(ended_at=now).where(
        PasswordLink.user_name == user.name,
        PasswordLink.used_at.is_null(),
        PasswordLink.ended_at.is_null(),
    ).execute()
    made = PasswordLink.create(
        user_name=user.name,
        purpose=purpose,
        nonce=secrets.token_hex(16),
        made_at=now,
        made_by=by,
        expires_at=now + life,
    )
    _mail(user, made, render, by=by)
    return made


def _called(by: str) -> str:
    """Return the name of whoever invites; of a login without one, the login."""
    found: User | None = User.get_or_none(User.name == by)
    return str(found.full_name) if found else by


def _mail(user: User, link: PasswordLink, render: Renderer, *, by: str) -> None:
    notice = Notice(
        kind=MAILS[LinkPurpose(link.purpose)],
        party_kind=link_numbers.PARTY_KIND,
        party_code=user.name,
        to_address=str(user.email),
        business_on=clock.today(),
        dedupe_key=f"link:{link.id}",
        language=str(user.language or ""),
        facts={
            "name": user.name,
            "full_name": user.full_name,
            "path": f"welcome/{link_numbers.placeholder(link.id)}",
            "until": link.expires_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
            "by": "" if by == user.name else _called(by),
        },
    )
    notifications.record(notice, render, by=by)
    jobs.enqueue(JobName.SEND_MAIL, {"on": clock.today()}, by=by, dedupe_key=JobName.SEND_MAIL)
