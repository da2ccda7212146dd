"""Users: made and changed by whoever may, made inactive when they leave, never deleted."""

import re
from dataclasses import dataclass

from models import clock
from models.records.access import User
from models.records.base import db, sql
from models.records.entrance import PasswordLink
from models.rules.entrance import SEATS, SessionEnd
from models.rules.errors.access import UnknownUser
from models.rules.errors.signin import (
    BadUserName,
    BeyondOwnRows,
    OwnRights,
    PartyNeeded,
    UnknownInstitution,
    UserExists,
)
from models.rules.words import Role
from models.services import access, audit
from models.services.access import ALL_AREAS, Actor
from models.services.users import passwords, sessions

#: What can be typed at the door and stands in addresses.
NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{1,39}")
_INSTITUTION = {
    Role.HOSPITAL: "SELECT 1 FROM hospital WHERE hospital_code = %s",
    Role.ENTERPRISE: "SELECT 1 FROM enterprise WHERE credit_code = %s",
}


@dataclass(frozen=True)
class Wish:
    """What a user is to be and to see."""

    full_name: str
    role: Role
    area_code: str
    party_code: str | None = None
    email: str | None = None
    active: bool = True
    keeper: bool = False

    @property
    def in_seat(self) -> bool:
        """Return whether the user sits in an institution."""
        return self.role in SEATS


def create(
    name: str,
    role: Role,
    area_code: str,
    *,
    party_code: str | None = None,
    password: str | None = None,
    full_name: str | None = None,
    email: str | None = None,
    keeper: bool = False,
    by: str = "system",
) -> User:
    """Make a user and return it; without a password nobody can sign in as this user yet.

    Raises UserExists, PartyNeeded (seats need their institution), PasswordTooWeak.
    """
    if role in SEATS and not party_code:
        raise PartyNeeded(role=str(role))
    made = passwords.hashed(name, password) if password is not None else None
    with db.atomic():
        if User.get_or_none(User.name == name) is not None:
            raise UserExists(name=name)
        now = clock.now()
        user = User.create(
            name=name,
            full_name=full_name or name,
            role=role,
            area_code=area_code,
            party_code=party_code if role in SEATS else None,
            email=email,
            keeper=keeper and role in SEATS,
            password_hash=made,
            password_set_at=now if made else None,
            password_by_other=made is not None and by != "system",
            created_at=now,
        )
        audit.wrote(
            "user.created",
            actor=by,
            subject=f"user:{name}",
            role=str(role),
            area_code=area_code,
            party_code=party_code,
            keeper=user.keeper,
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
    keeper: bool = False,
) -> User:
    """Change what a user is and may see; made inactive, all that lets the user in ends at once."""
    if role in SEATS and not party_code:
        raise PartyNeeded(role=str(role))
    with db.atomic():
        user: User | None = User.select().where(User.name == name).for_update().first()
        if user is None:
            raise UnknownUser(name=name)
        before = _rights(user)
        user.full_name, user.role, user.area_code = full_name, role, area_code
        user.party_code = party_code if role in SEATS else None
        user.keeper = keeper and role in SEATS
        user.email, user.active = email, active
        after = _rights(user)
        if name == by and after != before:
            raise OwnRights
        user.save()
        if not active:
            _end_everything(name)
        audit.wrote("user.changed", actor=by, subject=f"user:{name}", before=before, after=after)
    return user


def require_grant(actor: Actor, name: str, wish: Wish) -> None:
    """Refuse what an administrator may not grant: odd names, rows beyond the own, no institution.

    Raises BadUserName, PartyNeeded, UnknownInstitution, BeyondOwnRows, UnknownArea.
    """
    if not NAME.fullmatch(name):
        raise BadUserName(name=name)
    if wish.area_code == ALL_AREAS:
        if actor.area_code != ALL_AREAS:
            raise BeyondOwnRows(area=wish.area_code)
    elif not set(access.areas(access.SYSTEM, wish.area_code)) <= set(access.areas(actor, None)):
        raise BeyondOwnRows(area=wish.area_code)
    if wish.in_seat:
        if not wish.party_code:
            raise PartyNeeded(role=str(wish.role))
        if sql(_INSTITUTION[wish.role], (wish.party_code,)).fetchone() is None:
            raise UnknownInstitution(party=wish.party_code)


def _rights(user: User) -> dict[str, object]:
    return {
        "role": str(user.role),
        "area_code": user.area_code,
        "party_code": user.party_code,
        "active": user.active,
        "keeper": user.keeper,
    }


def _end_everything(name: str) -> None:
    """End sessions and open links of a user, in the caller's transaction."""
    now = clock.now()
    sessions.end_all(name, SessionEnd.KEEPER)
    PasswordLink.update(ended_at=now).where(
        PasswordLink.user_name == name,
        PasswordLink.used_at.is_null(),
        PasswordLink.ended_at.is_null(),
    ).execute()
