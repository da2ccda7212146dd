"""The names of persons for the pages: people know one another by name, not by login."""

from models.services.views.reading import fetch

_NAMES = "SELECT name, full_name FROM app_user WHERE full_name <> ''"


def names() -> dict[str, str]:
    """Return login → full name of everybody who has one, in one query for a whole page."""
    return {row.name: row.full_name for row in fetch(_NAMES)}
