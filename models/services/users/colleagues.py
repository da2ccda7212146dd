"""Users of one institution: its keeper invites them and ends their access, nobody else's."""

from typing import Any

from models.records.access import User
from models.records.base import db
from models.records.entrance import PasswordLink
from models.rules.entrance import SEATS
from models.rules.errors.access import UnknownUser
from models.rules.errors.signin import AddressNeeded, BadUserName, NotAKeeper
from models.rules.words import Role
from models.services.notifications import Renderer
from models.services.users import links, people


def of(keeper: User) -> list[User]:
    """Return the users of the keeper's institution."""
    return list(_own(keeper).order_by(User.active.desc(), User.name))


def invite(
    keeper: User, name: str, *, full_name: str, email: str, render: Renderer
) -> PasswordLink:
    """Make a user of the keeper's own institution and role, and mail the link.

    Raises NotAKeeper, BadUserName, AddressNeeded, UserExists.
    """
    _require(keeper)
    if not people.NAME.fullmatch(name):
        raise BadUserName(name=name)
    if not email:
        raise AddressNeeded(name=name)
    with db.atomic():
        people.create(
            name,
            Role(keeper.role),
            keeper.area_code,
            party_code=keeper.party_code,
            full_name=full_name or name,
            email=email,
            by=keeper.name,
        )
        return links.invite(name, by=keeper.name, render=render)


def invite_again(keeper: User, name: str, render: Renderer) -> PasswordLink:
    """Mail a colleague a new link; the older one ends. Raises NotAKeeper, UnknownUser."""
    _find(keeper, name)
    return links.invite(name, by=keeper.name, render=render)


def let_in(keeper: User, name: str, *, active: bool) -> User:
    """End a colleague's access at once, or give it back. Raises NotAKeeper, UnknownUser."""
    found = _find(keeper, name)
    return people.change(
        found.name,
        by=keeper.name,
        full_name=found.full_name,
        role=Role(found.role),
        area_code=found.area_code,
        party_code=found.party_code,
        email=found.email,
        active=active,
        keeper=found.keeper,
    )


def _require(keeper: User) -> None:
    if not keeper.keeper or keeper.role not in SEATS or not keeper.party_code:
        raise NotAKeeper


def _find(keeper: User, name: str) -> User:
    _require(keeper)
    found: User | None = _own(keeper).where(User.name == name).first()
    if found is None:
        raise UnknownUser(name=name)
    return found


def _own(keeper: User) -> Any:  # noqa: ANN401 - a query
    return User.select().where(User.role == keeper.role, User.party_code == keeper.party_code)
