"""One hand at a time on the money of an area: settle, review, pay and offset wait for one another.

The written order of locks: areas by code, then enterprises, sheets and instructions by key.
"""

from collections.abc import Sequence

from models.records.base import sql

#: Namespace of the advisory locks; held until the caller's transaction ends.
AREA_LOCK = 7_466_002

_LOCK = "SELECT pg_advisory_xact_lock(%s, hashtext(%s))"


def lock(areas: Sequence[str]) -> None:
    """Wait for every other work on the money of these areas."""
    for code in sorted(areas):
        sql(_LOCK, (AREA_LOCK, code))
