"""Saved views of lists: kept under a name, offered to their maker and to a role, ended again."""

from typing import Any

from models import clock
from models.records.base import db, sql
from models.records.saved_views import NAME_CHARS_MAX, QUERY_CHARS_MAX, VIEWS_MAX
from models.rules.errors.lists import SavedViewIncomplete, SavedViewKnown, SavedViewsFull
from models.rules.words import Role
from models.services import audit
from models.services.access import ALL_AREAS, Actor
from models.services.views.reading import fetch

#: One's own first; a shared one by somebody whose area holds the reader's, or of the same seat.
_OFFERED = """
WITH RECURSIVE above AS (
    SELECT area_code, parent_code FROM area WHERE area_code = %(area)s
    UNION SELECT a.area_code, a.parent_code FROM area a JOIN above b ON a.area_code = b.parent_code
)
SELECT v.id, v.name, v.query, v.role, v.screen, v.user_name = %(reader)s AS is_own,
       coalesce(nullif(u.full_name, ''), u.name) AS maker, v.made_at
  FROM saved_view v JOIN app_user u ON u.name = v.user_name
 WHERE (%(screen)s = '' OR v.screen = %(screen)s)
   AND (v.user_name = %(reader)s
        OR (v.role = %(role)s AND u.active AND u.party_code IS NOT DISTINCT FROM %(party)s
            AND (%(party)s::text IS NOT NULL OR u.area_code = %(all)s
                 OR u.area_code IN (SELECT area_code FROM above))))
 ORDER BY v.user_name <> %(reader)s, v.screen, v.user_name, v.place
"""
#: The first free place of a user on a list, as long as there is one.
_KEEP = """
INSERT INTO saved_view (user_name, screen, place, name, query, role, made_at)
SELECT %(reader)s, %(screen)s, min(n), %(name)s, %(query)s, %(role)s, %(now)s
  FROM generate_series(1, %(max)s) n
 WHERE NOT EXISTS (SELECT FROM saved_view v WHERE v.user_name = %(reader)s
                      AND v.screen = %(screen)s AND v.place = n)
HAVING min(n) IS NOT NULL
RETURNING id
"""


def offered(actor: Actor, screen: str = "") -> list[Any]:
    """Return the reader's views of a list, own ones first, then those shared with the role."""
    told = {
        "reader": actor.name, "role": actor.role, "party": actor.party_code,
        "area": actor.area_code, "all": ALL_AREAS, "screen": screen,
    }  # fmt: skip
    return fetch(_OFFERED, told)


def keep(actor: Actor, screen: str, name: str, query: str, role: str = "") -> int:
    """Keep conditions of a list under a name and return the view's number.

    A seat shares with colleagues of its own role only. Raises SavedViewIncomplete,
    SavedViewKnown, SavedViewsFull.
    """
    name = " ".join(name.split())
    if not (1 <= len(name) <= NAME_CHARS_MAX and 1 <= len(query) <= QUERY_CHARS_MAX):
        raise SavedViewIncomplete(chars=NAME_CHARS_MAX)
    shared = role if role in set(Role) and (not actor.party_code or role == actor.role) else None
    told = {
        "reader": actor.name, "screen": screen, "name": name, "query": query, "role": shared,
        "now": clock.now(), "max": VIEWS_MAX,
    }  # fmt: skip
    with db.atomic():
        # One at a time of a user: names and places are looked at before they are taken.
        sql("SELECT FROM app_user WHERE name = %s FOR UPDATE", (actor.name,))
        known = sql(
            "SELECT FROM saved_view WHERE user_name = %(reader)s AND screen = %(screen)s"
            " AND name = %(name)s",
            told,
        ).fetchone()
        if known is not None:
            raise SavedViewKnown(name=name)
        made = sql(_KEEP, told).fetchone()
        if made is None:
            raise SavedViewsFull(max=VIEWS_MAX)
        audit.wrote(
            "saved_view.kept", actor=actor.name, subject=f"saved_view:{made[0]}",
            screen=screen, name=name, query=query, role=shared,
        )  # fmt: skip
    return int(made[0])


def end(actor: Actor, number: int) -> bool:
    """Delete a view of the actor's own; return False where there is none (twice is once)."""
    with db.atomic():
        gone = sql(
            "DELETE FROM saved_view WHERE id = %s AND user_name = %s RETURNING screen, name",
            (number, actor.name),
        ).fetchone()
        if gone is None:
            return False
        audit.wrote(
            "saved_view.ended", actor=actor.name, subject=f"saved_view:{number}",
            screen=gone[0], name=gone[1],
        )  # fmt: skip
    return True
