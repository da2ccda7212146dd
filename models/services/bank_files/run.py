"""One sending of payments: by whom, for which month, in which version of the bank's format."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import sql
from models.rules.errors.bank import UnknownProfile
from models.services.bank_files.format import BankFormat


@dataclass(frozen=True, slots=True)
class Profile:
    """The version of a profile that a batch is frozen to."""

    code: str
    version: int
    spec: Mapping[str, Any]
    #: No more batches are made with it; what the bank says about earlier ones is read.
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Who sends what for which month, on which day."""

    actor: str
    period: str
    area: str | None
    on: date
    job_id: int | None
    profile: Profile
    format: BankFormat
    #: Why orders like recent ones are right, where the maker was asked.
    explanation: str | None = None


def profile(code: str) -> Profile:
    """Return the latest version of a profile; raises UnknownProfile."""
    row = sql(
        "SELECT version, spec, retired_at IS NOT NULL FROM bank_profile WHERE profile_code = %s"
        " ORDER BY version DESC LIMIT 1",
        (code,),
    ).fetchone()
    if row is None:
        known = sql(
            "SELECT DISTINCT profile_code FROM bank_profile ORDER BY profile_code"
        ).fetchall()
        raise UnknownProfile(profile=code, known="、".join(one[0] for one in known))
    return Profile(code, int(row[0]), row[1], row[2])
