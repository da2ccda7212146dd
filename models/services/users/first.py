"""The first administrator of an empty installation: made once, by whoever can read its code."""

from models.records.access import User
from models.records.base import db, sql
from models.rules.errors.signin import FirstUserExists
from models.rules.words import Role
from models.services.access import ALL_AREAS
from models.services.users import people


def is_wanted() -> bool:
    """Return whether nobody can sign in yet because there is no user at all."""
    return not User.select().exists()


def create(name: str, password: str, *, full_name: str, email: str | None = None) -> User:
    """Make the first administrator. Of two at once one is made: the table is locked meanwhile.

    Raises FirstUserExists, and what passwords and names are refused for.
    """
    with db.atomic():
        sql("LOCK TABLE app_user IN SHARE ROW EXCLUSIVE MODE")
        if not is_wanted():
            raise FirstUserExists
        return people.create(
            name,
            Role.ADMINISTRATOR,
            ALL_AREAS,
            password=password,
            full_name=full_name,
            email=email,
        )
