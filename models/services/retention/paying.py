"""Granted amounts go the road of all payments: order, batch, file, the bank's word, statement."""

from datetime import date
from typing import Any

from models.records.base import db, sql
from models.records.lost_files import held
from models.rules import account_states
from models.rules.errors.retention import NothingGranted
from models.services import access, bank_files, jobs
from models.services.access import Actor
from models.services.bank_files import Formats
from models.services.retention import lists

#: Hospitals first, so that no account changes between look and order.
_LOCK_HOSPITALS = """
SELECT 1 FROM hospital WHERE hospital_code IN (
       SELECT hospital_code FROM retention_grant WHERE publicity_id = %(id)s AND state = 'granted')
 ORDER BY hospital_code FOR SHARE
"""
#: Granted and never ordered; what came back is paid again by a re-issue alone.
_CHOOSE = f"""
CREATE TEMP TABLE pay_grant ON COMMIT DROP AS
WITH held AS MATERIALIZED (
    SELECT g.* FROM retention_grant g
     WHERE g.publicity_id = %(id)s AND g.state = 'granted' ORDER BY g.id FOR UPDATE
)
SELECT g.id AS grant_id, g.period, g.period AS pay_period, g.hospital_code, g.area_code,
       g.agency_code, g.amount_fen, NULL::bigint AS reissue_of,
       CASE WHEN NOT h.account_verified OR EXISTS (
                 SELECT 1 FROM hospital_account_change c
                  WHERE c.hospital_code = h.hospital_code AND c.state = ANY (%(open)s))
            THEN 'account_unverified' END AS kept_out
  FROM held g JOIN hospital h USING (hospital_code)
 WHERE NOT EXISTS (SELECT 1 FROM retention_allocation a WHERE a.grant_id = g.id)
   AND NOT {held("g.hospital_code", None)}
"""
_KEPT = "SELECT hospital_code FROM pay_grant WHERE kept_out IS NOT NULL ORDER BY 1"


def pay(claim: jobs.Claim, formats: Formats) -> dict[str, object]:
    """Do the job `retention_pay`: what is granted of the list args.publicity_no."""
    actor = access.load(claim.requested_by)
    with db.atomic():
        result = pay_list(
            actor,
            str(claim.args["publicity_no"]),
            str(claim.args["profile"]),
            claim.on,
            formats=formats,
            job_id=claim.job_id,
        )
        jobs.finish(claim, result)
    return result


def pay_list(
    actor: Actor,
    publicity_no: str,
    profile_code: str,
    on: date,
    *,
    formats: Formats,
    job_id: int | None = None,
) -> dict[str, object]:
    """Order what is granted of a list and was never ordered; return batches and who is kept out.

    A hospital without a verified account, or with a change of it open, waits and stops nobody.
    One transaction: recorded as sent with the bytes stored, or not at all. Raises NothingGranted,
    UnknownPublicity, UnknownProfile, FileTotalsDiffer, NotAllowed, OutOfScope, MonthClosed.
    """
    access.require(actor, "pay")
    with db.atomic():
        one = lists.enter(actor, publicity_no)
        told: dict[str, Any] = {"id": one.id, "open": list(account_states.OPEN)}
        sql("DROP TABLE IF EXISTS pg_temp.pay_grant")
        sql(_LOCK_HOSPITALS, told)
        waiting = int(sql(_CHOOSE, told).rowcount)
        kept = [row[0] for row in sql(_KEPT)]
        if not waiting:
            raise NothingGranted(publicity_no=publicity_no)
        profile = bank_files.profile(profile_code)
        run = bank_files.Run(
            actor=actor.name,
            period=one.period,
            area=None if one.area_code == access.ALL_AREAS else one.area_code,
            on=on,
            job_id=job_id,
            profile=profile,
            format=formats(profile.spec),
        )
        batches = (
            bank_files.send(run, lambda _done, _total, _stage: None, bank_files.GRANTS)
            if waiting > len(kept)
            else []
        )
        lists.wrote(
            actor,
            "paid",
            one,
            batches=[
                (batch["batch_no"], batch["sha256"], batch["total_yuan"]) for batch in batches
            ],
            kept_out=kept,
        )
    return {"batches": batches, "kept_out": kept}
