"""Filed accounts of hospitals are handed in: what a file said, for another person to verify."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.account_states import OPEN
from models.rules.errors.accounts import NothingFiled
from models.rules.words import AccountChangeState, AccountSource
from models.services import access, audit
from models.services.access import Actor
from models.services.accounts import news, policy
from models.services.accounts.sides import HOSPITALS

#: Complete, not verified, and nobody asked for another one.
FILED = """
    h.account_no IS NOT NULL AND h.account_name IS NOT NULL AND h.bank_name IS NOT NULL
    AND h.cnaps_code IS NOT NULL AND NOT h.account_verified
    AND NOT EXISTS (SELECT FROM hospital_account_change c
                     WHERE c.hospital_code = h.hospital_code AND c.state IN ({open}))
""".format(open=", ".join(f"'{state}'" for state in OPEN))

_LOCK = f"""
SELECT h.hospital_code FROM hospital h
 WHERE h.area_code = ANY (%(areas)s) AND {FILED} ORDER BY h.hospital_code FOR UPDATE
"""
#: The account verified last is what the new one replaces: that one cools off, a first one does not.
_HAND_IN = """
INSERT INTO hospital_account_change (hospital_code, before, after, source, reviews_needed,
    cooling_days, requested_by, requested_at, state)
SELECT h.hospital_code, (SELECT c.after FROM hospital_account_change c
                          WHERE c.hospital_code = h.hospital_code AND c.state = 'in_force'
                          ORDER BY c.in_force_at DESC, c.id DESC LIMIT 1),
       jsonb_build_object('account_no', h.account_no, 'account_name', h.account_name,
                          'bank_name', h.bank_name, 'cnaps_code', h.cnaps_code),
       %(source)s, %(reviews)s, %(cooling)s, %(actor)s, %(now)s, %(state)s
  FROM hospital h WHERE h.hospital_code = ANY (%(codes)s) ORDER BY h.hospital_code
RETURNING id
"""


def hand_in(actor: Actor, area: str | None = None, *, on: date | None = None) -> int:
    """Ask for the verification of every filed account of the area and below; return how many.

    Twice is once: what waits or is verified is not handed in again. Raises NotAllowed, OutOfScope,
    NothingFiled.
    """
    access.require(actor, "account_request")
    access.require_import(actor, "hospitals")
    day = clock.today() if on is None else on
    asked = policy.at(day)
    with db.atomic():
        areas = access.areas(actor, area)
        codes = [row[0] for row in sql(_LOCK, {"areas": areas})]
        if not codes:
            raise NothingFiled
        told = {
            "codes": codes,
            "source": AccountSource.IMPORT.value,
            "reviews": asked.reviews,
            "cooling": asked.cooling_days,
            "actor": actor.name,
            "now": clock.now(),
            "state": AccountChangeState.REQUESTED.value,
        }
        ids = [int(row[0]) for row in sql(_HAND_IN, told)]
        audit.wrote(
            "accounts.requested",
            actor=actor.name,
            subject=HOSPITALS.changes,
            hospital_codes=codes,
            source=AccountSource.IMPORT.value,
        )
        news.tell_soon(actor.name, day, ids=ids, side=HOSPITALS)
    return len(ids)
