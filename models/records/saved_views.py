"""Views people saved: the conditions of a list under a name, for oneself or for a role."""

import peewee as pw

from models.records.base import CodeField, Record, StateField, UtcDateTimeField, one_of, promise
from models.rules.words import Role

#: A user saves so many views of one list: each has a place among them.
VIEWS_MAX = 20
NAME_CHARS_MAX = 30
QUERY_CHARS_MAX = 1_000


class SavedView(Record):
    """Conditions of a list under a name (已存查询); an address, never a right."""

    id = pw.AutoField()
    user_name = CodeField()
    #: The path of the list, such as /sheets/.
    screen = CodeField()
    place = pw.IntegerField()
    name = pw.TextField()
    #: What stands after the question mark, sorted, without what only turns pages.
    query = pw.TextField()
    #: Everybody of this role is offered it too; empty: its maker alone.
    role = StateField(Role, null=True, index=True)
    made_at = UtcDateTimeField()

    class Meta:
        """Promises of a saved view."""

        constraints = [
            one_of("role", Role, name="saved_view_role_known"),
            promise("saved_view_no_more_than_places", f"place BETWEEN 1 AND {VIEWS_MAX}"),
            promise("saved_view_has_a_name", f"char_length(name) BETWEEN 1 AND {NAME_CHARS_MAX}"),
            promise(
                "saved_view_asks_something",
                f"char_length(query) BETWEEN 1 AND {QUERY_CHARS_MAX}",
            ),
            promise("saved_view_of_a_list", "screen ~ '^/[a-z0-9/_-]+/$'"),
        ]
        indexes = (
            (("user_name", "screen", "name"), True),
            (("user_name", "screen", "place"), True),
        )
