"""Versions of bank profiles in force: rows that are added and never edited."""

from collections.abc import Mapping, Sequence
from typing import Any

from models import clock
from models.records.base import JsonField, db, sql

#: The profiles that come with the program are nobody's own.
SEEDED_BY = "system"

_LATEST = """
SELECT version, spec, created_by, retired_at IS NOT NULL
  FROM bank_profile WHERE profile_code = %s ORDER BY version DESC LIMIT 1
"""
_ADD = """
INSERT INTO bank_profile (profile_code, version, name, format, spec, created_at, created_by,
    activated_by)
VALUES (%(code)s, %(version)s, %(name)s, %(format)s, %(spec)s, %(now)s, %(by)s, %(activated_by)s)
"""


def ensure(seeds: Sequence[Mapping[str, Any]]) -> int:
    """Bring the program's own profiles in and return how many were added or renewed.

    A seed is the data of a profile with `code`, `name` and `format`. One that is unchanged, was
    retired, or that somebody edited since, stays; a changed seed becomes a new version, so that
    files keep theirs.
    """
    written = 0
    with db.atomic():
        lock()
        for seed in seeds:
            found = latest(seed["code"])
            if found and (found[1] == dict(seed) or found[2] != SEEDED_BY or found[3]):
                continue
            add(seed, found[0] + 1 if found else 1, by=SEEDED_BY)
            written += 1
    return written


def lock() -> None:
    """Let nobody else add versions until the caller's transaction ends."""
    sql("LOCK TABLE bank_profile IN SHARE ROW EXCLUSIVE MODE")


def latest(code: str) -> tuple[int, Mapping[str, Any], str, bool] | None:
    """Return version, data, author and whether it is retired of a profile's latest version."""
    row = sql(_LATEST, (code,)).fetchone()
    return None if row is None else (int(row[0]), row[1], row[2], row[3])


def add(spec: Mapping[str, Any], version: int, *, by: str, activated_by: str | None = None) -> None:
    """Put a version in force."""
    told = {
        "code": spec["code"],
        "version": version,
        "name": spec["name"],
        "format": spec["format"],
        "spec": JsonField().db_value(dict(spec)),
        "now": clock.now(),
        "by": by,
        "activated_by": activated_by,
    }
    sql(_ADD, told)
