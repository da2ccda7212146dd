"""A grant of turnover money within the actor's rows, under its lock."""

from collections.abc import Sequence
from typing import NamedTuple

from models.records.base import sql
from models.rules.errors.access import OutOfScope
from models.rules.errors.turnover import UnknownTurnover
from models.rules.turnover import TurnoverState
from models.services import access, area_locks
from models.services.access import Actor
from models.services.turnover.eligible import OUTSTANDING

_AREAS = """
SELECT hospital_code, area_code FROM hospital WHERE hospital_code = ANY (%(codes)s)
"""
_LOCK = "SELECT 1 FROM turnover_grant WHERE turnover_no = %(no)s FOR UPDATE"
_GRANT = f"""
SELECT g.turnover_no, g.year, g.hospital_code, h.name, g.area_code, g.amount_fen, g.state,
       g.applied_by, g.decided_by, g.recovery, {OUTSTANDING}, g.voucher_no
  FROM turnover_grant g JOIN hospital h USING (hospital_code) WHERE g.turnover_no = %(no)s
"""


class Grant(NamedTuple):
    """A grant as it stands now; amounts in fen."""

    turnover_no: str
    year: int
    hospital_code: str
    hospital_name: str
    area_code: str
    amount_fen: int
    state: TurnoverState
    applied_by: str
    decided_by: str | None
    recovery: str | None
    outstanding_fen: int
    voucher_no: str | None


def areas_of(actor: Actor, hospital_codes: Sequence[str]) -> list[str]:
    """Return the areas of hospitals the actor may act for; raises OutOfScope for any other."""
    known = dict(sql(_AREAS, {"codes": list(hospital_codes)}).fetchall())
    for code in hospital_codes:
        if code not in known or actor.party_code not in (None, code):
            raise OutOfScope(actor=actor.name, subject=code)
    areas = sorted(set(known.values()))
    if actor.party_code is None:
        access.require_rows(actor, areas, ", ".join(hospital_codes[:3]))
    return areas


def locked(actor: Actor, turnover_no: str) -> Grant:
    """Return the grant under the lock of its area and its own; raises UnknownTurnover."""
    told = {"no": turnover_no}
    row = sql(_GRANT, told).fetchone()
    if row is None or not _mine(actor, row[2], row[4]):
        raise UnknownTurnover(turnover_no=turnover_no)
    area_locks.lock([row[4]])
    sql(_LOCK, told)
    found = list(sql(_GRANT, told).fetchone())
    found[6] = TurnoverState(found[6])
    return Grant(*found)


def _mine(actor: Actor, hospital_code: str, area_code: str) -> bool:
    if actor.party_code is not None:
        return bool(actor.party_code == hospital_code)
    return access.reaches(actor, area_code)
