"""Bank profiles: versions of a bank's formats as data, frozen once a batch used them."""

from collections.abc import Mapping, Sequence
from typing import Any

from models import clock
from models.records.base import JsonField, db, sql
from models.rules.errors.bank import ProfileFrozen

#: The profiles that come with the program are nobody's own.
SEEDED_BY = "system"

_LATEST = """
SELECT version, spec,
       EXISTS (SELECT 1 FROM payment_batch b WHERE b.profile_code = p.profile_code
                  AND b.profile_version = p.version)
       OR EXISTS (SELECT 1 FROM bank_result_file r WHERE r.profile_code = p.profile_code
                     AND r.profile_version = p.version) AS used, created_by
  FROM bank_profile p WHERE profile_code = %s ORDER BY version DESC LIMIT 1
"""
_ADD = """
INSERT INTO bank_profile (profile_code, version, name, format, spec, created_at, created_by)
VALUES (%(code)s, %(version)s, %(name)s, %(format)s, %(spec)s, %(now)s, %(by)s)
"""
_CHANGE = """
UPDATE bank_profile SET name = %(name)s, format = %(format)s, spec = %(spec)s, created_at = %(now)s,
       created_by = %(by)s
 WHERE profile_code = %(code)s AND version = %(version)s
"""


def ensure(seeds: Sequence[Mapping[str, Any]]) -> int:
    """Bring the program's own profiles in and return how many were added or renewed.

    A seed is the data of a profile with `code`, `name` and `format`. One that is unchanged, or that
    somebody edited since, stays; a changed seed becomes a new version, so that files keep theirs.
    """
    written = 0
    with db.atomic():
        sql("LOCK TABLE bank_profile IN SHARE ROW EXCLUSIVE MODE")
        for seed in seeds:
            latest = sql(_LATEST, (seed["code"],)).fetchone()
            if latest and (latest[1] == dict(seed) or latest[3] != SEEDED_BY):
                continue
            _write(_ADD, seed, latest[0] + 1 if latest else 1, SEEDED_BY)
            written += 1
    return written


def save(seed: Mapping[str, Any], *, by: str, version: int | None = None) -> int:
    """Save a checked profile as a new version, or change an unused one; return the version.

    Raises ProfileFrozen when the version was used.
    """
    with db.atomic():
        sql("LOCK TABLE bank_profile IN SHARE ROW EXCLUSIVE MODE")
        latest = sql(_LATEST, (seed["code"],)).fetchone()
        if version is None:
            number = latest[0] + 1 if latest else 1
            _write(_ADD, seed, number, by)
            return int(number)
        if latest is None or latest[0] != version or latest[2]:
            raise ProfileFrozen(profile=seed["code"], version=version)
        _write(_CHANGE, seed, version, by)
        return version


def _write(statement: str, seed: Mapping[str, Any], version: int, by: str) -> None:
    sql(
        statement,
        {
            "code": seed["code"],
            "version": version,
            "name": seed["name"],
            "format": seed["format"],
            "spec": JsonField().db_value(dict(seed)),
            "now": clock.now(),
            "by": by,
        },
    )
