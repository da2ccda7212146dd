"""The names of persons for the pages: people know one another by name, not by login."""

from models.services.views.reading import fetch

#: Keys of other systems act under their number and are known by what they are for.
_NAMES = """
SELECT name, full_name FROM app_user WHERE full_name <> ''
UNION ALL SELECT 'api:' || id, label FROM api_key
"""


def names() -> dict[str, str]:
    """Return login → full name of everybody who has one, in one query for a whole page."""
    return {row.name: row.full_name for row in fetch(_NAMES)}
